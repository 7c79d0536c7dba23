/** Messages that nobody has taken, in order of arrival: taking the first costs no search, whatever has gone before it. */

import type { MessageFact } from '../channel/facts.js';

/** It stands in the line of its channel and in that of the socket. */
export type Waiting = {
  /** Null: somebody has taken it, or it was dropped. */
  message: MessageFact | null;
  readonly lines: readonly Line[];
};

/** Places of those that are gone, and not yet cleared away, that a line may have beside as many as wait. */
const EMPTY_PLACES = 32;

export class Line {
  #places: Waiting[] = [];
  /** Nobody waits before it. */
  #first = 0;
  /** How many wait. */
  length = 0;

  /** The first that is wanted. */
  find(takes: (message: MessageFact) => boolean): Waiting | null {
    const places = this.#places;
    for (let at = this.#first; at < places.length; at += 1) {
      const waiting = places[at];
      if (waiting === undefined || waiting.message === null) continue;
      if (takes(waiting.message)) return waiting;
    }
    return null;
  }

  all(): readonly Waiting[] {
    return this.#places.filter(isWaiting);
  }

  add(waiting: Waiting): void {
    this.#places.push(waiting);
    this.length += 1;
  }

  /** One that waited is gone. */
  left(): void {
    this.length -= 1;
    while (this.#places[this.#first]?.message === null) this.#first += 1;
    if (this.#places.length <= 2 * this.length + EMPTY_PLACES) return;
    this.#places = this.#places.slice(this.#first).filter(isWaiting);
    this.#first = 0;
  }
}

/** Out of all its lines. Null: somebody was faster. */
export function takeOut(waiting: Waiting): MessageFact | null {
  const { message, lines } = waiting;
  if (message === null) return null;
  waiting.message = null;
  for (const line of lines) line.left();
  return message;
}

function isWaiting({ message }: Waiting): boolean {
  return message !== null;
}
