/** What happened lately to sockets and channels: the last transitions, for whoever asks afterwards. */

import type { Change } from '../channel/facts.js';

/** `who` (a topic, or `socket 1`) went `from` one state `to` another; `reason` is empty when it went as it should. */
export type Transition = Change & { readonly at: Date };

/** Enough for the story of an outage, little enough to keep for months. */
export const KEPT = 256;

export class Timeline {
  readonly #transitions: Transition[] = [];
  #next = 0;

  note(change: Change, at: number): void {
    this.#transitions[this.#next] = { ...change, at: new Date(at) };
    this.#next = (this.#next + 1) % KEPT;
  }

  /** The oldest first. */
  list(): readonly Transition[] {
    return [...this.#transitions.slice(this.#next), ...this.#transitions.slice(0, this.#next)];
  }
}
