/** What an earlier client left in the store: how the next one takes it over. */

import { isSame, snapshotOf } from './confirmed-payload.js';
import type { ConfirmedLedger, Entered } from './confirmed-ledger.js';
import type { ConfirmedPush } from './confirmed-push.js';
import type { EndKind } from './confirmed-endings.js';
import type { ChannelHub } from './hub.js';
import type { StoredPush } from './outbox-store.js';

/** Who sends it from now on. */
export interface Heir {
  /** Whether nothing is sent any more: what waits is left to the next client. */
  readonly isPersisting: boolean;
  fail(push: ConfirmedPush, kind: EndKind, why: string, cause?: unknown): void;
  watch(push: ConfirmedPush): void;
  persistWaiting(): void;
}

export class Inheritance {
  readonly #hub: ChannelHub;
  readonly #ledger: ConfirmedLedger;
  readonly #heir: Heir;
  /** Topics that were left before it was known what waits of them; null: it is known. */
  #left: Map<string, string> | null = new Map();

  constructor(hub: ChannelHub, ledger: ConfirmedLedger, heir: Heir) {
    this.#hub = hub;
    this.#ledger = ledger;
    this.#heir = heir;
  }

  /** What is found of the topic was made before this, and ends by it. */
  leave(topic: string, why: string): void {
    this.#left?.set(topic, why);
  }

  /** In order, and before all that was pushed since the start. */
  take(left: readonly StoredPush[]): void {
    const topics = new Map<string, ConfirmedPush[]>();
    for (const stored of left) {
      const push = this.#pushedAnew(stored) ?? this.#remade(stored);
      const pushes = topics.get(stored.topic) ?? [];
      if (!push.request.settled) pushes.push(push);
      topics.set(stored.topic, pushes);
    }
    for (const [topic, pushes] of topics) this.#takeTopic(topic, pushes);
    this.#left = null;
    if (this.#heir.isPersisting) this.#heir.persistWaiting();
  }

  #takeTopic(topic: string, pushes: readonly ConfirmedPush[]): void {
    if (pushes.length === 0) return;
    this.#hub.reporter.fact('outbox.restored', { topic, pushes: pushes.length });
    this.#ledger.makeQueueOf(topic).restore(pushes);
  }

  /** Since the start, under the same key: that is the push that was left, in its place. Null: none was. */
  #pushedAnew(stored: StoredPush): ConfirmedPush | null {
    const { key } = stored;
    const push = this.#ledger.ofKey(key);
    if (push === undefined) return null;
    const isTwin = push.request.terms.key === key && isSame(push.stored, stored);
    if (isTwin) stand(push);
    else {
      // What the store has under the key is not this push, and stays.
      push.isPut = false;
      this.#heir.fail(push, 'unstored', 'its key is that of another push, which the store has');
    }
    return isTwin ? push : null;
  }

  #remade(stored: StoredPush): ConfirmedPush {
    const { ground, pushReport } = this.#hub;
    const since = ground.clock.now();
    const { timeout } = ground.confirmed;
    const terms = { delivery: 'confirmed', timeout, ttl: Infinity, key: stored.key } as const;
    const { push, problem } = this.#entered(stored, { terms, since });
    stand(push);
    pushReport.begun(push.request);
    const isOverdue = stored.expires !== null && stored.expires <= since;
    const left = this.#left?.get(stored.topic);
    if (left !== undefined) this.#heir.fail(push, 'left', left);
    else if (this.#heir.isPersisting) this.#heir.watch(push);
    else if (isOverdue)
      this.#heir.fail(push, 'expired', 'its time to live passed before the client started');
    else if (problem !== null) this.#heir.fail(push, 'unencodable', UNWRITABLE, problem);
    else this.#heir.watch(push);
    return push;
  }

  /** What an earlier client could write this one may not: it has other transports, or another serializer or field of the key. */
  #entered(stored: StoredPush, entered: Entered): { push: ConfirmedPush; problem: unknown } {
    const { keyField } = this.#hub.ground.rules.outbox;
    try {
      const payload = snapshotOf(stored.payload, keyField, stored);
      return { push: this.#ledger.enter({ ...stored, payload }, entered), problem: null };
    } catch (problem) {
      return { push: this.#ledger.enterUnwritable(stored, entered), problem };
    }
  }
}

const UNWRITABLE = 'an earlier client left it, and this one cannot write it';

/** The store has it, and whoever put it there may have sent it. */
function stand(push: ConfirmedPush): void {
  push.isPut = true;
  push.isStored = true;
  push.isRestored = true;
  push.request.markQueued();
}
