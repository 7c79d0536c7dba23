/** Messages that wait for whoever takes them, and those who wait for messages. */

import type { MessageFact } from '../channel/facts.js';
import type { Clock } from '../clock.js';
import { WaitError } from '../errors.js';
import type { Inbox } from './inbox.js';
import { MessageReader } from './message-reader.js';
import { type Ask, askOf } from './receive-ask.js';
import { Wait } from './wait.js';

/** A message that nobody has taken. It waits in the inbox of its channel and in that of the socket. */
export type Waiting = { readonly message: MessageFact; readonly inboxes: readonly MessageInbox[] };

/** Why no message comes any more. */
export type InboxEnd = {
  readonly why: string;
  /** Whether that was asked for: then a reader ends, and does not fail. */
  readonly isOrderly: boolean;
};

/** What an inbox needs to know of its socket. */
export type InboxTerms = {
  readonly clock: Clock;
  /** For what, in words: a topic, or the socket. */
  readonly whose: string;
  /** Milliseconds that a receive waits, unless it says otherwise. */
  readonly timeout: number;
};

export class MessageInbox implements Inbox<MessageFact> {
  readonly #terms: InboxTerms;
  readonly #waiting = new Set<Waiting>();
  readonly #waits = new Set<Wait>();
  #end: InboxEnd | null = null;
  dropped = 0;

  constructor(terms: InboxTerms) {
    this.#terms = terms;
  }

  /** How many messages wait. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** As gauges call it. */
  get shed(): number {
    return this.dropped;
  }

  get ended(): InboxEnd | null {
    return this.#end;
  }

  receive(...given: readonly unknown[]): Promise<never> {
    return new Promise((resolve: (message: MessageFact) => void, reject) => {
      const ask = askOf(given, this.#terms.timeout);
      ask.signal?.throwIfAborted();
      const found = this.take(ask);
      if (found === null) this.wait(ask, resolve, reject);
      else resolve(found);
    }) as Promise<never>;
  }

  messages(event?: string): AsyncIterableIterator<never, undefined> {
    const ask = askOf(event === undefined ? [] : [event], false);
    return new MessageReader(this, ask) as AsyncIterableIterator<never, undefined>;
  }

  flush(): readonly MessageFact[] {
    const all = [...this.#waiting];
    for (const waiting of all) forget(waiting);
    return all.map(({ message }) => message);
  }

  /** The first that waits and matches. Throws what a function of the asker throws. */
  take({ takes }: Ask): MessageFact | null {
    for (const waiting of this.#waiting) {
      if (!takes(waiting.message)) continue;
      forget(waiting);
      return waiting.message;
    }
    return null;
  }

  /** For one to come. Null: it has failed at once, because none can. */
  wait(ask: Ask, give: (message: MessageFact) => void, fail: (reason: Error) => void): Wait | null {
    if (this.#end !== null) {
      fail(this.#closed(this.#end));
      return null;
    }
    const wait = new Wait(ask, this.#terms.clock, {
      give,
      // What a signal, or a function of the asker's own, gives as a reason may be anything.
      fail: (reason) => {
        fail(reason as Error);
      },
      late: () => this.#late(ask),
      over: () => this.#waits.delete(wait),
    });
    this.#waits.add(wait);
    return wait;
  }

  /** Whether somebody who waits has taken it. */
  offer(message: MessageFact): boolean {
    for (const wait of this.#waits) if (wait.offer(message)) return true;
    return false;
  }

  put(waiting: Waiting): void {
    this.#waiting.add(waiting);
  }

  remove(waiting: Waiting): void {
    this.#waiting.delete(waiting);
  }

  /** The oldest goes, unseen. */
  drop(): void {
    const [oldest] = this.#waiting;
    if (oldest === undefined) return;
    forget(oldest);
    for (const inbox of oldest.inboxes) inbox.dropped += 1;
  }

  /** No message comes any more: those that wait may still be taken. */
  end(end: InboxEnd): void {
    this.#end ??= end;
    for (const wait of this.#waits) wait.fail(this.#closed(end));
  }

  #late({ what, timeout }: Ask): WaitError {
    const { size } = this.#waiting;
    const others = size === 0 ? 'nothing else waits' : `${size} other messages wait`;
    return new WaitError(
      'PHX_RECEIVE_TIMEOUT',
      `receive ${what} of ${this.#terms.whose}: none came within ${String(timeout)} ms; ${others}`,
    );
  }

  #closed({ why }: InboxEnd): WaitError {
    return new WaitError('PHX_CLOSED', `receive from ${this.#terms.whose}: ${why}`);
  }
}

function forget(waiting: Waiting): void {
  for (const inbox of waiting.inboxes) inbox.remove(waiting);
}
