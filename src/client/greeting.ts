/**
 * While a worker handles a join, what waits for that topic stays in the outbox and what the worker pushes goes out at once.
 * It ends with the callback, but nothing waits for a callback that waits for us, or for one that takes too long: neither the
 * topic whose join it handles, nor those whose joins are handled beside it or after it.
 */

import type { Clock } from '../clock.js';
import type { Channels } from '../channel/channels.js';

const LONGEST = 5000;

export class Greeting {
  readonly #channels: Channels;
  readonly #clock: Clock;
  /** Joins by topic whose callback is yet to run. Of several only the newest is still the channel's. */
  readonly #announced = new Map<string, number>();
  /** Topics whose joins are being handled, each with the timer of a callback that runs on. */
  readonly #greeted = new Map<string, unknown>();
  /** Of the oldest join that is yet to be handled. */
  #backlog: unknown = null;
  #running = 0;
  /** Of those that run, how many may wait for something of ours: nobody can tell which of them does. */
  #waiting = 0;
  /** The number of the newest of these. */
  #waived = 0;
  /** The number of the newest that has begun. */
  #newest = 0;

  constructor(channels: Channels, clock: Clock) {
    this.#channels = channels;
    this.#clock = clock;
  }

  /** Whether a callback that runs waits for something of ours. */
  get isWaived(): boolean {
    return this.#waiting > 0;
  }

  announce(topic: string): void {
    this.#announced.set(topic, (this.#announced.get(topic) ?? 0) + 1);
    if (this.isWaived) this.#channels.endGreeting(topic);
    else
      this.#backlog ??= this.#after(() => {
        this.#endAnnounced();
      });
  }

  /** A callback begins, numbered in order; `topic` is the one whose join it handles. */
  begin(run: number, topic: string | null): void {
    this.#running += 1;
    this.#newest = run;
    if (topic === null) return;
    this.#countDown(topic);
    if (this.#announced.has(topic)) return;
    this.#greeted.set(topic, null);
    this.#channels.beginGreeting(topic);
  }

  /** The callback has returned a promise. */
  runsOn(topic: string | null): void {
    if (topic === null || !this.#greeted.has(topic)) return;
    const timer = this.#after(() => {
      this.#letGo(topic);
    });
    this.#greeted.set(topic, timer);
  }

  /** The callback has ended. A topic that was joined again meanwhile is greeted by the callback to come. */
  end(run: number, topic: string | null): void {
    this.#running -= 1;
    if (run <= this.#waived) this.#waiting -= 1;
    if (topic === null) return;
    if (this.#announced.has(topic)) this.#finish(topic);
    else this.#letGo(topic);
  }

  /** A callback waits for something of ours, and that may wait for a join which is handled beside it or after it. */
  waive(): void {
    if (this.#running === 0) return;
    this.#waiting = this.#running;
    this.#waived = this.#newest;
    for (const topic of [...this.#greeted.keys()]) this.#letGo(topic);
    this.#endAnnounced();
  }

  /** No join is handled any more, so nothing may wait for that. */
  stop(): void {
    this.#running += 1;
    this.waive();
  }

  #letGo(topic: string): void {
    if (this.#finish(topic)) this.#channels.endGreeting(topic);
  }

  #endAnnounced(): void {
    this.#forgetBacklog();
    for (const announced of this.#announced.keys()) this.#channels.endGreeting(announced);
  }

  /** Whether the topic was greeted until now. */
  #finish(topic: string): boolean {
    this.#clock.clearTimeout(this.#greeted.get(topic));
    return this.#greeted.delete(topic);
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
