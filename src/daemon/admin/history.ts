/** The last five minutes as a few points, kept for whoever opens the page in the middle of an outage. */

import type { Sample } from './live-view.js';

const INTERVAL = 5000;
/** One more than the intervals: a rate needs both of its ends. */
const KEPT = 61;

export class History {
  readonly #sample: () => Sample;
  readonly #samples: Sample[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(sample: () => Sample) {
    this.#sample = sample;
  }

  start(): void {
    this.#take();
    this.#timer ??= setInterval(() => this.#take(), INTERVAL).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** The oldest first. */
  list(): readonly Sample[] {
    return this.#samples;
  }

  #take(): void {
    this.#samples.push(this.#sample());
    if (this.#samples.length > KEPT) this.#samples.shift();
  }
}
