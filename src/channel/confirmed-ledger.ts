/** Which confirmed pushes there are: one of a key at a time, a queue of each topic. */

import { type Content, isSame } from './confirmed-payload.js';
import { badOption } from '../errors.js';
import { pushMessage } from '../protocol/message.js';
import {
  type ConfirmedFacts,
  type ConfirmedMessage,
  type ConfirmedOwner,
  ConfirmedPush,
} from './confirmed-push.js';
import type { ConfirmedPushes, WaitingPush } from './confirmed-pushes.js';
import { ConfirmedQueue, type QueueOwner } from './confirmed-queue.js';
import type { ChannelHub } from './hub.js';
import type { StoredPush } from './outbox-store.js';
import type { PushRequest, PushTerms } from './push-request.js';

/** A push's terms, and when it was made or found. */
export type Entered = { readonly terms: PushTerms; readonly since: number };

export class ConfirmedLedger implements Pick<ConfirmedPushes, 'list' | 'orphans'> {
  readonly #hub: ChannelHub;
  readonly #owner: ConfirmedOwner & QueueOwner;
  readonly #queues = new Map<string, ConfirmedQueue>();
  readonly #byKey = new Map<string, ConfirmedPush>();
  readonly #byRef = new Map<string, ConfirmedPush>();

  constructor(hub: ChannelHub, owner: ConfirmedOwner & QueueOwner) {
    this.#hub = hub;
    this.#owner = owner;
  }

  /** Enters a push under a ref of its own. Throws `PHX_ENCODING`, and then nothing has happened. */
  enter(stored: StoredPush, entered: Entered): ConfirmedPush {
    const { key, topic, event, payload } = stored;
    const { ground } = this.#hub;
    const ref = ground.nextRef();
    const written = { ...(payload as object), [ground.rules.outbox.keyField]: key };
    const size = ground.measure(pushMessage(topic, ref, ref, event, written));
    return this.#enter({ ...stored, ref }, entered, { size, written });
  }

  /** One that cannot be written: it is there to fail. */
  enterUnwritable(stored: StoredPush, entered: Entered): ConfirmedPush {
    const ref = this.#hub.ground.nextRef();
    return this.#enter({ ...stored, ref }, entered, { size: 0, written: {} });
  }

  /** A key that no push has. */
  freshKey(): string {
    for (;;) {
      const key = this.#hub.ground.confirmed.makeKey();
      if (!this.#byKey.has(key)) return key;
    }
  }

  /** It has settled. One that is persisted still stands for its key: whoever pushes that again is given it. */
  strike(push: ConfirmedPush): void {
    const { key, topic, request, isPersisted } = push;
    this.#byRef.delete(request.ref);
    if (!isPersisted && this.#byKey.get(key) === push) this.#byKey.delete(key);
    const queue = this.#queues.get(topic);
    queue?.remove(push);
    if (queue?.length === 0) this.#queues.delete(topic);
  }

  /** Undefined: none has the key. */
  ofKey(key: string): ConfirmedPush | undefined {
    return this.#byKey.get(key);
  }

  /** Undefined: none waits under the ref. */
  ofRef(ref: string): ConfirmedPush | undefined {
    return this.#byRef.get(ref);
  }

  /** The push that has this key already; throws `PHX_BAD_OPTION` when it is another one. */
  twinOf(key: string | undefined, content: Content): PushRequest | null {
    const twin = key === undefined ? undefined : this.#byKey.get(key);
    if (twin === undefined) return null;
    if (isSame(twin.stored, content)) return twin.request;
    const what = `another push, ${twin.event} to ${twin.topic}, which waits`;
    throw badOption(`the key is that of ${what}: give each push a key of its own`);
  }

  /** Undefined: none of the topic wait. */
  queueOf(topic: string): ConfirmedQueue | undefined {
    return this.#queues.get(topic);
  }

  /** Made when it is needed, and open if the topic's channel is. */
  makeQueueOf(topic: string): ConfirmedQueue {
    const existing = this.#queues.get(topic);
    if (existing !== undefined) return existing;
    const queue = new ConfirmedQueue(topic, this.#owner);
    this.#queues.set(topic, queue);
    const route = this.#hub.routeOf(topic);
    if (route !== null) queue.open(route);
    return queue;
  }

  /** Of one topic or of all, the last first: so that none is sent because the one before it ends. */
  lastFirst(topic?: string): readonly ConfirmedPush[] {
    return this.#queuesOf(topic).flatMap(({ pushes }) => pushes.toReversed());
  }

  get length(): number {
    return this.#queuesOf().reduce((sum, { length }) => sum + length, 0);
  }

  list(topic?: string): readonly WaitingPush[] {
    return this.#queuesOf(topic).flatMap(({ pushes }) => pushes.map((push) => this.#shown(push)));
  }

  orphans(): ReadonlyMap<string, number> {
    const orphaned = [...this.#queues].filter(([topic]) => !this.#hub.isWanted(topic));
    return new Map(orphaned.map(([topic, { length }]) => [topic, length]));
  }

  #enter(
    message: ConfirmedMessage,
    { terms, since }: Entered,
    onWire: Pick<ConfirmedFacts, 'size' | 'written'>,
  ): ConfirmedPush {
    const push = new ConfirmedPush(message, terms, { ...onWire, since }, this.#owner);
    this.#byKey.set(push.key, push);
    this.#byRef.set(message.ref, push);
    return push;
  }

  #queuesOf(topic?: string): readonly ConfirmedQueue[] {
    if (topic === undefined) return [...this.#queues.values()];
    const queue = this.#queues.get(topic);
    return queue === undefined ? [] : [queue];
  }

  #shown(push: ConfirmedPush): WaitingPush {
    const { key, topic, event, payload, sendings, since, expires } = push;
    return {
      key,
      topic,
      event,
      payload: structuredClone(payload),
      state: this.#stateOf(push),
      sendings,
      since: new Date(since),
      expires: expires === null ? null : new Date(expires),
    };
  }

  #stateOf({ topic, isStored, isInFlight }: ConfirmedPush): WaitingPush['state'] {
    if (!isStored) return 'storing';
    if (!this.#hub.isWanted(topic)) return 'orphaned';
    return isInFlight ? 'sent' : 'waiting';
  }
}
