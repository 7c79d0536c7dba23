/** The system's clock, counted: what a test looks at to see that no timer is left. */

import { type Clock, systemClock } from '../../src/clock.js';

/** The system's clock, with a count of the timers that have neither run nor been cleared. */
export class CountingClock implements Clock {
  readonly #running = new Set<unknown>();

  get running(): number {
    return this.#running.size;
  }

  now(): number {
    return systemClock.now();
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  setTimeout(turn: () => void, ms: number): unknown {
    const timer = systemClock.setTimeout(() => {
      this.#running.delete(timer);
      turn();
    }, ms);
    this.#running.add(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#running.delete(timer);
    systemClock.clearTimeout(timer);
  }
}
