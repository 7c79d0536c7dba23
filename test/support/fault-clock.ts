/** Clocks that count the timers of a client: of all that were set, or of those that still run. */

import { type Clock, systemClock } from '../../src/clock.js';
import { SimulatedClock } from './simulated-clock.js';

/** Stands still, and counts every timer that was ever set. */
export class TallyClock extends SimulatedClock {
  timersSet = 0;

  override setTimeout(turn: () => void, ms: number): number {
    this.timersSet += 1;
    return super.setTimeout(turn, ms);
  }
}

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
