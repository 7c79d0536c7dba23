/** Waits between attempts, all of which can be cut short. */

import type { Clock } from '../../clock.js';

type Nap = { readonly until: number; readonly wake: () => void };

export class Naps {
  readonly #clock: Clock;
  readonly #taken = new Set<Nap>();
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Unix milliseconds; null: nobody waits. */
  get nextAt(): number | null {
    let next: number | null = null;
    for (const { until } of this.#taken) next = next === null ? until : Math.min(next, until);
    return next;
  }

  /** Resolves when the time is over, or with `wakeAll`. */
  take(ms: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#clock.clearTimeout(timer);
        this.#taken.delete(nap);
        resolve();
      };
      const timer = this.#clock.setTimeout(wake, ms);
      const nap: Nap = { until: this.#clock.now() + ms, wake };
      this.#taken.add(nap);
    });
  }

  wakeAll(): void {
    for (const { wake } of [...this.#taken]) wake();
  }

  /** From now on nobody waits. */
  close(): void {
    this.#isClosed = true;
    this.wakeAll();
  }
}
