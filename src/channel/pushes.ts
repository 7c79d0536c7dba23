/** The pushes of one channel: those that wait to be sent, and those that wait for a reply. */

import { hasCode } from '../errors.js';
import type { OverflowRule } from '../policy/overflow.js';
import type { DropReason } from '../telemetry/facts.js';
import { Outbox } from './outbox.js';
import { type PushOwner, PushRequest, type PushTerms } from './push-request.js';
import type { PushRoute } from './push-route.js';
import type { Writer } from './write-room.js';

/** Lost: with the membership under which it was sent. */
export type WhyUnanswered = 'timeout' | 'lost' | 'aborted';

/** Why a push may not wait, as a word and as a sentence. */
export type Refusal = { readonly reason: DropReason; readonly why: string };

export type PushLoad = {
  readonly messages: number;
  readonly bytes: number;
  readonly unanswered: number;
};

export const LOST_CODES = {
  timeout: 'PHX_PUSH_TIMEOUT',
  lost: 'PHX_PUSH_LOST',
  aborted: 'PHX_PUSH_ABORTED',
} as const;

const ABORTED: Refusal = { reason: 'aborted', why: 'its signal was aborted before it was sent' };
const ABORTED_BEFORE: Refusal = {
  reason: 'aborted',
  why: 'its signal was aborted before the call',
};

/** Ahead: pushes go out, and what waited before they were made does not. */
type Gate = 'shut' | 'ahead' | 'open';

export class Pushes implements PushOwner, Writer {
  readonly #route: PushRoute;
  #outbox: Outbox | null = null;
  #unanswered: Map<string, PushRequest> | null = null;
  #gate: Gate = 'shut';

  constructor(route: PushRoute) {
    this.#route = route;
  }

