/** Before when a socket does not dial, whoever asks: as the last judgement says, and no more than once a second in a row. */

import type { Clock } from '../clock.js';
import { paced, RESTED, restLeft } from '../policy/pace.js';

export class DialFloor {
  readonly #clock: Clock;
  #until = 0;
  #pace = RESTED;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  dialed(): void {
    this.#pace = paced(this.#pace, this.#clock.monotonic());
  }

  /** From now on for so many milliseconds. */
  set(ms: number): void {
    this.#until = this.#clock.monotonic() + ms;
  }

  left(): number {
    const now = this.#clock.monotonic();
    return Math.max(this.#until - now, restLeft(this.#pace, now));
  }

  /** It was another server that asked to be left alone. The pace stays: moving to and fro is a loop, too. */
  forget(): void {
    this.#until = 0;
  }
}
