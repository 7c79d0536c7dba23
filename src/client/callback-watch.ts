/** Looks after the callback that runs: how long it takes, and that somebody hears of one that does not end. */

import type { Clock } from '../clock.js';

/** Long enough for any callback that is not stuck; everything else of the worker waits for it. */
const SLOW = 30_000;

export class CallbackWatch {
  readonly #clock: Clock;
  readonly #slow: (callback: string, ms: number) => void;
  #timer: unknown = null;

  constructor(clock: Clock, slow: (callback: string, ms: number) => void) {
    this.#clock = clock;
    this.#slow = slow;
  }

  /** A callback has returned a promise. */
  begin(callback: string): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#slow(callback, SLOW);
    }, SLOW);
  }

  end(): void {
    this.#clock.clearTimeout(this.#timer);
  }
}
