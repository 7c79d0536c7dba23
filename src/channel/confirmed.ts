/** The confirmed pushes of a client, from the call or the store to their ends. */

import type { Content } from './confirmed-payload.js';
import type { Clock } from '../clock.js';
import type { PhoenixSocketError } from '../errors.js';
import type { Random } from '../policy/backoff.js';
import type { ConfirmedRule } from '../policy/confirmed.js';
import { LONGEST_DELAY } from '../policy/duration.js';
import type { OverflowRule } from '../policy/overflow.js';
import { ConfirmedEndings, type EndKind } from './confirmed-endings.js';
import { ConfirmedLedger } from './confirmed-ledger.js';
import type { ConfirmedOwner, ConfirmedPush } from './confirmed-push.js';
import type { ConfirmedPushes, WaitingPush } from './confirmed-pushes.js';
import type { ConfirmedRoute, FlightEnd, QueueOwner } from './confirmed-queue.js';
import { Custody } from './custody.js';
import type { ChannelHub } from './hub.js';
import { type Heir, Inheritance } from './inheritance.js';
import type { OutboxStore } from './outbox-store.js';
import type { PushRequest, PushTerms, Reply } from './push-request.js';
import { fullness } from './pushes.js';

/** What all confirmed pushes of a client share. */
export type ConfirmedTerms = {
  readonly rule: ConfirmedRule;
  /** Null: they are kept in this process alone. */
  readonly store: OutboxStore | null;
  /** Milliseconds from sent to reply, of what an earlier client left. */
  readonly timeout: number;
  makeKey(): string;
};

/** How long a stop waits for what the store is taking. */
const PATIENCE = 5000;
const ABORTED_BEFORE = 'its signal was aborted before the call';
const STOPPED = 'the client stopped';

export class Confirmed implements ConfirmedOwner, QueueOwner, Heir, ConfirmedPushes {
  readonly clock: Clock;
  readonly random: Random;
  readonly rule: ConfirmedRule;
  readonly limits: OverflowRule;
  readonly #hub: ChannelHub;
  readonly #custody: Custody;
  readonly #ledger: ConfirmedLedger;
  readonly #inheritance: Inheritance;
  readonly #endings: ConfirmedEndings;
  /** Those that were given to the store, and are not yet in it. */
  readonly #storing = new Set<ConfirmedPush>();
  isPersisting = false;
  /** How many were left to the next client. */
  persistedCount = 0;

  constructor(hub: ChannelHub) {
    const { clock, random, rules, confirmed } = hub.ground;
    this.clock = clock;
    this.random = random;
    this.rule = confirmed.rule;
    this.limits = rules.outbox;
    this.#hub = hub;
    this.#custody = new Custody(confirmed.store, hub.reporter);
    this.#ledger = new ConfirmedLedger(hub, this);
    this.#inheritance = new Inheritance(hub, this.#ledger, this);
    this.#endings = new ConfirmedEndings(hub, this.rule, this.#custody, this.#ledger);
  }

