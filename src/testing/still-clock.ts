/** A clock that stands still until a test moves it. */

import type { Clock } from '../clock.js';
import { LONGEST_DELAY } from '../policy/duration.js';

type Timer = { readonly due: number; readonly turn: () => void };

const STARTED_AT = Date.UTC(2026, 0, 1);

export class StillClock implements Clock {
  readonly #timers = new Map<number, Timer>();
  #passed = 0;
  #slept = 0;
  #lastTimer = 0;
  #uses = 0;

  /** Grows whenever somebody reads it or sets a timer, and with each timer that runs: who does nothing needs no clock. */
  get uses(): number {
    return this.#uses;
  }

  now(): number {
    this.#uses += 1;
    return STARTED_AT + this.#passed + this.#slept;
  }

  monotonic(): number {
    this.#uses += 1;
    return this.#passed;
  }

  /** Throws for a delay that Node would cut to one millisecond: whoever asks for it has miscalculated. */
  setTimeout(turn: () => void, ms: number): number {
    if (!(ms >= 0 && ms <= LONGEST_DELAY)) {
      throw new RangeError(`a timer of ${ms} ms: Node keeps 0 to ${LONGEST_DELAY}`);
    }
    this.#uses += 1;
    this.#lastTimer += 1;
    this.#timers.set(this.#lastTimer, { due: this.#passed + ms, turn });
    return this.#lastTimer;
  }

  clearTimeout(timer: unknown): void {
    this.#uses += 1;
    if (typeof timer === 'number') this.#timers.delete(timer);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer; null: none waits. */
  get nextIn(): number | null {
    const next = this.#next();
    return next === null ? null : next[1].due - this.#passed;
  }

  /** Lets time pass, and runs what falls due in the order of time, then of setting. */
  advance(ms: number): void {
    const until = this.#passed + ms;
    for (let next = this.#next(); next !== null && next[1].due <= until; next = this.#next()) {
      const [id, { due, turn }] = next;
      this.#timers.delete(id);
      this.#passed = Math.max(this.#passed, due);
      this.#uses += 1;
      turn();
    }
    this.#passed = until;
  }

  /** The machine sleeps: the calendar goes on, timers do not. */
  sleep(ms: number): void {
    this.#slept += ms;
  }

  /** Ids rise, and a map keeps their order, so the first of equals is the one that was set first. */
  #next(): [number, Timer] | null {
    let first: [number, Timer] | null = null;
    for (const entry of this.#timers) {
      if (first === null || entry[1].due < first[1].due) first = entry;
    }
    return first;
  }
}
