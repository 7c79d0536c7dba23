/** The channels: how many are in which state, and a row for each of the worst. */

import type { LiveView } from '../live-view.js';
import type { ChannelSnapshot } from '../snapshot.js';
import { CHANNEL_CHART } from './chart-shape.js';
import { ChartView } from './chart-view.js';
import { part, write } from './dom.js';
import { Rates } from './rates.js';
import { type Cell, type Column, Table } from './table.js';
import { absolute, count, lengthOf, lengthUntil, rate, several } from './wording.js';

const TONES: { readonly [state: string]: string } = {
  joined: 'good',
  errored: 'bad',
  closed: 'bad',
};

export class ChannelsView {
  readonly #chart = new ChartView(part('channel-chart', SVGSVGElement), CHANNEL_CHART);
  readonly #count = part('channels-count', HTMLElement);
  readonly #rates = new Rates();
  readonly #table: Table<ChannelSnapshot>;
  #now = 0;

  constructor() {
    const table = part('channels', HTMLTableElement);
    this.#table = new Table(table, this.#columns(), ({ topic }) => topic);
  }

  show(view: LiveView): void {
    this.#now = view.now;
    this.#rates.note(view.channels, view.now);
    this.#table.show(view.channels);
    write(this.#count, countText(view));
    this.#showChart(view);
  }

  #showChart({ counts, timeline }: LiveView): void {
    const lit = new Map(Object.entries(counts));
    const isGood = Object.keys(counts).every((state) => state === 'joined');
    const latest = timeline.find(({ of }) => !/^socket/.test(of));
    const words = Object.entries(counts).map(([state, number]) => `${number} ${state}`);
    const aloud = `The states of channels: ${words.join(', ') || 'there are none'}`;
    const arrow = latest === undefined ? '' : `${latest.from}>${latest.to}`;
    this.#chart.show(lit, isGood ? 'good' : 'warn', arrow, aloud);
  }

  #columns(): readonly Column<ChannelSnapshot>[] {
    return [
      { title: 'Topic', cell: ({ topic }) => ({ text: topic }) },
      { title: 'State', cell: ({ state }) => ({ text: state, tone: TONES[state] ?? 'warn' }) },
      { title: 'For', isNumber: true, cell: ({ since }) => this.#ago(since) },
      { title: 'Error', cell: (channel) => this.#error(channel) },
      { title: 'Last gap', cell: ({ gap }) => this.#gap(gap) },
      { title: 'In', isNumber: true, cell: (channel) => this.#rate(channel, 'messagesIn') },
      { title: 'Out', isNumber: true, cell: (channel) => this.#rate(channel, 'pushesOut') },
    ];
  }

  #ago(at: number): Cell {
    return { text: lengthOf(this.#now - at), title: absolute(at) };
  }

  #error({ error, retryAt }: ChannelSnapshot): Cell {
    if (retryAt === null) return { text: error ?? '–' };
    const next = `next try in ${lengthUntil(retryAt - this.#now)}`;
    return { text: error === null ? next : `${error}; ${next}`, title: absolute(retryAt) };
  }

  #gap(gap: ChannelSnapshot['gap']): Cell {
    if (gap === null) return { text: '–' };
    const text = `${lengthOf(gap.to - gap.from)}, ${lengthOf(this.#now - gap.to)} ago`;
    return { text, title: `${absolute(gap.from)} to ${absolute(gap.to)}` };
  }

  #rate(channel: ChannelSnapshot, what: 'messagesIn' | 'pushesOut'): Cell {
    const text = rate(this.#rates.of(channel, what));
    return { text, title: `${count(channel[what])} in all` };
  }
}

function countText({ channels, matching, counts }: LiveView): string {
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const states = Object.entries(counts).map(([state, number]) => `${count(number)} ${state}`);
  const shown =
    channels.length < matching
      ? `; the first ${channels.length} of ${count(matching)} are listed, the worst first`
      : '';
  const found = matching < total && shown === '' ? `; ${count(matching)} listed` : '';
  return `${several(total, 'channel')}${total > 0 ? `: ${states.join(', ')}` : ''}${shown}${found}.`;
}
