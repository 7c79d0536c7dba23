/** One push that was ordered, and what has become of it so far. */

import { type Push, PushError } from '../../index.js';
import { isTooDeep } from '../../policy/nesting.js';
import type { PushOrder } from './push-desk.js';

/** `sent` is the last of a push that nobody asked for its reply. `failed`: never sent; `unknown`: sent, and nobody knows whether it arrived. */
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
  readonly ref: string;
  readonly since = Date.now();
  /** Resolves when its fate can change no more; never rejects. A push that nobody asked for its reply has ended when it was sent. */
  readonly ended: Promise<void>;
  readonly #queued: Promise<void>;
  readonly #sent: Promise<void>;
  /** Null once it has ended: it holds the payload. */
  #push: Push | null;
  /** Null: nobody has asked. */
  #reply: Promise<void> | null = null;
  #wasQueued = false;
  #fate: PushFate = { outcome: 'queued' };

  constructor(id: string, order: PushOrder, print: string, push: Push) {
    this.id = id;
    const { topic, event, delivery } = order;
    this.about = { topic, event, ...(delivery !== undefined && { delivery }) };
    this.print = print;
    this.ref = push.ref;
    this.#push = push;
    this.#queued = push.queued();
    this.#sent = push.sent();
    this.#queued.then(() => {
      this.#wasQueued = true;
    }, nothing);
    this.ended = this.#end();
    // It is sent until there is one.
    if (delivery === 'confirmed') void this.replied();
  }

  get fate(): PushFate {
    return this.#fate;
  }

  /** The outbox holds it, or its store; or it was sent. */
  get isHeld(): boolean {
    return this.#wasQueued;
  }

  get hasEnded(): boolean {
    return this.#push === null;
  }

  /** Rejects with the error when the outbox will never hold it. */
  queued(): Promise<void> {
    return this.#queued;
  }

  /** Rejects with the error when it never will be. */
  sent(): Promise<void> {
    return this.#sent;
  }

  /** Asks for the reply, unless it has ended; resolves when it has. */
  replied(): Promise<void> {
    if (this.#push !== null) this.#reply ??= this.#settle(this.#push);
    return this.ended;
  }

  /** False: it was sent, or has settled. */
  cancel(): boolean {
    return this.#push?.cancel() ?? false;
  }

  async #end(): Promise<void> {
    try {
      await this.#sent;
      if (this.#fate.outcome === 'queued') this.#fate = { outcome: 'sent' };
    } catch (error) {
      this.#fate = this.#failure(error as PushError);
    }
    await this.#reply;
    this.#push = null;
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

/** What was sent or replied says it all. */
function nothing(): void {}
