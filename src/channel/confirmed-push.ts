/** One confirmed push, from the call, or the store it was left in, until it is replied to, given up, or left to the next client. */

import type { StoredPush } from './outbox-store.js';
import { type PushOwner, PushRequest, type PushTerms } from './push-request.js';

/** Who decides what becomes of a confirmed push. */
export interface ConfirmedOwner {
  awaited(): void;
  cancelled(push: ConfirmedPush): void;
  aborted(push: ConfirmedPush): void;
  /** It has its outcome. */
  settled(push: ConfirmedPush): void;
}

export type ConfirmedMessage = StoredPush & { readonly ref: string };

/** What is known of it besides what was pushed. */
export type ConfirmedFacts = {
  /** Bytes on the wire. */
  readonly size: number;
  /** Wall-clock milliseconds. */
  readonly since: number;
  /** The payload with the key in it. */
  readonly written: object;
};

export class ConfirmedPush implements PushOwner {
  readonly key: string;
  readonly topic: string;
  readonly event: string;
  /** As it was pushed, without the key. */
  readonly payload: unknown;
  readonly size: number;
  readonly since: number;
  readonly expires: number | null;
  /** What whoever pushed holds; what it carries is what is written. Its timer runs for a reply, or until it is sent again. */
  readonly request: PushRequest;
  readonly #owner: ConfirmedOwner;
  /** Whether the store was asked to take it. */
  isPut = false;
  /** Whether it may be sent: it would outlive the process, or there is no store. */
  isStored = false;
  /** An earlier client left it, which may have sent it. */
  isRestored = false;
  /** Left to the next client. */
  isPersisted = false;
  /** Not answered in time, it waits for its next sending. */
  isResting = false;
  /** How often it was written. */
  sendings = 0;
  /** How often no reply came while the join lived. */
  unanswered = 0;
  /** At how many crashes of the channel in a row it was in flight. */
  crashes = 0;
  /** Runs while it has a time to live. */
  expiry: unknown = null;

  constructor(
    { key, topic, event, ref, payload, expires }: ConfirmedMessage,
    terms: PushTerms,
    { size, since, written }: ConfirmedFacts,
    owner: ConfirmedOwner,
  ) {
    this.key = key;
    this.topic = topic;
    this.event = event;
    this.payload = payload;
    this.size = size;
    this.since = since;
    this.expires = expires;
    this.#owner = owner;
    this.request = new PushRequest({ topic, event, ref, payload: written }, terms, this);
  }

  /** Written under the present join, and not settled. */
  get isInFlight(): boolean {
    return this.request.joinRef !== null && !this.request.settled;
  }

  /** Whether the server may have it. */
  get mayBeSent(): boolean {
    return this.isRestored || this.request.wasSent;
  }

  get stored(): StoredPush {
    const { key, topic, event, payload, expires } = this;
    return { key, topic, event, payload, expires };
  }

  awaited(): void {
    this.#owner.awaited();
  }

  cancelled(): void {
    this.#owner.cancelled(this);
  }

  aborted(): void {
    this.#owner.aborted(this);
  }

  settled(): void {
    this.#owner.settled(this);
  }
}
