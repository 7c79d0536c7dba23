/** Messages that wait for whoever takes them, and those who wait for messages. */

import type { Aborts } from '../channel/aborts.js';
import type { MessageFact } from '../channel/facts.js';
import type { Clock } from '../clock.js';
import { WaitError } from '../errors.js';
import type { Inbox } from './inbox.js';
import { Line, takeOut } from './line.js';
import { MessageReader } from './message-reader.js';
import { type Ask, askOf } from './receive-ask.js';
import { Wait } from './wait.js';

/** Why no message comes any more. */
export type InboxEnd = {
  readonly why: string;
  /** Whether that was asked for: then a reader ends, and does not fail. */
  readonly isOrderly: boolean;
};

/** What an inbox needs to know of its socket. */
export type InboxTerms = {
  readonly clock: Clock;
  readonly aborts: Aborts;
  /** For what, in words: a topic, or the socket. */
  readonly whose: string;
  /** Milliseconds that a receive waits, unless it says otherwise. */
  readonly timeout: number;
};

export class MessageInbox implements Inbox<MessageFact> {
  readonly line = new Line();
  readonly #terms: InboxTerms;
  readonly #waits = new Set<Wait>();
  #end: InboxEnd | null = null;
  dropped = 0;

  constructor(terms: InboxTerms) {
    this.#terms = terms;
  }

  /** As gauges call it. */
  get depth(): number {
    return this.line.length;
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
    return this.line.all().flatMap((waiting) => takeOut(waiting) ?? []);
  }

  /** The first that waits and matches. Throws what a function of the asker throws. */
  take({ takes }: Ask): MessageFact | null {
    const found = this.line.find(takes);
    return found && takeOut(found);
  }

  /** For one to come. Null: it has failed at once, because none can. */
  wait(ask: Ask, give: (message: MessageFact) => void, fail: (reason: Error) => void): Wait | null {
    if (this.#end !== null) {
      fail(this.#closed(this.#end));
      return null;
    }
    const wait = new Wait(ask, this.#terms, {
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

  /** No message comes any more: those that wait may still be taken. */
  end(end: InboxEnd): void {
    this.#end ??= end;
    for (const wait of this.#waits) wait.fail(this.#closed(end));
  }

  #late({ what, timeout }: Ask): WaitError {
    const { length } = this.line;
    const others = length === 0 ? 'nothing else waits' : `${length} other messages wait`;
    return new WaitError(
      'PHX_RECEIVE_TIMEOUT',
      `receive ${what} of ${this.#terms.whose}: none came within ${String(timeout)} ms; ${others}`,
    );
  }

  #closed({ why }: InboxEnd): WaitError {
    return new WaitError('PHX_CLOSED', `receive from ${this.#terms.whose}: ${why}`);
  }
}
