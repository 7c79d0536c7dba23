/** The status as it changes: a reader that is slow sees the newest, and misses what lay between. */

type Reader = { wake: (() => void) | null; isStale: boolean };

export class StatusFeed<S> {
  readonly #read: () => S;
  readonly #isLast: (status: S) => boolean;
  readonly #readers = new Set<Reader>();

  /** Ends after a status that is the last. */
  constructor(read: () => S, isLast: (status: S) => boolean) {
    this.#read = read;
    this.#isLast = isLast;
  }

  changed(): void {
    for (const reader of this.#readers) {
      reader.isStale = true;
      reader.wake?.();
    }
  }

  /** The present status first, then the newest whenever it has changed. */
  async *changes(): AsyncGenerator<S, void, undefined> {
    const reader: Reader = { wake: null, isStale: true };
    this.#readers.add(reader);
    try {
      yield* this.#statusesFor(reader);
    } finally {
      this.#readers.delete(reader);
    }
  }

  async *#statusesFor(reader: Reader): AsyncGenerator<S, void, undefined> {
    for (let isOver = false; !isOver; ) {
      await staleness(reader);
      reader.isStale = false;
      const status = this.#read();
      isOver = this.#isLast(status);
      yield status;
    }
  }
}

function staleness(reader: Reader): Promise<void> {
  if (reader.isStale) return Promise.resolve();
  return new Promise((resolve) => {
    reader.wake = resolve;
  });
}
