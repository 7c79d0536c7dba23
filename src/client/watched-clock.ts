/** A clock that can say which of the timers it was given is due first: the one that is overdue tells that nothing fires any more. */

import type { Clock } from '../clock.js';

/** One link of a ring, so that setting and clearing cost the same however many timers there are. */
class WatchedTimer {
  readonly ms: number;
  timer: unknown = null;
  /** Monotonic time at which it was first looked at: no clock is read when it is set, which is once for each push. */
  #seenAt: number | null = null;
  next: WatchedTimer = this;
  previous: WatchedTimer = this;

  constructor(ms: number) {
    this.ms = ms;
  }

  /** No earlier than it really is. */
  dueSeenAt(now: number): number {
    this.#seenAt ??= now;
    return this.#seenAt + this.ms;
  }

  link(before: WatchedTimer): void {
    this.next = before;
    this.previous = before.previous;
    this.previous.next = this;
    before.previous = this;
  }

  /** Again is harmless: a timer that has run may be cleared. */
  unlink(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this;
    this.previous = this;
  }
}

export class WatchedClock implements Clock {
  readonly #clock: Clock;
  readonly #ring = new WatchedTimer(Infinity);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  setTimeout(turn: () => void, ms: number): unknown {
    const watched = new WatchedTimer(ms);
    watched.timer = this.#clock.setTimeout(() => {
      watched.unlink();
      turn();
    }, ms);
    watched.link(this.#ring);
    return watched;
  }

  clearTimeout(timer: unknown): void {
    if (!(timer instanceof WatchedTimer)) return;
    timer.unlink();
    this.#clock.clearTimeout(timer.timer);
  }

  /**
   * Monotonic time at which the first of those that wait is due, late by at most the time between two calls; infinite: none
   * waits. Looks at each.
   */
  earliestDue(): number {
    const now = this.#clock.monotonic();
    let earliest = Infinity;
    for (let timer = this.#ring.next; timer !== this.#ring; timer = timer.next) {
      earliest = Math.min(earliest, timer.dueSeenAt(now));
    }
    return earliest;
  }
}
