/** Turns that are due at a time: what `after` and `every` start, and what the stop cancels. */

import type { Clock } from '../clock.js';

/** What `after` and `every` return. */
export interface Timer extends Disposable {
  /** Also from inside its own turn. A turn that is due and still waits does not run either. */
  cancel(): void;
}

export class DueTimer implements Timer {
  readonly #turn: () => unknown;
  readonly #cancelled: () => void;
  #isCancelled = false;

  constructor(turn: () => unknown, cancelled: () => void) {
    this.#turn = turn;
    this.#cancelled = cancelled;
  }

  run(): unknown {
    return this.#isCancelled ? undefined : this.#turn();
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#cancelled();
  }

  [Symbol.dispose](): void {
    this.cancel();
  }
}

/** Where the turns go. */
interface Turns {
  post(turn: { readonly callback: 'after' | 'every'; readonly timer: DueTimer }): void;
}

export class Timers {
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #running = new Map<DueTimer, unknown>();
  /** Of `every`: those whose last turn has not ended. */
  readonly #inTurn = new Set<DueTimer>();
  #isStopped = false;

  constructor(clock: Clock, turns: Turns) {
    this.#clock = clock;
    this.#turns = turns;
  }

  after(delay: number, turn: () => unknown): Timer {
    const timer = this.#make(turn);
    this.#start(timer, delay, () => {
      this.#running.delete(timer);
      this.#turns.post({ callback: 'after', timer });
    });
    return timer;
  }

  /** A turn that is due while the last one waits or runs is left out: a slow worker is not chased. */
  every(interval: number, turn: () => unknown): Timer {
    const timer = this.#make(turn);
    const tick = () => {
      this.#start(timer, interval, tick);
      if (this.#inTurn.has(timer)) return;
      this.#inTurn.add(timer);
      this.#turns.post({ callback: 'every', timer });
    };
    this.#start(timer, interval, tick);
    return timer;
  }

  /** Its turn has ended, in whatever way. */
  ran(timer: DueTimer): void {
    this.#inTurn.delete(timer);
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of [...this.#running.keys()]) timer.cancel();
  }

  #make(turn: () => unknown): DueTimer {
    const timer = new DueTimer(turn, () => {
      this.#clock.clearTimeout(this.#running.get(timer));
      this.#running.delete(timer);
    });
    return timer;
  }

  #start(timer: DueTimer, delay: number, due: () => void): void {
    if (!this.#isStopped) this.#running.set(timer, this.#clock.setTimeout(due, delay));
  }
}
