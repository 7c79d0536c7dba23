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
  #topic: string | null = null;
  #timer: unknown = null;

  constructor(channels: Channels, clock: Clock) {
    this.#channels = channels;
    this.#clock = clock;
  }

  begin(topic: string): void {
    this.#topic = topic;
    this.#channels.beginGreeting(topic);
    this.#timer = this.#clock.setTimeout(() => {
      this.end();
    }, LONGEST);
  }

  end(): void {
    if (this.#topic === null) return;
    const topic = this.#topic;
    this.#topic = null;
    this.#clock.clearTimeout(this.#timer);
    this.#channels.endGreeting(topic);
  }
}
