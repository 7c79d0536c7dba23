/** A line of turns that run one at a time, each awaited if it returns a promise. Strands run beside each other. */

import { Line } from './line.js';
import type { Turn } from './turn.js';

/** What a strand needs of its mailbox. */
export interface StrandOwner {
  /** The next turn that may run; null: none. */
  take(strand: Strand): Turn | null;
  /** Must not throw, nor reject. */
  run(turn: Turn): void | Promise<void>;
  /** It wants to run, soon: never inside this call. */
  woke(strand: Strand): void;
  /** Nothing of it runs any more. */
  rested(strand: Strand): void;
}

export class Strand {
  readonly line = new Line<Turn>();
  /** Whose turns these are; null: those of no topic, or all. */
  readonly topic: string | null;
  readonly #owner: StrandOwner;
  #isRunning = false;
  #current: Promise<void> | null = null;

  constructor(topic: string | null, owner: StrandOwner) {
    this.topic = topic;
    this.#owner = owner;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** The turn that runs on; null: none does. */
  get current(): Promise<void> | null {
    return this.#current;
  }

  wake(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#owner.woke(this);
  }

  /** Runs what waits. A loop, so that turns that return nothing cost no promise. */
  readonly drain = (): void => {
    this.#current = null;
    for (let turn = this.#owner.take(this); turn !== null; turn = this.#owner.take(this)) {
      const running = this.#owner.run(turn);
      if (running === undefined) continue;
      this.#current = running;
      void running.then(this.drain);
      return;
    }
    this.#isRunning = false;
    this.#owner.rested(this);
  };
}
