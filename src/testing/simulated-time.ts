/** Time that only the test moves, and the waiting until all has happened that can without it. */

import { type Duration, milliseconds } from '../policy/duration.js';
import { turnOfEventLoop } from './event-loop.js';
import { StillClock } from './still-clock.js';

export interface SimulatedClock {
  /** Wall-clock milliseconds as the worker sees them: 2026-01-01T00:00:00Z, and what has passed since. */
  readonly now: number;
  /**
   * Moves time, runs what falls due in order, and waits after each timer until the worker is quiet. Throws `PHX_BAD_OPTION` for
   * what is no length of time.
   */
  advance(by: Duration): Promise<void>;
}

/** A callback may await so many turns of the event loop in a row, and still be waited for. */
const IDLE_TURNS = 25;

/** A tenth of a second or so: whoever is busy after that does something again and again. */
const MOST_TURNS = 100_000;

export class SimulatedTime implements SimulatedClock {
  readonly clock = new StillClock();
  #idleTurns = 0;
  /** How often the clock had been used when this last looked. */
  #seen = 0;
  /** One for all who wait. */
  #settling: Promise<void> | null = null;

  get now(): number {
    return this.clock.now();
  }

  async advance(by: Duration): Promise<void> {
    await this.pass(milliseconds('advance', by));
  }

  /** Lets time pass timer by timer, until `isOver`, which is asked whenever the worker is quiet. */
  async pass(ms: number, isOver: () => boolean = never): Promise<void> {
    await this.quiet();
    for (let left = ms; left > 0 && !isOver(); ) {
      const step = Math.min(this.clock.nextIn ?? left, left);
      this.clock.advance(step);
      left -= step;
      await this.quiet();
    }
  }

  /** Lets everything happen that can without time passing, timers that are due included. */
  quiet(): Promise<void> {
    this.#idleTurns = 0;
    this.#settling ??= this.#settle();
    return this.#settling;
  }

  async #settle(): Promise<void> {
    try {
      for (let left = MOST_TURNS; this.#idleTurns < IDLE_TURNS; left -= 1) await this.#turn(left);
    } finally {
      this.#settling = null;
    }
  }

  async #turn(left: number): Promise<void> {
    if (left === 0) throw neverQuiet();
    await turnOfEventLoop();
    if (this.clock.nextIn === 0) this.clock.advance(0);
    this.#idleTurns = this.clock.uses === this.#seen ? this.#idleTurns + 1 : 0;
    this.#seen = this.clock.uses;
  }
}

function never(): boolean {
  return false;
}

function neverQuiet(): Error {
  return new Error(
    `the worker is still busy after ${MOST_TURNS} turns of the event loop in which no time passed: look for a timer of 0 ms, or a call to itself, that comes again and again`,
  );
}
