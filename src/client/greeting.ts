/**
 * While a worker handles a join, what waits for that topic stays in the outbox and what the worker pushes goes out at once.
 * It ends with the callback, but nothing waits for a callback that waits for us, or for one that takes too long.
 */

import type { Clock } from '../clock.js';
import type { Channels } from '../channel/channels.js';

const LONGEST = 5000;

export class Greeting {
  readonly #channels: Channels;
  readonly #clock: Clock;
  /** Joined, and the callback that handles it is yet to run. */
  readonly #announced = new Set<string>();
  #callback: 'none' | 'runs' | 'waits' = 'none';
  #topic: string | null = null;
  #timer: unknown = null;

  constructor(channels: Channels, clock: Clock) {
    this.#channels = channels;
    this.#clock = clock;
  }

  announce(topic: string): void {
    if (this.#callback === 'waits') this.#channels.endGreeting(topic);
    else this.#announced.add(topic);
  }

  /** A callback begins; `topic` is the one whose join it handles. */
  begin(topic: string | null): void {
    this.#callback = 'runs';
    if (topic === null) return;
    this.#announced.delete(topic);
    this.#topic = topic;
    this.#channels.beginGreeting(topic);
    this.#timer = this.#clock.setTimeout(() => {
      this.#finish();
    }, LONGEST);
  }

  end(): void {
    this.#callback = 'none';
    this.#finish();
  }

  /** The callback waits for something of ours, and that may wait for a join which is handled only after it. */
  waive(): void {
    this.#finish();
    if (this.#callback === 'none') return;
    this.#callback = 'waits';
    for (const topic of this.#announced) this.#channels.endGreeting(topic);
    this.#announced.clear();
  }

  #finish(): void {
    if (this.#topic === null) return;
    const topic = this.#topic;
    this.#topic = null;
    this.#clock.clearTimeout(this.#timer);
    this.#channels.endGreeting(topic);
  }
}
