/** Writes a log to its database: all that waits goes in one write, again and again until nothing waits. */

import type { Clock } from '../../clock.js';
import { StoreError } from '../../errors.js';
import type { Database, Operation } from '../../store/classic-level.js';
import { storeErrorOf } from '../../store/store-errors.js';
import type { InboxEvent } from './event.js';
import type { Admit, Journal, Noted } from './journal.js';
import { eventKey, eventText, TAIL } from './stored-log.js';

type Written = {
  readonly event: InboxEvent;
  readonly text: string;
  readonly size: number;
  readonly admit: Admit;
};
type Saver = { readonly resolve: () => void; readonly reject: (error: Error) => void };

/** From here on the writer is asked to wait. */
const BUSY = { events: 1000, bytes: 4 * 2 ** 20 };
/** Of a writer that does not wait. */
const MOST_BYTES = 64 * 2 ** 20;
/** Milliseconds: a disk that is full, or a mount that is away, may come back; and the supervisor is to be told while it matters. */
const PATIENCE = 10_000;
const FIRST_WAIT = 50;
const LONGEST_WAIT = 1000;

export class DiskJournal implements Journal {
  readonly failed: Promise<Error>;
  readonly #path: string;
  readonly #database: Database;
  readonly #clock: Clock;
  #queue: Written[] = [];
  #queuedBytes = 0;
  #underWay = 0;
  #dropped: number[] = [];
  #tail: number | null = null;
  #noted = new Set<Noted>();
  #savers: Saver[] = [];
  #writing: Promise<void> | null = null;
  /** Those who wait until the queue is short again. */
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;
  /** Why nothing is written any more. */
  #end: Error | null = null;
  #tellFailed: (error: Error) => void = () => undefined;

  constructor(path: string, database: Database, clock: Clock) {
    this.#path = path;
    this.#database = database;
    this.#clock = clock;
    this.failed = new Promise((resolve) => {
      this.#tellFailed = resolve;
    });
  }

  get unwritten(): number {
    return this.#queue.length + this.#underWay;
  }

  write(event: InboxEvent, admit: Admit): void | Promise<void> {
    if (this.#end) return;
    const text = eventText(event);
    const size = Buffer.byteLength(text);
    this.#queue.push({ event, text, size, admit });
    this.#queuedBytes += size;
    this.#begin();
    if (this.#queuedBytes > MOST_BYTES) this.#fail(tooMuch(this.#path));
    else if (this.#isBusy) return this.#whenRoom();
  }

  dropped(position: number, tail: number): void {
    this.#dropped.push(position);
    this.held(position, tail);
  }

  held(_position: number, tail: number): void {
    this.#tail = tail;
    this.#begin();
  }

  changed(noted: Noted): void {
    this.#noted.add(noted);
    this.#begin();
  }

  saved(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#end) return reject(this.#end);
      this.#savers.push({ resolve, reject });
      this.#begin();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    this.#end ??= closed(this.#path);
    try {
      await this.#database.close();
    } catch (thrown) {
      throw storeErrorOf(this.#path, thrown);
    }
  }

  get #isBusy(): boolean {
    return this.unwritten > BUSY.events || this.#queuedBytes > BUSY.bytes;
  }

  get #hasWork(): boolean {
    const counts = [this.#queue.length, this.#dropped.length, this.#noted.size];
    return this.#tail !== null || this.#savers.length > 0 || counts.some((count) => count > 0);
  }

  #begin(): void {
    if (this.#end) this.#forget();
    else this.#writing ??= this.#writeAll();
  }

  /** What is asked for in one turn of the loop goes together. */
  async #writeAll(): Promise<void> {
    await Promise.resolve();
    while (this.#hasWork && !this.#end) await this.#writeNext();
    this.#writing = null;
  }

  async #writeNext(): Promise<void> {
    const [events, savers] = [this.#queue, this.#savers];
    this.#underWay = events.length;
    const operations = this.#operations();
    try {
      // What is only done need not be on disk at once: after a loss of power it is delivered once more.
      if (operations.length > 0) await this.#commit(operations, events.length > 0);
    } catch (error) {
      this.#fail(error as Error);
      for (const { reject } of savers) reject(error as Error);
      return;
    }
    this.#underWay = 0;
    for (const { event, size, admit } of events) admit(event, size);
    for (const { resolve } of savers) resolve();
    if (!this.#isBusy) this.#freeRoom();
  }

  /** The state of everything as it is now, in one write: after a crash all of it is there, or none. */
  #operations(): readonly Operation[] {
    const operations: Operation[] = [];
    for (const { event, text } of this.#queue) operations.push(put(eventKey(event.position), text));
    for (const position of this.#dropped) operations.push({ type: 'del', key: eventKey(position) });
    if (this.#tail !== null) operations.push(put(TAIL, String(this.#tail)));
    for (const { key, text } of this.#noted) {
      operations.push(text === null ? { type: 'del', key } : put(key, text));
    }
    this.#forget();
    this.#savers = [];
    return operations;
  }

  #forget(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#dropped = [];
    this.#tail = null;
    this.#noted = new Set();
  }

  /** Each operation may be done twice, so one that failed half-way is done again as it was. */
  async #commit(operations: readonly Operation[], sync: boolean): Promise<void> {
    const until = this.#clock.monotonic() + PATIENCE;
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      try {
        await this.#try(operations, sync);
        return;
      } catch (thrown) {
        this.#giveUpAfter(until - wait, thrown);
      }
      await new Promise<void>((resolve) => {
        this.#clock.setTimeout(resolve, wait);
      });
    }
  }

  #giveUpAfter(time: number, thrown: unknown): void {
    if (this.#clock.monotonic() > time) throw gaveUp(storeErrorOf(this.#path, thrown));
  }

  /** LevelDB takes no write after one that failed, until it is opened again. */
  async #try(operations: readonly Operation[], sync: boolean): Promise<void> {
    // Never a new one in its place, should the folder be gone.
    if (this.#database.status !== 'open') await this.#database.open({ createIfMissing: false });
    try {
      await this.#database.batch([...operations], { sync });
    } catch (error) {
      await this.#database.close();
      throw error;
    }
  }

  #whenRoom(): Promise<void> {
    this.#room ??= newRoom();
    return this.#room.promise;
  }

  #freeRoom(): void {
    this.#room?.resolve();
    this.#room = null;
  }

  #fail(error: Error): void {
    if (this.#end) return;
    this.#end = error;
    this.#forget();
    this.#underWay = 0;
    this.#freeRoom();
    for (const { reject } of this.#savers) reject(error);
    this.#savers = [];
    this.#tellFailed(error);
  }
}

function put(key: string, value: string): Operation {
  return { type: 'put', key, value };
}

function newRoom(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function gaveUp(error: Error): StoreError {
  const remedy = 'make room on it or look at its mount, and start again';
  const problem = `${error.message}; it was tried again for ${PATIENCE} ms: ${remedy}`;
  return new StoreError('PHX_STORE_FAILED', problem, { cause: error.cause ?? error });
}

function tooMuch(path: string): StoreError {
  const problem = `more than ${MOST_BYTES} bytes wait for the disk of ${path}: use a faster one, or an inbox in memory`;
  return new StoreError('PHX_STORE_FAILED', problem);
}

function closed(path: string): StoreError {
  return new StoreError('PHX_STORE_FAILED', `${path} is closed: open the inbox again`);
}
