/**
 * Notices that the machine slept, or that the process was frozen: timers then go on where they were, as if
 * no time had passed, while the peer has long given up.
 */

import type { Clock } from '../clock.js';

const PERIOD = 5000;
/** More than a busy event loop is late by. */
const JUMP = 5000;

export class SleepWatch {
  readonly #clock: Clock;
  readonly #jumped: () => void;
  #timer: unknown = null;
  #looked = 0;

  constructor(clock: Clock, jumped: () => void) {
    this.#clock = clock;
    this.#jumped = jumped;
  }

  start(): void {
    this.#looked = this.#clock.now();
    this.#timer = this.#clock.setTimeout(() => {
      this.#look();
    }, PERIOD);
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  #look(): void {
    const passed = this.#clock.now() - this.#looked;
    this.start();
    if (passed > PERIOD + JUMP) this.#jumped();
  }
}
