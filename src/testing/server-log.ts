/** What happened at the server, kept for whoever asks afterwards or waits for it. */

import { inspect } from 'node:util';
import { lineOf } from './log-entry.js';
import type { EntryOf, LogEntry, LogKind, ServerFact } from './log-entry.js';
import { isLike } from '../protocol/pattern.js';

/**
 * An entry with as many of its fields as matter, at any depth of them (an array, or bytes, is compared whole), or a
 * function that judges for itself.
 */
export type LogMatch<K extends LogKind = LogKind> =
  | ((entry: LogEntry) => boolean)
  | ({ readonly kind?: K } & PartOf<EntryOf<K>>);

type PartOf<E> = E extends LogEntry ? Partial<Omit<E, 'kind'>> : never;

/** What happened at the server from some moment on. Everything is shown as it is: params, tokens and payloads. */
export interface ServerLog {
  /**
   * The oldest first; of more than 10 000 entries the newest. What the server says is here once whatever a fault
   * then does to it. Payloads are no copies: what a channel changes of one afterwards is changed here.
   */
  readonly log: readonly LogEntry[];
  /**
   * The first entry that matches, past or to come: give the kind and its fields are typed. Rejects after `timeout`,
   * in milliseconds, 5000 by default, with what was seen last; rejects with what a function throws.
   */
  seen<K extends LogKind = LogKind>(
    match: LogMatch<K>,
    options?: { readonly timeout?: number },
  ): Promise<EntryOf<K>>;
  /** The log of what happens from now on. */
  mark(): ServerLog;
}

type Judge = (entry: LogEntry) => boolean;
type Wake = (grown: boolean) => void;

const KEPT = 10_000;
const TIMEOUT = 5000;

/** How many entries a failed wait shows. */
const SHOWN = 10;

export class LogBook {
  readonly #waiting = new Set<Wake>();
  #entries: LogEntry[] = [];
  #forgotten = 0;

  /** How many entries there were. */
  get length(): number {
    return this.#forgotten + this.#entries.length;
  }

  add(socket: number, fact: ServerFact): void {
    this.#entries.push({ at: Date.now(), socket, ...fact });
    if (this.#entries.length >= 2 * KEPT) this.#forget();
    for (const wake of this.#waiting) wake(true);
  }

  /** Those from the entry of this number on which are still kept. */
  from(number: number): readonly LogEntry[] {
    const first = Math.max(number - this.#forgotten, this.#entries.length - KEPT, 0);
    return this.#entries.slice(first);
  }

  /** True at the next entry; false when there is none before the deadline, a time of `performance.now()`. */
  async grown(deadline: number): Promise<boolean> {
    const within = deadline - performance.now();
    if (within <= 0) return false;
    return new Promise((resolve) => {
      const wake: Wake = (grown) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(grown);
      };
      const timer = setTimeout(wake, within, false);
      this.#waiting.add(wake);
    });
  }

  /** Many at a time, so that an entry costs no move of all the others. */
  #forget(): void {
    this.#entries = this.#entries.slice(-KEPT);
    this.#forgotten += KEPT;
  }
}

export class LogView implements ServerLog {
  readonly #book: LogBook;
  readonly #from: number;

  constructor(book: LogBook, from: number) {
    this.#book = book;
    this.#from = from;
  }

  get log(): readonly LogEntry[] {
    return this.#book.from(this.#from);
  }

  async seen<K extends LogKind = LogKind>(
    match: LogMatch<K>,
    { timeout = TIMEOUT }: { readonly timeout?: number } = {},
  ): Promise<EntryOf<K>> {
    const judge = judgeOf(match);
    const deadline = performance.now() + timeout;
    let from = this.#from;
    do {
      const found = this.#book.from(from).find(judge);
      if (found !== undefined) return found as EntryOf<K>;
      from = this.#book.length;
    } while (await this.#book.grown(deadline));
    throw new Error(this.#unseen(match, timeout));
  }

  mark(): ServerLog {
    return new LogView(this.#book, this.#book.length);
  }

  #unseen(match: unknown, timeout: number): string {
    const { log } = this;
    const what = `nothing like ${inspect(match)} was seen within ${timeout} ms`;
    if (log.length === 0) return `${what}, nor anything else`;
    const last = log.slice(-SHOWN).map((entry) => `\n  ${lineOf(entry)}`);
    return `${what}; the last ${last.length} of ${log.length} entries:${last.join('')}`;
  }
}

function judgeOf(match: LogMatch): Judge {
  return typeof match === 'function' ? match : (entry) => isLike(entry, match);
}
