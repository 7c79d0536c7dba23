/**
 * What a worker that falls behind does to the connections: nothing is read for a while, so that the server feels it. For 5 s
 * at most, and never while the worker waits for something of ours, which could then not arrive.
 */

import type { Clock } from '../clock.js';
import type { Reporter } from '../telemetry/telemetry.js';

/** What is read from. */
export interface Flow {
  pauseReading(): void;
  resumeReading(): void;
}

/** Longer than a burst takes to be worked off, shorter than any heartbeat's timeout. */
const LONGEST_PAUSE = 5000;

export class Pressure {
  readonly #flow: Flow;
  readonly #clock: Clock;
  readonly #reporter: Reporter;
  readonly #mayPause: () => boolean;
  /** Spent: there was a pause, and the worker is still behind. */
  #state: 'low' | 'paused' | 'spent' = 'low';
  #timer: unknown = null;

  constructor(flow: Flow, clock: Clock, reporter: Reporter, mayPause: () => boolean) {
    this.#flow = flow;
    this.#clock = clock;
    this.#reporter = reporter;
    this.#mayPause = mayPause;
  }

  /** More waits than a worker that keeps up would let wait. */
  rose(): void {
    if (this.#state !== 'low' || !this.#mayPause()) return;
    this.#state = 'paused';
    this.#timer = this.#clock.setTimeout(() => {
      this.letGo();
    }, LONGEST_PAUSE);
    this.#reporter.fact('inbox.paused', {});
    this.#flow.pauseReading();
  }

  /** The worker has caught up. */
  fell(): void {
    const wasPaused = this.#state === 'paused';
    this.#state = 'low';
    if (wasPaused) this.#resume();
  }

  /** Reads on, though the worker is behind. */
  letGo(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'spent';
    this.#resume();
  }

  /** What comes at once may be too much again: the state is set before. */
  #resume(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#reporter.fact('inbox.resumed', {});
    this.#flow.resumeReading();
  }
}
