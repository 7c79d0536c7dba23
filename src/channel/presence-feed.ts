/** The changes of a presence for who reads them: all, in order, unless the reader is slow; then the whole list anew. */

import type { PresenceChange } from '../protocol/presence.js';

/** Changes that wait for one reader. */
const MOST_WAITING = 1000;

const END = { done: true, value: undefined } as const;

type Take = (result: IteratorResult<PresenceChange, undefined>) => void;

export class PresenceFeed {
  /** The whole list as it is now; null: the server has not said it yet. */
  readonly present: () => PresenceChange | null;
  readonly #readers = new Set<PresenceReader>();
  #isClosed = false;

  constructor(present: () => PresenceChange | null) {
    this.present = present;
  }

  put(change: PresenceChange): void {
    for (const reader of this.#readers) reader.put(change);
  }

  changes(): AsyncIterableIterator<PresenceChange, undefined> {
    return new PresenceReader(this);
  }

  add(reader: PresenceReader): void {
    if (this.#isClosed) reader.end();
    else this.#readers.add(reader);
  }

  delete(reader: PresenceReader): void {
    this.#readers.delete(reader);
  }

  /** Ends those who read; others may still come. */
  end(): void {
    for (const reader of this.#readers) reader.end();
  }

  close(): void {
    this.#isClosed = true;
    this.end();
  }
}

/** Not a generator: the `return` of one waits until its `next` has settled, which may be never. */
class PresenceReader implements AsyncIterableIterator<PresenceChange, undefined> {
  readonly #feed: PresenceFeed;
  readonly #takers: Take[] = [];
  #waiting: PresenceChange[] = [];
  /** `behind`: it has not been told the list that changes would be changes of. Then nothing waits. */
  #state: 'behind' | 'following' | 'over' = 'behind';

  constructor(feed: PresenceFeed) {
    this.#feed = feed;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Is a reader from the first one on: nobody need end what was never begun. */
  next(): Promise<IteratorResult<PresenceChange, undefined>> {
    if (this.#state === 'behind') this.#feed.add(this);
    const value = this.#take();
    if (value !== null) return Promise.resolve({ done: false, value });
    if (this.#state === 'over') return Promise.resolve(END);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#waiting = [];
    this.end();
    return Promise.resolve(END);
  }

  put(change: PresenceChange): void {
    const [take] = this.#takers;
    if (this.#state === 'behind' && (take === undefined || change.type !== 'synced')) return;
    this.#state = 'following';
    this.#takers.shift();
    if (take !== undefined) take({ done: false, value: change });
    else this.#keep(change);
  }

  /** What waits may still be read. */
  end(): void {
    this.#state = 'over';
    this.#feed.delete(this);
    for (const take of this.#takers.splice(0)) take(END);
  }

  #take(): PresenceChange | null {
    if (this.#state !== 'behind') return this.#waiting.shift() ?? null;
    const present = this.#feed.present();
    if (present !== null) this.#state = 'following';
    return present;
  }

  #keep(change: PresenceChange): void {
    this.#waiting.push(change);
    if (this.#waiting.length <= MOST_WAITING) return;
    this.#waiting = [];
    this.#state = 'behind';
  }
}
