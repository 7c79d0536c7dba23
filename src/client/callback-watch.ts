/** Looks after the callback that runs: how long it takes, and that somebody hears of one that does not end. */

import type { Clock } from '../clock.js';
import type { Reporter } from '../telemetry/telemetry.js';

/** Long enough for any callback that is not stuck; everything else of the worker waits for it. */
const SLOW = 30_000;

export class CallbackWatch {
  readonly #clock: Clock;
  readonly #reporter: Reporter;
  readonly #slow: (callback: string, ms: number) => void;
  #timer: unknown = null;
  #waitsSince: number | null = null;
  #begunAt = 0;

  constructor(clock: Clock, reporter: Reporter, slow: (callback: string, ms: number) => void) {
    this.#clock = clock;
    this.#reporter = reporter;
    this.#slow = slow;
  }

  /** Nothing is timed for who does not measure. */
  begin(): void {
    if (this.#reporter.isMeasured) this.#begunAt = this.#clock.monotonic();
  }

  /** Monotonic time since which the callback that runs has been awaited; null: none is. */
  get waitsSince(): number | null {
    return this.#waitsSince;
  }

  /** It has returned a promise. */
  waits(callback: string): void {
    this.#waitsSince = this.#clock.monotonic();
    this.#timer = this.#clock.setTimeout(() => {
      this.#slow(callback, SLOW);
    }, SLOW);
  }

  end(callback: string): void {
    this.abandon();
    if (!this.#reporter.isMeasured) return;
    const ms = this.#clock.monotonic() - this.#begunAt;
    this.#reporter.measure('callback.ran', { callback, ms });
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.#waitsSince = null;
    if (this.#timer === null) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