  /** Throws `PHX_ENCODING`, and then nothing has happened. `refusal` says why it may not wait. */
  push(event: string, payload: unknown, terms: PushTerms, refusal: Refusal | null): PushRequest {
    const message = { topic: this.#route.topic, event, ref: this.#route.nextRef(), payload };
    const push = new PushRequest(message, terms, this);
    this.#route.report.begun(push);
    if (terms.signal?.aborted === true) this.#hold(push, ABORTED_BEFORE);
    else this.#sendOrHold(push, refusal);
    if (!push.settled) this.#route.waits(push);
    this.#heed(push);
    return push;
  }

  /** Null: no push with that ref waits for a reply. */
  settle(ref: string, status: string, response: unknown): PushRequest | null {
    const push = this.#unanswered?.get(ref);
    if (push === undefined) return null;
    const { topic, event } = push;
    push.settle({ status, response });
    this.#route.report.settled(push, status === 'ok' ? 'ok' : 'error');
    if (!push.asked) this.#route.replied({ topic, event, ref, key: null, status, response });
    return push;
  }

  /** What is pushed from now on goes out ahead of what waits. */
  letPass(): void {
    if (this.#gate !== 'shut') return;
    this.#gate = 'ahead';
    this.#outbox?.levelAhead();
  }

  flush(): void {
    this.#gate = 'open';
    this.#drain();
  }

  shut(): void {
    this.#gate = 'shut';
    this.#route.room.forgo(this);
  }

  roomFree(): void {
    this.#drain();
  }

  /** The membership under which they were sent is over: no reply can come any more. */
  loseSent(why: string): void {
    for (const push of this.#unanswered?.values() ?? []) this.#endUnanswered(push, 'lost', why);
  }

  dropWaiting(refusal: Refusal): void {
    this.#route.room.forgo(this);
    for (const push of this.#outbox?.clear() ?? []) this.#drop(push, refusal);
  }

  /** Whether what waited may be sent, too. */
  get isOpen(): boolean {
    return this.#gate === 'open';
  }

  /** How many wait to be sent, their bytes, and how many wait for a reply. */
  get load(): PushLoad {
    const { waiting = 0, bytes = 0 } = this.#outbox ?? {};
    return { messages: waiting, bytes, unanswered: this.#unanswered?.size ?? 0 };
  }

  awaited(): void {
    this.#route.awaited();
  }

  cancelled(push: PushRequest): void {
    this.#withdraw(push);
    this.#route.report.dropped(push, 'cancelled');
    push.fail('PHX_PUSH_DROPPED', 'it was cancelled', 'no');
  }

  aborted(push: PushRequest): void {
    if (push.joinRef === null) this.#withdrawFor(push, ABORTED);
    else this.#endUnanswered(push, 'aborted', 'its signal was aborted before the reply');
  }

  settled(push: PushRequest): void {
    const { signal } = push.terms;
    this.#route.clock.clearTimeout(push.timer);
    this.#unanswered?.delete(push.ref);
    if (signal !== undefined) this.#route.aborts.forget(signal, push);
    this.#route.settled(push);
  }

  #sendOrHold(push: PushRequest, refusal: Refusal | null): void {
    const obstacle = this.#obstacle();
    if (obstacle === null) this.#send(push);
    else this.#hold(push, refusal ?? this.#whyNotWait(push.terms, obstacle));
  }

  /** What keeps a push from going out now; null: nothing does, and none waits that it would overtake. */
  #obstacle(): string | null {
    this.#drain();
    // First of all: a transport of the user's own that throws at this is hung up, and shuts the gate.
    const { obstacle } = this.#route.room;
    if (this.#gate === 'shut') return `${this.#route.topic} is not joined`;
    return obstacle;
  }

  /** Sends what may go out, in order, until it is shut: a transport may end while it is written to. */
  #drain(): void {
    for (let push = this.#next(); push !== null; push = this.#next()) {
      this.#route.clock.clearTimeout(push.timer);
      this.#route.report.begun(push);
      this.#sendLate(push);
    }
  }

  /** The next push that may be sent now, taken out of the outbox. */
  #next(): PushRequest | null {
    const { room, isConnected } = this.#route;
    if (this.#outbox === null || this.#outbox.length === 0 || this.#gate === 'shut') return null;
    if (!isConnected) return null;
    if (!room.isFull) return this.#takeFrom(this.#outbox);
    room.wait(this);
    return null;
  }

  #takeFrom(outbox: Outbox): PushRequest | null {
    switch (this.#gate) {
      case 'open':
        return outbox.shift();
      case 'ahead':
        return outbox.shiftAhead();
      case 'shut':
        return null;
    }
  }

  #heed(push: PushRequest): void {
    const { signal } = push.terms;
    if (signal === undefined || push.settled) return;
    if (signal.aborted) this.aborted(push);
    else this.#route.aborts.watch(signal, push);
  }

  /** Noted before it is written: a transport may answer, or end, within the call. */
  #send(push: PushRequest): void {
    const unanswered = (this.#unanswered ??= new Map());
    unanswered.set(push.ref, push);
    try {
      this.#route.write(push);
    } catch (error) {
      unanswered.delete(push.ref);
      push.joinRef = null;
      throw error;
    }
    push.markSent();
    if (!push.settled) this.#startTimeout(push);
  }

  #startTimeout(push: PushRequest): void {
    push.timer = this.#route.clock.setTimeout(() => {
      this.#endUnanswered(push, 'timeout', `no reply within ${push.terms.timeout} ms`);
    }, push.terms.timeout);
  }

  /** Its payload could be encoded when it was pushed; somebody has changed it since. Never throws: the chart flushes. */
  #sendLate(push: PushRequest): void {
    try {
      this.#send(push);
    } catch (error) {
      const why = hasCode(error, 'PHX_ENCODING') ? error.message : 'it could not be written';
      this.#drop(push, { reason: 'unencodable', why });
    }
  }

  #whyNotWait({ delivery }: PushTerms, obstacle: string): Refusal | null {
    if (delivery === 'volatile') return { reason: 'volatile', why: obstacle };
    if (this.#route.outbox.enabled) return null;
    return { reason: 'disabled', why: `${obstacle} and there is no outbox` };
  }

  /** Measured even when it may not wait: what cannot be encoded is the caller's fault, joined or not. */
  #hold(push: PushRequest, refusal: Refusal | null): void {
    const size = this.#route.measure(push);
    if (refusal === null) this.#wait(push, size);
    else this.#drop(push, refusal);
  }

  #wait(push: PushRequest, size: number): void {
    const { outbox, clock, room } = this.#route;
    this.#outbox ??= new Outbox(outbox);
    const place = this.#gate === 'ahead' ? 'ahead' : 'behind';
    for (const each of this.#outbox.add(push, size, place))
      this.#drop(each, fullness(outbox, size));
    if (push.settled) return;
    if (this.#gate !== 'shut') room.wait(this);
    push.timer = clock.setTimeout(() => {
      const why = `it waited ${push.terms.ttl} ms without being sent`;
      this.#withdrawFor(push, { reason: 'expired', why });
    }, push.terms.ttl);
  }

  #withdraw(push: PushRequest): void {
    this.#outbox?.remove(push);
    if (this.#outbox?.length === 0) this.#route.room.forgo(this);
  }

  #withdrawFor(push: PushRequest, refusal: Refusal): void {
    this.#withdraw(push);
    this.#drop(push, refusal);
  }

  #drop(push: PushRequest, { reason, why }: Refusal): void {
    const error = push.fail('PHX_PUSH_DROPPED', why, 'no');
    if (error === null) return;
    this.#route.report.dropped(push, reason);
    const { topic, event, payload } = push;
    this.#route.pushFailed(push, { topic, event, payload, key: null, error });
  }

  #endUnanswered(push: PushRequest, end: WhyUnanswered, why: string): void {
    if (push.fail(LOST_CODES[end], why, 'unknown') !== null) this.#route.unanswered(push, end);
  }
}

export function fullness({ messages, bytes, whenFull }: OverflowRule, size: number): Refusal {
  const larger = `its ${size} bytes are more than the outbox of the topic holds (${bytes} bytes)`;
  if (size > bytes) return { reason: 'full', why: larger };
  const limit = `${messages} messages or ${bytes} bytes, whenFull '${whenFull}'`;
  const also = whenFull === 'block' ? ', and as much again waits for room' : '';
  return { reason: 'full', why: `the outbox of the topic is full (${limit})${also}` };
}
