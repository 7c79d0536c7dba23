/** One push, from the call until it is replied to, refused, late, never sent, or lost. */

import { type Delivered, PushError, type PushCode } from '../errors.js';
import { type Outcome, responseOf, Settlement } from './settlement.js';

/** What the server answered to a push. */
export type Reply<R = unknown> = { readonly status: string; readonly response: R };

/** A request that settles exactly once, by its deadline. No promise exists until one is asked for, so none can float. */
export interface Pending<R, E extends Error = Error> {
  /** The response, or throws. */
  ok(): Promise<R>;
  /** The response or the error; never rejects. */
  outcome(): Promise<
    { readonly ok: true; readonly response: R } | { readonly ok: false; readonly error: E }
  >;
}

/** A push that was made. Who asks it for nothing is told by `handleReply` or `handlePushError`, or not at all. */
export interface Push<R = unknown> extends Pending<R, PushError> {
  readonly topic: string;
  readonly event: string;
  /** Its ref on the wire: what `handleReply` and a `PushError` name. */
  readonly ref: string;
  /**
   * The outbox holds it, or it was written at once; of a confirmed push: its store holds it. Rejects when neither will ever be. It
   * is what `whenFull: 'block'` delays; it does not promise that the push will be sent.
   */
  queued(): Promise<void>;
  /** Written to the transport, for the first time. Rejects when that will never be. */
  sent(): Promise<void>;
  /** Any reply, whatever its status; throws a `PushError` when there is none. */
  reply(): Promise<Reply<R>>;
  /**
   * Takes back a push that still waits, which then fails with `PHX_PUSH_DROPPED`; false when it was sent or has settled. A confirmed
   * one that waits to be sent again fails with `PHX_PUSH_ABORTED`.
   */
  cancel(): boolean;
}

/** Volatile: now or never. Buffered: waits for the join, at most once. Confirmed: kept until a reply, at least once. */
export type Delivery = 'volatile' | 'buffered' | 'confirmed';

export type PushTerms = {
  readonly delivery: Delivery;
  /** Milliseconds from sent to reply. */
  readonly timeout: number;
  /** Milliseconds from the call to sent, for a buffered push; to the reply for a confirmed one, for which it may be Infinity. */
  readonly ttl: number;
  /** Of a confirmed push, when it was given one. */
  readonly key?: string;
  readonly signal?: AbortSignal;
};

/** What a push needs of the channel that made it. */
export interface PushOwner {
  /** Somebody waits for the outcome: callbacks must not wait for each other. */
  awaited(): void;
  /** A push that waits is taken back: it fails. */
  cancelled(push: PushRequest): void;
  /** Its signal was aborted, before it was sent or after. */
  aborted(push: PushRequest): void;
  /** It is replied to or has failed: no deadline runs for it any more, and no signal matters. */
  settled(push: PushRequest): void;
}

const PASSED = { ok: true, response: undefined } as const;

export class PushRequest implements Push {
  readonly topic: string;
  readonly event: string;
  readonly ref: string;
  readonly payload: unknown;
  readonly terms: PushTerms;
  /** The deadline that runs now, for the owner: first to be sent, then to be replied to. */
  timer: unknown = null;
  /** The join under which it was sent; null until then, and when it waits to be sent again. */
  joinRef: string | null = null;
  /** Monotonic time of the call, then of the frame; only when somebody measures. */
  begunAt = 0;
  readonly #owner: PushOwner;
  readonly #reply = new Settlement<Reply, PushError>();
  readonly #queued = new Settlement<void, PushError>();
  readonly #sent = new Settlement<void, PushError>();

  constructor(
    message: { topic: string; event: string; ref: string; payload: unknown },
    terms: PushTerms,
    owner: PushOwner,
  ) {
    this.topic = message.topic;
    this.event = message.event;
    this.ref = message.ref;
    this.payload = message.payload;
    this.terms = terms;
    this.#owner = owner;
  }

  /** Whether anybody has asked for the reply. */
  get asked(): boolean {
    return this.#reply.asked;
  }

  /** Whether somebody is told by the push itself that it was never sent. */
  get failureAsked(): boolean {
    if (this.asked || (this.#sent.asked && !this.wasSent)) return true;
    return this.#queued.asked && this.#queued.current?.ok !== true;
  }

  /** Whether it was written, at least once. */
  get wasSent(): boolean {
    return this.#sent.current?.ok === true;
  }

  get settled(): boolean {
    return this.#reply.current !== null;
  }

  async ok(): Promise<unknown> {
    return responseOf(await this.outcome());
  }

  async outcome(): Promise<Outcome<unknown, PushError>> {
    const outcome = await this.#awaitReply();
    if (!outcome.ok) return outcome;
    const { status, response } = outcome.response;
    if (status === 'ok') return { ok: true, response };
    return { ok: false, error: this.refusal(status, response) };
  }

  async reply(): Promise<Reply> {
    return responseOf(await this.#awaitReply());
  }

  queued(): Promise<void> {
    this.#owner.awaited();
    return this.#queued.ok();
  }

  sent(): Promise<void> {
    this.#owner.awaited();
    return this.#sent.ok();
  }

  cancel(): boolean {
    if (this.settled || this.joinRef !== null) return false;
    this.#owner.cancelled(this);
    return true;
  }

  /** What a logger is to show of it: not its payload. */
  toJSON(): { readonly topic: string; readonly event: string; readonly ref: string } {
    const { topic, event, ref } = this;
    return { topic, event, ref };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): unknown {
    return { push: this.toJSON() };
  }

  /** @internal */
  abort(): void {
    this.#owner.aborted(this);
  }

  /** @internal */
  markQueued(): void {
    this.#queued.settle(PASSED);
  }

  /** @internal */
  markSent(): void {
    this.markQueued();
    this.#sent.settle(PASSED);
  }

  /** @internal */
  settle(reply: Reply): void {
    if (this.#reply.settle({ ok: true, response: reply })) this.#owner.settled(this);
  }

  /** @internal The error, or null when it had settled before. */
  fail(code: PushCode, why: string, delivered: Delivered, cause?: unknown): PushError | null {
    if (this.settled) return null;
    const error = this.#error(code, why, { delivered, cause });
    this.#reply.settle({ ok: false, error });
    // A transport may end, or its user abort, while it is written to.
    if (delivered !== 'no' && this.joinRef !== null) this.markSent();
    this.#queued.settle({ ok: false, error });
    this.#sent.settle({ ok: false, error });
    this.#owner.settled(this);
    return error;
  }

  /** @internal What a reply other than `ok` is to who asks for its response. */
  refusal(status: string, response: unknown): PushError {
    const fate = { delivered: 'yes', status, response } as const;
    return this.#error('PHX_PUSH_REFUSED', `the server replied with status '${status}'`, fate);
  }

  #awaitReply(): Promise<Outcome<Reply, PushError>> {
    this.#owner.awaited();
    return this.#reply.outcome();
  }

  #error(
    code: PushCode,
    why: string,
    fate: { delivered: Delivered; status?: string; response?: unknown; cause?: unknown },
  ): PushError {
    return new PushError(code, `push ${this.event} to ${this.topic}: ${why}`, this, fate);
  }
}
