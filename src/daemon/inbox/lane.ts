/** What one cursor has to do with one topic, or with all of them where order does not go by topic. */

import type { InboxEvent } from './event.js';
import type { Noted } from './journal.js';
import { tellsLoss } from './loss.js';
import { Queue } from './queue.js';

/** What is known of it after a restart: up to `through` all is done but what is open. */
export type LaneRecord = { readonly through: number; readonly open: readonly number[] };

export class Lane implements Noted {
  readonly key: string;
  readonly topic: string | null;
  through: number;
  /** In flight. */
  readonly taken = new Map<number, InboxEvent>();
  /** Given back: the next, in the order of their positions. */
  readonly returned: InboxEvent[] = [];
  /** The topics whose losses are to be told before anything that waits. */
  readonly gaps = new Set<string | null>();
  waiting = new Queue<InboxEvent>();
  /** In the row of those that have something to give. */
  isReady = false;
  #isGone = false;

  constructor(place: string, topic: string | null, through: number) {
    this.key = laneKey(place, topic);
    this.topic = topic;
    this.through = through;
  }

  get text(): string | null {
    if (this.#isGone) return null;
    const open = [...this.taken.values(), ...this.returned].filter((event) => !tellsLoss(event));
    const record: LaneRecord = {
      through: this.through,
      open: open.map(({ position }) => position),
    };
    return JSON.stringify(record);
  }

  get hasNext(): boolean {
    return this.returned.length > 0 || this.gaps.size > 0 || this.waiting.length > 0;
  }

  get isIdle(): boolean {
    return this.taken.size === 0 && !this.hasNext;
  }

  get waitingCount(): number {
    return this.returned.length + this.gaps.size + this.waiting.length;
  }

  /** Whether it is still to be done, though it was taken. */
  holds(position: number): boolean {
    return this.taken.has(position) || this.returned.some((event) => event.position === position);
  }

  isSettled(position: number): boolean {
    return position <= this.through && !this.holds(position);
  }

  giveBack(event: InboxEvent): void {
    const later = this.returned.findIndex(({ position }) => position > event.position);
    this.returned.splice(later === -1 ? this.returned.length : later, 0, event);
  }

  /** Of the oldest that is not done; null: all are. */
  oldest(): number | null {
    const times = [...this.taken.values(), ...this.returned.slice(0, 1)].map(({ time }) => time);
    times.push(this.waiting.at(0)?.time ?? Infinity);
    const oldest = Math.min(...times);
    return oldest === Infinity ? null : oldest;
  }

  /** Nobody reads: what is in flight is given back, and what waits stays in the log alone. */
  rest(): void {
    for (const event of this.taken.values()) if (!tellsLoss(event)) this.giveBack(event);
    this.taken.clear();
    this.waiting = new Queue();
    this.gaps.clear();
    this.isReady = false;
  }

  end(): void {
    this.#isGone = true;
  }
}

function laneKey(place: string, topic: string | null): string {
  return `lane!${JSON.stringify([place, topic])}`;
}
