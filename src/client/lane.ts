/** The waiting messages of one topic, when much waits: what the longest lane has too much of is shed. */

import type { Waiting } from './line.js';

export class Lane<T> {
  readonly topic: string | null;
  length = 0;
  #first: Waiting<T> | null = null;
  #last: Waiting<T> | null = null;

  /** `topic` is null for a lane of nothing, which any other is longer than. */
  constructor(topic: string | null) {
    this.topic = topic;
  }

  append(waiting: Waiting<T>): void {
    if (this.#last === null) this.#first = waiting;
    else this.#last.behind = waiting;
    this.#last = waiting;
    this.length += 1;
  }

  /** Takes out the first, which is the oldest. */
  shift(): Waiting<T> | null {
    const first = this.#first;
    if (first === null) return null;
    this.#first = first.behind;
    if (this.#first === null) this.#last = null;
    first.behind = null;
    this.length -= 1;
    return first;
  }
}
