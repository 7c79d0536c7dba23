/** One push that was ordered, and what has become of it so far. */

import { type Push, PushError } from '../../index.js';
import { isTooDeep } from '../../policy/nesting.js';
import type { PushOrder } from './push-desk.js';

/** `failed`: never sent; `unknown`: sent, and nobody knows whether it arrived. */
export type PushFate =
  | { readonly outcome: 'queued' }
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'replied'; readonly status: string; readonly response: unknown }
  | { readonly outcome: 'failed'; readonly error: PushError; readonly wasQueued: boolean }
  | { readonly outcome: 'unknown'; readonly error: PushError };

export class PushRecord {
  /** The key, if it was given one. */
  readonly id: string;
  readonly about: Pick<PushOrder, 'topic' | 'event' | 'delivery'>;
  /** Of the order: two with the same say the same. */
  readonly print: string;
  readonly since = Date.now();
  /** Resolves when its fate can change no more; never rejects. */
  readonly settled: Promise<void>;
  readonly #push: Push;
  #wasQueued = false;
  #fate: PushFate = { outcome: 'queued' };

  constructor(id: string, order: PushOrder, print: string, push: Push) {
    this.id = id;
    const { topic, event, delivery } = order;
    this.about = { topic, event, ...(delivery !== undefined && { delivery }) };
    this.print = print;
    this.#push = push;
    this.#follow(push);
    this.settled = this.#settle(push);
  }

  get fate(): PushFate {
    return this.#fate;
  }

  /** The outbox holds it, or its store; or it was sent. */
  get isHeld(): boolean {
    return this.#wasQueued;
  }

  get ref(): string {
    return this.#push.ref;
  }

  get isSettled(): boolean {
    return this.#fate.outcome !== 'queued' && this.#fate.outcome !== 'sent';
  }

  /** Rejects with the error when the outbox will never hold it. */
  queued(): Promise<void> {
    return this.#push.queued();
  }

  /** Rejects with the error when it never will be. */
  sent(): Promise<void> {
    return this.#push.sent();
  }

  /** False: it was sent, or has settled. */
  cancel(): boolean {
    return this.#push.cancel();
  }

  #follow(push: Push): void {
    push.queued().then(() => {
      this.#wasQueued = true;
    }, nothing);
    push.sent().then(() => {
      if (!this.isSettled) this.#fate = { outcome: 'sent' };
    }, nothing);
  }

  async #settle(push: Push): Promise<void> {
    try {
      const { status, response } = await push.reply();
      this.#fate = isTooDeep(response)
        ? { outcome: 'unknown', error: unwritable(push) }
        : { outcome: 'replied', status, response };
    } catch (error) {
      this.#fate = this.#failure(error as PushError);
    }
  }

  #failure(error: PushError): PushFate {
    if (error.delivered === 'no') return { outcome: 'failed', error, wasQueued: this.#wasQueued };
    return { outcome: 'unknown', error };
  }
}

function unwritable(push: Push): PushError {
  const message = 'it was replied to with what nests too deep to be passed on: nest the reply less';
  return new PushError('PHX_PUSH_LOST', message, push, { delivered: 'yes' });
}

/** The reply says it all. */
function nothing(): void {}
