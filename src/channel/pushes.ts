/** The pushes of one channel: those that wait to be sent, and those that wait for a reply. */

import type { Clock } from '../clock.js';
import { hasCode } from '../errors.js';
import type { OverflowRule } from '../policy/overflow.js';
import type { DropReason } from '../telemetry/facts.js';
import type { PushFailedFact, RepliedFact } from './facts.js';
import { Outbox } from './outbox.js';
import type { PushReport } from './push-report.js';
import { type PushOwner, PushRequest, type PushTerms } from './push-request.js';

/** What the pushes need of their channel. */
export interface PushRoute {
  readonly topic: string;
  readonly clock: Clock;
  readonly outbox: OverflowRule;
  readonly report: PushReport;
  nextRef(): string;
  /** Whether what is written now may still arrive. */
  readonly isConnected: boolean;
  /** Writes the push under the present join, whose ref it notes. Throws `PHX_ENCODING`. */
  write(push: PushRequest): void;
  /** Bytes of the push on the wire. Throws `PHX_ENCODING`. */
  measure(push: PushRequest): number;
  awaited(): void;
  replied(fact: RepliedFact): void;
  /** Tells of a failure, unless somebody asks the push itself. */
  pushFailed(push: PushRequest, fact: PushFailedFact): void;
  /** Tells of a push that was sent, and to which no reply will come. */
  unanswered(push: PushRequest, why: WhyUnanswered): void;
}

/** Lost: with the membership under which it was sent. */
export type WhyUnanswered = 'timeout' | 'lost';

/** Why a push may not wait, as a word and as a sentence. */
export type Refusal = { readonly reason: DropReason; readonly why: string };

export type PushLoad = {
  readonly messages: number;
  readonly bytes: number;
  readonly unanswered: number;
};

export class Pushes implements PushOwner {
  readonly #route: PushRoute;
  #outbox: Outbox | null = null;
  #unanswered: Map<string, PushRequest> | null = null;
  /** Whether a push goes out at once. */
  #passing = false;

  constructor(route: PushRoute) {
    this.#route = route;
  }

  /** Throws `PHX_ENCODING`, and then nothing has happened. `refusal` says why it may not wait. */
  push(event: string, payload: unknown, terms: PushTerms, refusal: Refusal | null): PushRequest {
    const { topic } = this.#route;
    const push = new PushRequest(
      { topic, event, ref: this.#route.nextRef(), payload },
      terms,
      this,
    );
    this.#route.report.begun(push);
    if (this.#passing) this.#send(push);
    else this.#hold(push, refusal ?? this.#whyNotWait(terms));
    return push;
  }

  /** Null: no push with that ref waits for a reply. */
  settle(ref: string, status: string, response: unknown): PushRequest | null {
    const push = this.#unanswered?.get(ref);
    if (push === undefined) return null;
    this.#forget(push);
    const { topic, event } = push;
    push.settle({ status, response });
    this.#route.report.settled(push, status === 'ok' ? 'ok' : 'error');
    if (!push.asked) this.#route.replied({ topic, event, ref, key: null, status, response });
    return push;
  }

  letPass(): void {
    this.#passing = true;
  }

  /** Sends what waits, in order, until it is shut: a transport may end while it is written to. */
  flush(): void {
    this.#passing = true;
    for (let push = this.#outbox?.shift(); push; push = this.#outbox?.shift()) {
      this.#route.clock.clearTimeout(push.timer);
      this.#route.report.begun(push);
      this.#sendLate(push);
      if (!this.#isPassing() || !this.#route.isConnected) return;
    }
  }

  shut(): void {
    this.#passing = false;
  }

  /** The membership under which they were sent is over: no reply can come any more. */
  loseSent(why: string): void {
    for (const push of this.#unanswered?.values() ?? []) {
      this.#forget(push);
      this.#endUnanswered(push, 'lost', why);
    }
  }

  dropWaiting(refusal: Refusal): void {
    for (let push = this.#outbox?.shift(); push; push = this.#outbox?.shift()) {
      this.#drop(push, refusal);
    }
  }

  /** How many wait to be sent, their bytes, and how many wait for a reply. */
  get load(): PushLoad {
    const { length = 0, bytes = 0 } = this.#outbox ?? {};
    return { messages: length, bytes, unanswered: this.#unanswered?.size ?? 0 };
  }

  #isPassing(): boolean {
    return this.#passing;
  }

  awaited(): void {
    this.#route.awaited();
  }

  withdraw(push: PushRequest): void {
    this.#route.clock.clearTimeout(push.timer);
    this.#outbox?.remove(push);
    this.#route.report.dropped(push, 'cancelled');
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
      this.#forget(push);
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

  #whyNotWait({ delivery }: PushTerms): Refusal | null {
    const { topic, outbox } = this.#route;
    if (delivery === 'volatile') return { reason: 'volatile', why: `${topic} is not joined` };
    if (outbox.enabled) return null;
    return { reason: 'disabled', why: `${topic} is not joined and there is no outbox` };
  }

  /** Measured even when it may not wait: what cannot be encoded is the caller's fault, joined or not. */
  #hold(push: PushRequest, refusal: Refusal | null): void {
    const size = this.#route.measure(push);
    if (refusal === null) this.#wait(push, size);
    else this.#drop(push, refusal);
  }

  #wait(push: PushRequest, size: number): void {
    const { outbox, clock } = this.#route;
    this.#outbox ??= new Outbox(outbox);
    const dropped = this.#outbox.add(push, size);
    for (const each of dropped) this.#drop(each, fullness(outbox));
    if (push.settled) return;
    push.timer = clock.setTimeout(() => {
      this.#outbox?.remove(push);
      const why = `it waited ${push.terms.ttl} ms without being sent`;
      this.#drop(push, { reason: 'expired', why });
    }, push.terms.ttl);
  }

  #drop(push: PushRequest, { reason, why }: Refusal): void {
    this.#route.clock.clearTimeout(push.timer);
    const error = push.fail('PHX_PUSH_DROPPED', why, 'no');
    if (error === null) return;
    this.#route.report.dropped(push, reason);
    const { topic, event, payload } = push;
    this.#route.pushFailed(push, { topic, event, payload, error });
  }

  #endUnanswered(push: PushRequest, end: WhyUnanswered, why: string): void {
    const code = end === 'timeout' ? 'PHX_PUSH_TIMEOUT' : 'PHX_PUSH_LOST';
    if (push.fail(code, why, 'unknown') !== null) this.#route.unanswered(push, end);
  }

  #forget(push: PushRequest): void {
    this.#route.clock.clearTimeout(push.timer);
    this.#unanswered?.delete(push.ref);
  }
}

function fullness({ messages, bytes, whenFull }: OverflowRule): Refusal {
  const limit = `${messages} messages or ${bytes} bytes, whenFull '${whenFull}'`;
  return { reason: 'full', why: `the outbox of the topic is full (${limit})` };
}
