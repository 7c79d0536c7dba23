/** What sockets and channels went through lately, the newest first. */

import type { LiveView } from '../live-view.js';
import type { TimelineEntry } from '../snapshot.js';
import { part } from './dom.js';
import { type Column, Table } from './table.js';
import { absolute, lengthOf } from './wording.js';

export class TimelineView {
  readonly #table: Table<TimelineEntry>;
  #now = 0;
  /** Of one millisecond there may be several that read alike. */
  #seen = new Map<string, number>();

  constructor() {
    const table = part('timeline', HTMLTableElement);
    this.#table = new Table(table, this.#columns(), (entry) => this.#keyOf(entry));
  }

  show({ timeline, now }: LiveView): void {
    this.#now = now;
    this.#seen = new Map();
    this.#table.show(timeline);
  }

  #columns(): readonly Column<TimelineEntry>[] {
    return [
      {
        title: 'When',
        isNumber: true,
        cell: ({ at }) => ({ text: `${lengthOf(this.#now - at)} ago`, title: absolute(at) }),
      },
      { title: 'What', cell: ({ of }) => ({ text: of }) },
      { title: 'Change', cell: ({ from, to }) => ({ text: `${from} → ${to}` }) },
      { title: 'Why', cell: ({ why }) => ({ text: why ?? '–' }) },
    ];
  }

  #keyOf({ at, of, from, to }: TimelineEntry): string {
    const text = `${at} ${of} ${from} ${to}`;
    const number = this.#seen.get(text) ?? 0;
    this.#seen.set(text, number + 1);
    return `${text} ${number}`;
  }
}
