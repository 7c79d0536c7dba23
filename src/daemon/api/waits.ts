/** Waits for events that a length of time, or anybody who knows better, can end early. */

import type { Clock } from '../../clock.js';

export class Waits {
  readonly #clock: Clock;
  readonly #ends = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait now. */
  get size(): number {
    return this.#ends.size;
  }

  /** Resolves when `ready` does, after `ms`, or when woken. A controller for each wait: a signal that lives on would keep them all. */
  async until(ready: (signal: AbortSignal) => Promise<void>, ms: number): Promise<void> {
    const waiting = new AbortController();
    const end = (): void => {
      waiting.abort();
    };
    const timer = this.#clock.setTimeout(end, ms);
    this.#ends.add(end);
    try {
      await ready(waiting.signal);
    } catch (error) {
      if (!waiting.signal.aborted) throw error;
    } finally {
      this.#ends.delete(end);
      this.#clock.clearTimeout(timer);
    }
  }

  wake(): void {
    for (const end of [...this.#ends]) end();
  }
}

/** For a wait that only its end can end. */
export function never(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
