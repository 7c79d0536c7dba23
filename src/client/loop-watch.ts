/** Notices that the event loop was blocked: a timer that is due once a second comes late by as much. */

import { type Clock, systemClock } from '../clock.js';

const PERIOD = 1000;

/** The system's clock, whose timers keep no process alive. */
const idleClock: Clock = {
  ...systemClock,
  setTimeout: (turn, ms) => setTimeout(turn, ms).unref(),
};

type Block = { readonly from: number; readonly until: number };

export class LoopWatch {
  readonly #limit: number;
  readonly #clock: Clock;
  #timer: unknown = null;
  #due = Infinity;
  /** The newest that was longer than the limit. */
  #block: Block = { from: -Infinity, until: -Infinity };

  constructor(limit: number, clock: Clock = idleClock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Whoever asks for the first time has it started: who never asks pays nothing. */
  start(): void {
    if (this.#timer === null) this.#wait();
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#due = Infinity;
  }

  /** Whether the event loop has not turned when it should have: timers that are due may not have had a chance. */
  get isLate(): boolean {
    return this.#clock.monotonic() - this.#due > PERIOD;
  }

  /** Milliseconds since the block began that lasts, or ended no longer ago than the limit is; null: there is none. */
  get blockedFor(): number | null {
    const now = this.#clock.monotonic();
    if (now - this.#due > this.#limit) return now - this.#due;
    return now - this.#block.until <= this.#limit ? now - this.#block.from : null;
  }

  #wait(): void {
    this.#due = this.#clock.monotonic() + PERIOD;
    this.#timer = this.#clock.setTimeout(() => {
      this.#tick();
    }, PERIOD);
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    if (now - this.#due > this.#limit) this.#block = { from: this.#due, until: now };
    this.#wait();
  }
}
