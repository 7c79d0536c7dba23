/** How long a connection has been of use: a channel joined on it, or nothing wanted of it. */

import type { Clock } from '../clock.js';

export class Usefulness {
  readonly #clock: Clock;
  readonly #stableAfter: number;
  /** How many channels are joined. */
  joined = 0;
  #since: number | null = null;

  constructor(clock: Clock, stableAfter: number) {
    this.#clock = clock;
    this.#stableAfter = stableAfter;
  }

  weigh(isOnline: boolean, carried: number): void {
    const isUseful = isOnline && (this.joined > 0 || carried === 0);
    if (!isUseful) this.#since = null;
    else this.#since ??= this.#clock.monotonic();
  }

  /** Milliseconds until it is proven, as far as can be told now; 0: it is. */
  stableIn(): number {
    if (this.#since === null) return this.#stableAfter;
    return Math.max(0, this.#since + this.#stableAfter - this.#clock.monotonic());
  }
}
