/** Message after message, for whoever writes `for await`. */

import type { MessageFact } from '../channel/facts.js';
import type { MessageInbox } from './message-inbox.js';
import type { Ask } from './receive-ask.js';
import type { Wait } from './wait.js';

type Result = IteratorResult<MessageFact, undefined>;

const END = { done: true, value: undefined } as const;

/** Not a generator: the `return` of one waits until its `next` has settled, which may be never. */
export class MessageReader implements AsyncIterableIterator<MessageFact, undefined> {
  readonly #inbox: MessageInbox;
  readonly #ask: Ask;
  /** What ends each wait without a message. */
  readonly #waits = new Set<() => void>();
  #isOver = false;

  constructor(inbox: MessageInbox, ask: Ask) {
    this.#inbox = inbox;
    this.#ask = ask;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.#isOver) return Promise.resolve(END);
    const value = this.#inbox.take(this.#ask);
    return value === null ? this.#wait() : Promise.resolve({ done: false, value });
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#isOver = true;
    for (const cancel of this.#waits) cancel();
    return Promise.resolve(END);
  }

  #wait(): Promise<Result> {
    return new Promise((resolve, reject) => {
      const cancel = () => {
        wait?.cancel();
        this.#waits.delete(cancel);
        resolve(END);
      };
      const give = (value: MessageFact) => {
        this.#waits.delete(cancel);
        resolve({ done: false, value });
      };
      const fail = (reason: Error) => {
        this.#isOver = true;
        this.#waits.delete(cancel);
        if (this.#inbox.ended?.isOrderly === true) resolve(END);
        else reject(reason);
      };
      this.#waits.add(cancel);
      const wait: Wait | null = this.#inbox.wait(this.#ask, give, fail);
    });
  }
}
