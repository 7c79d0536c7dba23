/** A cursor: reads the log from a place, and wakes who waits for more. */

import { UsageError } from '../../errors.js';
import type { InboxEvent } from './event.js';
import type { Cursor, CursorStatus } from './event-log.js';
import type { Place } from './place.js';

type Waiter = { readonly resolve: () => void; readonly reject: (error: unknown) => void };

/** What the log does for its readers. */
export type Desk = {
  readonly tail: () => number;
  /** It is done by one that held it beyond the log's limit. */
  readonly release: (event: InboxEvent) => void;
  readonly saved: () => Promise<void>;
  readonly left: (reader: Reader) => void;
};

export class Reader implements Cursor {
  readonly name: string;
  readonly place: Place;
  readonly #desk: Desk;
  readonly #waiters = new Set<Waiter>();
  #isClosed = false;
  /** As it was closed: a place that nobody reads does not know what of the log waits for it. */
  #last: CursorStatus | null = null;

  constructor(name: string, place: Place, desk: Desk) {
    this.name = name;
    this.place = place;
    this.#desk = desk;
  }

  get status(): CursorStatus {
    if (this.#last !== null) return this.#last;
    const { waiting, inFlight, dropped, oldest } = this.place;
    return { waiting, inFlight, dropped, oldest };
  }

  next(): InboxEvent | null {
    return this.#isClosed ? null : this.place.take();
  }

  ready(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      if (this.#isClosed) return reject(closed(this.name));
      if (this.place.hasNext) return resolve();
      this.#wait(signal, resolve, reject);
    });
  }

  done(event: InboxEvent): void {
    if (this.#isClosed || !this.place.done(event, this.#desk.tail())) return;
    if (event.position < this.#desk.tail()) this.#desk.release(event);
    this.wake();
  }

  back(event: InboxEvent): void {
    if (this.#isClosed) return;
    this.place.back(event);
    this.wake();
  }

  saved(): Promise<void> {
    return this.#desk.saved();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#last = this.status;
    this.#isClosed = true;
    this.place.close();
    for (const { reject } of this.#waiters) reject(closed(this.name));
    this.#desk.left(this);
  }

  wake(): void {
    if (this.#waiters.size === 0 || !this.place.hasNext) return;
    for (const { resolve } of this.#waiters) resolve();
  }

  #wait(signal: AbortSignal, resolve: () => void, reject: (error: unknown) => void): void {
    const settle = () => {
      this.#waiters.delete(waiter);
      signal.removeEventListener('abort', abort);
    };
    const abort = () => {
      settle();
      reject(signal.reason);
    };
    const waiter: Waiter = {
      resolve: () => {
        settle();
        resolve();
      },
      reject: (error) => {
        settle();
        reject(error);
      },
    };
    this.#waiters.add(waiter);
    signal.addEventListener('abort', abort);
  }
}

function closed(name: string): UsageError {
  return new UsageError('PHX_STOPPED', `the cursor ${name} is closed: open it again`);
}
