/** Turns that wait behind each other, in order of arrival. A linked list, because one may be shed from the middle. */

/** A turn that waits. */
export type Waiting<T> = {
  turn: T;
  /** Null: never shed. */
  topic: string | null;
  /** Wall-clock time of a message's arrival. */
  readonly at: number;
  readonly line: Line<T>;
  previous: Waiting<T> | null;
  next: Waiting<T> | null;
  /** The next one in its lane. */
  behind: Waiting<T> | null;
};

export class Line<T> {
  #first: Waiting<T> | null = null;
  #last: Waiting<T> | null = null;

  /** The one that waits longest. */
  get first(): Waiting<T> | null {
    return this.#first;
  }

  /** In order. What is yielded may be unlinked. */
  *[Symbol.iterator](): Generator<Waiting<T>, undefined> {
    for (let waiting = this.#first; waiting !== null; waiting = waiting.next) yield waiting;
  }

  append(waiting: Waiting<T>): void {
    waiting.previous = this.#last;
    if (this.#last === null) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
  }

  unlink({ previous, next }: Waiting<T>): void {
    if (previous === null) this.#first = next;
    else previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
  }

  clear(): void {
    this.#first = null;
    this.#last = null;
  }
}
