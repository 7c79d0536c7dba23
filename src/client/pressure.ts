/**
 * What a worker that falls behind leads to: it is told, once from the high water to the low, and nothing is read for a while, so that
 * the server feels it. For 5 s at most, and never while the worker waits for something of ours, which could then not arrive.
 */

import type { Clock } from '../clock.js';
import type { Reporter } from '../telemetry/telemetry.js';
import type { CallbackWatch } from './callback-watch.js';
import type { Greeting } from './greeting.js';

/** What is read from. */
export interface Flow {
  pauseReading(): void;
  resumeReading(): void;
}

/** What waits when it is too much, and what was shed since the start. */
export type Load = {
  /** The one with the most messages; null: no message waits. */
  readonly topic: string | null;
  readonly depth: number;
  readonly shed: number;
};

/** Who runs the callbacks. */
interface Callbacks {
  readonly greeting: Greeting;
  readonly watch: CallbackWatch;
}

/** Longer than a burst takes to be worked off, shorter than any heartbeat's timeout. */
const LONGEST_PAUSE = 5000;

export class Pressure {
  readonly #flow: Flow;
  readonly #clock: Clock;
  readonly #reporter: Reporter;
  readonly #callbacks: Callbacks;
  /** Spent: there was a pause, and the worker is still behind. */
  #state: 'low' | 'paused' | 'spent' = 'low';
  #timer: unknown = null;
  /** When more waited than should, and how much had been shed until then. */
  #since = 0;
  #shedBefore = 0;

  constructor(flow: Flow, clock: Clock, reporter: Reporter, callbacks: Callbacks) {
    this.#flow = flow;
    this.#clock = clock;
    this.#reporter = reporter;
    this.#callbacks = callbacks;
  }

  /** More waits than a worker that keeps up would let wait. */
  began({ topic, depth, shed }: Load): void {
    this.#since = this.#clock.monotonic();
    this.#shedBefore = shed;
    const holding = this.#callbacks.watch.holding(topic);
    const { callback, ms: running } = holding ?? { callback: null, ms: 0 };
    this.#reporter.fact('inbox.crowded', { topic, depth, callback, running });
  }

  /** Another one came. */
  rose(): void {
    if (this.#state !== 'low' || this.#callbacks.greeting.isWaived) return;
    this.#state = 'paused';
    this.#timer = this.#clock.setTimeout(() => {
      this.letGo();
    }, LONGEST_PAUSE);
    this.#reporter.fact('inbox.paused', {});
    this.#flow.pauseReading();
  }

  /** The worker has caught up; `shed` is the total. */
  fell(shed: number): void {
    const wasPaused = this.#state === 'paused';
    this.#state = 'low';
    const ms = Math.round(this.#clock.monotonic() - this.#since);
    this.#reporter.fact('inbox.calmed', { ms, shed: shed - this.#shedBefore });
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