  /** Reads what an earlier client left; nothing is sent before. */
  start(): void {
    this.#custody.open((left) => {
      this.#inheritance.take(left);
    });
    void this.opened.then((problem) => {
      if (problem !== null) this.#hub.listener.storeFailed(problem);
    });
  }

  /** Resolves when the store has been read; with why it cannot be opened, if so. */
  get opened(): Promise<PhoenixSocketError | null> {
    return this.#custody.opened;
  }

  /** Whether those that are not confirmed when the client stops are left to the next one. */
  get isDurable(): boolean {
    return this.#custody.isDurable;
  }

  /** The push that has this key already; throws `PHX_BAD_OPTION` when it is another one. */
  twinOf({ key }: PushTerms, content: Content): PushRequest | null {
    return this.#ledger.twinOf(key, content);
  }

  /** To a topic that is wanted; the payload is a snapshot. Throws `PHX_ENCODING`, and then nothing has happened. */
  push(message: Content, terms: PushTerms): PushRequest {
    const since = this.clock.now();
    const key = terms.key ?? this.#ledger.freshKey();
    const expires = terms.ttl === Infinity ? null : since + terms.ttl;
    const push = this.#ledger.enter({ ...message, key, expires }, { terms, since });
    this.#hub.pushReport.begun(push.request);
    if (terms.signal?.aborted === true) this.fail(push, 'aborted', ABORTED_BEFORE);
    else if (!this.#ledger.makeQueueOf(push.topic).add(push))
      this.fail(push, 'full', fullness(this.limits, push.size).why);
    if (!push.request.settled) this.watch(push);
    return push.request;
  }

  /** That was sent to the topic under this ref, on whatever join, and waits for its reply. */
  find(topic: string, ref: string): ConfirmedPush | null {
    const push = this.#ledger.ofRef(ref);
    return push?.topic === topic ? push : null;
  }

  replied(push: ConfirmedPush, reply: Reply): void {
    const isFinal = reply.status !== 'error' || this.rule.errors === 'final';
    if (isFinal) this.#endings.replied(push, reply);
    else this.#ledger.queueOf(push.topic)?.refused(push, reply);
  }

  open(topic: string, route: ConfirmedRoute): void {
    this.#ledger.queueOf(topic)?.open(route);
  }

  shut(topic: string): void {
    this.#ledger.queueOf(topic)?.shut();
  }

  lose(topic: string, end: FlightEnd): void {
    this.#ledger.queueOf(topic)?.lose(end);
  }

  /** Whether one that was sent to the topic may still be replied to. */
  awaitsReply(topic: string): boolean {
    return this.#ledger.queueOf(topic)?.awaitsReply ?? false;
  }

  leave(topic: string, why: string): void {
    if (this.isDurable && !this.isPersisting) this.#inheritance.leave(topic, why);
    for (const push of this.#ledger.lastFirst(topic)) this.fail(push, 'left', why);
  }

  // What others may see and take back.

  list(topic?: string): readonly WaitingPush[] {
    return this.#ledger.list(topic);
  }

  orphans(): ReadonlyMap<string, number> {
    return this.#ledger.orphans();
  }

  discard(key: string): boolean {
    const push = this.#ledger.ofKey(key);
    if (push === undefined || push.request.settled) return false;
    this.fail(push, 'cancelled', 'it was discarded');
    return true;
  }

  /** How many there are. */
  get length(): number {
    return this.#ledger.length;
  }

  /** What the end of the client would lose. */
  get unfinished(): { readonly unsent: number; readonly unanswered: number } {
    const lost = this.isDurable ? [] : this.#ledger.lastFirst();
    const unanswered = lost.filter(({ mayBeSent }) => mayBeSent).length;
    return { unsent: lost.length - unanswered, unanswered };
  }

  // How they end.

  fail(push: ConfirmedPush, kind: EndKind, why: string, cause?: unknown): void {
    this.#endings.fail(push, kind, why, cause);
  }

  refused(push: ConfirmedPush, reply: Reply): void {
    this.#endings.refused(push, reply);
  }

  persist(push: ConfirmedPush): void {
    this.#endings.persist(push);
  }

  /** From now on what waits, and is in the store, is left to the next client; what is in flight may still be replied to. */
  persistWaiting(): void {
    this.isPersisting = this.isDurable;
    this.#persistWhere(({ isInFlight, isResting }) => !isInFlight || isResting);
  }

  /** The same for what is in flight. */
  persistAll(): void {
    this.isPersisting = this.isDurable;
    this.#persistWhere(() => true);
  }

  stop(): void {
    this.persistAll();
    if (this.isDurable) return;
    for (const push of this.#ledger.lastFirst()) this.fail(push, 'stopped', STOPPED);
  }

  /** After the stop. What the store has not taken by then, or within 5 s, fails. */
  async close(): Promise<void> {
    const overdue = this.clock.setTimeout(this.#failStoring, PATIENCE);
    await this.#custody.close();
    this.clock.clearTimeout(overdue);
    this.#failStoring();
  }

  // What a push and its queue need.

  awaited(): void {
    this.#hub.listener.awaited();
  }

  cancelled(push: ConfirmedPush): void {
    this.fail(push, 'cancelled', 'it was cancelled');
  }

  aborted(push: ConfirmedPush): void {
    this.fail(push, 'aborted', 'its signal was aborted before the reply');
  }

  accept(push: ConfirmedPush): void {
    if (!this.isDurable) {
      this.#stored(push);
      return;
    }
    push.isPut = true;
    this.#storing.add(push);
    void this.#custody.put(push).then((problem) => {
      this.#answered(push, problem);
    });
  }

  sending({ request, topic, event, sendings }: ConfirmedPush): void {
    this.#hub.pushReport.begun(request);
    if (sendings > 1) this.#hub.reporter.fact('push.resent', { topic, event, sendings });
  }

  settled(push: ConfirmedPush): void {
    const { request, isPersisted, expiry } = push;
    const { signal } = request.terms;
    this.clock.clearTimeout(expiry);
    this.clock.clearTimeout(request.timer);
    if (signal !== undefined) this.#hub.aborts.forget(signal, request);
    if (isPersisted) this.persistedCount += 1;
    this.#ledger.strike(push);
    if (isPersisted) this.#hub.open.isPersisted(request);
    else this.#hub.open.hasSettled(request);
  }

  #persistWhere(isLeft: (push: ConfirmedPush) => boolean): void {
    if (!this.isPersisting) return;
    for (const push of this.#ledger.lastFirst()) {
      if (push.isStored && isLeft(push)) this.persist(push);
    }
  }

  #answered(push: ConfirmedPush, problem: PhoenixSocketError | null): void {
    this.#storing.delete(push);
    if (push.request.settled) return;
    if (problem === null) this.#stored(push);
    else this.fail(push, 'unstored', 'its store could not take it', problem);
  }

  #stored(push: ConfirmedPush): void {
    push.isStored = true;
    push.request.markQueued();
    if (this.isPersisting) this.persist(push);
    else this.#ledger.queueOf(push.topic)?.drain();
  }

  readonly #failStoring = (): void => {
    for (const push of this.#storing) this.fail(push, 'unstored', 'its store gave no answer');
  };

  /** From now on it counts as one that waits, and its signal and its time to live matter. */
  watch(push: ConfirmedPush): void {
    const { request, expires } = push;
    const { signal } = request.terms;
    this.#hub.open.waits(request);
    if (expires !== null) {
      const left = Math.max(0, expires - this.clock.now());
      const expire = () => {
        this.fail(push, 'expired', 'its time to live passed');
      };
      push.expiry = this.clock.setTimeout(expire, Math.min(left, LONGEST_DELAY));
    }
    if (signal?.aborted === true) this.aborted(push);
    else if (signal !== undefined) this.#hub.aborts.watch(signal, request);
  }
}
