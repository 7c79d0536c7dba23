/** The status as it changes: a reader that is slow sees the newest, and misses what lay between. */

type Take<S> = (result: IteratorResult<S, undefined>) => void;

const END = { done: true, value: undefined } as const;

export class StatusFeed<S> {
  readonly #read: () => S;
  readonly #isLast: (status: S) => boolean;
  readonly #readers = new Set<StatusReader<S>>();
  readonly #isRead: (isRead: boolean) => void;
  #wake: NodeJS.Immediate | null = null;

  /** Ends after a status that is the last. `isRead` is told when the first reader begins, and when the last one ends. */
  constructor(
    read: () => S,
    isLast: (status: S) => boolean,
    isRead: (isRead: boolean) => void = () => undefined,
  ) {
    this.#read = read;
    this.#isLast = isLast;
    this.#isRead = isRead;
  }

  /** Readers wake once per turn of the event loop: a status lists all channels, and many of them may change in one. */
  changed(): void {
    if (this.#readers.size === 0) return;
    for (const reader of this.#readers) reader.isStale = true;
    this.#wake ??= setImmediate(() => {
      this.#wake = null;
      for (const reader of this.#readers) reader.tell();
    });
  }

  /** The present status first, then the newest whenever it has changed. */
  changes(): AsyncIterableIterator<S, undefined> {
    return new StatusReader(this, this.#read, this.#isLast);
  }

  // What its readers say.

  begun(reader: StatusReader<S>): void {
    const isFirst = this.#readers.size === 0;
    this.#readers.add(reader);
    if (isFirst) this.#isRead(true);
  }

  ended(reader: StatusReader<S>): void {
    if (this.#readers.delete(reader) && this.#readers.size === 0) this.#isRead(false);
  }
}

/** Not a generator: the `return` of one waits until its `next` has settled, which may be never. */
class StatusReader<S> implements AsyncIterableIterator<S, undefined> {
  isStale = true;
  readonly #feed: StatusFeed<S>;
  readonly #read: () => S;
  readonly #isLast: (status: S) => boolean;
  readonly #waiting: Take<S>[] = [];
  #isOver = false;

  constructor(feed: StatusFeed<S>, read: () => S, isLast: (status: S) => boolean) {
    this.#feed = feed;
    this.#read = read;
    this.#isLast = isLast;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Is a reader from the first one on: nobody need end what was never begun. */
  next(): Promise<IteratorResult<S, undefined>> {
    if (this.#isOver) return Promise.resolve(END);
    this.#feed.begun(this);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.tell();
    });
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#end();
    return Promise.resolve(END);
  }

  /** Gives the one that waits longest what it has not seen. */
  tell(): void {
    if (!this.isStale) return;
    const take = this.#waiting.shift();
    if (take === undefined) return;
    this.isStale = false;
    const value = this.#read();
    take({ done: false, value });
    if (this.#isLast(value)) this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#feed.ended(this);
    for (const take of this.#waiting.splice(0)) take(END);
  }
}
