/** How often the topics were joined lately that nobody wants any more. */

import { isOver, type Pace, RESTED } from '../policy/pace.js';

/** More topics than a loop would go through in 10 s. */
const KEPT = 1000;

export class Paces {
  /** The newest last. */
  readonly #paces = new Map<string, Pace>();

  of(topic: string): Pace {
    return this.#paces.get(topic) ?? RESTED;
  }

  /** For as long as it matters: a topic that is given up and joined anew each time must slow down, too. */
  remember(topic: string, pace: Pace, now: number): void {
    this.#paces.delete(topic);
    this.#paces.set(topic, pace);
    for (const [oldest, its] of this.#paces) {
      if (this.#paces.size <= KEPT && !isOver(its, now)) return;
      this.#paces.delete(oldest);
    }
  }

  clear(): void {
    this.#paces.clear();
  }
}
