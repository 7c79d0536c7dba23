/**
 * While a worker handles a join, what waits for that topic stays in the outbox and what the worker pushes goes out at once.
 * It ends with the callback, but nothing waits for a callback that waits for us, or for one that takes too long: neither the
 * topic whose join it handles, nor those whose joins are handled after it.
 */

import type { Clock } from '../clock.js';
import type { Channels } from '../channel/channels.js';

const LONGEST = 5000;

export class Greeting {
  readonly #channels: Channels;
  readonly #clock: Clock;
  /** Joins by topic whose callback is yet to run. Of several only the newest is still the channel's. */
  readonly #announced = new Map<string, number>();
  #callback: 'none' | 'runs' | 'waits' = 'none';
  #topic: string | null = null;
  /** Of the callback that handles a join. */
  #greeted: unknown = null;
  /** Of the oldest join that is yet to be handled. */
  #backlog: unknown = null;

  constructor(channels: Channels, clock: Clock) {
    this.#channels = channels;
    this.#clock = clock;
  }

  /** Whether the callback that runs waits for something of ours. */
  get isWaived(): boolean {
    return this.#callback === 'waits';
  }

  announce(topic: string): void {
    this.#announced.set(topic, (this.#announced.get(topic) ?? 0) + 1);
    if (this.#callback === 'waits') this.#channels.endGreeting(topic);
    else
      this.#backlog ??= this.#after(() => {
        this.#endAnnounced();
      });
  }

  /** A callback begins; `topic` is the one whose join it handles. */
  begin(topic: string | null): void {
    this.#callback = 'runs';
    if (topic === null) return;
    this.#topic = topic;
    this.#countDown(topic);
    if (!this.#announced.has(topic)) this.#channels.beginGreeting(topic);
  }

  /** The callback has returned a promise. */
  runsOn(): void {
    if (this.#topic === null) return;
    this.#greeted = this.#after(() => {
      this.#letGo();
    });
  }

  /** The callback has ended. A topic that was joined again meanwhile is greeted by the callback to come. */
  end(): void {
    this.#callback = 'none';
    const topic = this.#finish();
    if (topic !== null && !this.#announced.has(topic)) this.#channels.endGreeting(topic);
  }

  /** The callback waits for something of ours, and that may wait for a join which is handled only after it. */
  waive(): void {
    if (this.#callback === 'none') return;
    this.#callback = 'waits';
    this.#letGo();
    this.#endAnnounced();
  }

  #letGo(): void {
    const topic = this.#finish();
    if (topic !== null) this.#channels.endGreeting(topic);
  }

  #endAnnounced(): void {
    this.#forgetBacklog();
    for (const announced of this.#announced.keys()) this.#channels.endGreeting(announced);
  }

  /** The topic that was greeted until now. */
  #finish(): string | null {
    const topic = this.#topic;
    this.#topic = null;
    if (this.#greeted !== null) this.#clock.clearTimeout(this.#greeted);
    this.#greeted = null;
    return topic;
  }

  #countDown(topic: string): void {
    const left = (this.#announced.get(topic) ?? 1) - 1;
    if (left > 0) this.#announced.set(topic, left);
    else this.#announced.delete(topic);
    if (this.#announced.size === 0) this.#forgetBacklog();
  }

  #forgetBacklog(): void {
    if (this.#backlog !== null) this.#clock.clearTimeout(this.#backlog);
    this.#backlog = null;
  }

  #after(turn: () => void): unknown {
    return this.#clock.setTimeout(turn, LONGEST);
  }
}
