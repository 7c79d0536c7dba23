/** The worker under chaos: many topics, pushes of every kind, slow callbacks, and a journal of what it was promised. */

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import {
  GenSocketClient,
  type Gauges,
  type Message,
  type Push,
  type PushFailed,
  type Replied,
  type Telemetry,
  type TelemetryFact,
} from 'gen-socket-client';
import { Chance } from '../support/chart-chance.js';
import type { Journal } from './journal.js';
import type { Standing, Terms } from './orders.js';
import { heapInUse } from '../support/heap.js';
import type { ChaosDelivery, ChaosFate } from './story.js';

/** Of messages, and how slow such a callback is at most. */
const SLOW = { share: 0.02, ms: 30 };
/** Of pushes, those whose outcome nobody asks for. */
const UNASKED = 0.2;
const EVENTS: readonly (readonly [weight: number, event: string])[] = [
  [8, 'work'],
  [1, 'refused'],
  [1, 'silent'],
];
/** One that is never answered holds up its topic for seconds, until it is given up. */
const CONFIRMED_EVENTS: typeof EVENTS = [
  [300, 'work'],
  [30, 'refused'],
  [1, 'silent'],
];
const DELIVERIES: readonly (readonly [weight: number, delivery: ChaosDelivery])[] = [
  [2, 'volatile'],
  [4, 'buffered'],
  [3, 'confirmed'],
];

export class ChaosWorker extends GenSocketClient implements Telemetry {
  readonly #terms: Terms;
  readonly #journal: Journal;
  readonly #chance: Chance;
  readonly #unsettled = new Set<string>();
  readonly #counts = new Map<string, number>();
  #made = 0;
  #isProducing = true;
  #earlyHeap = 0;
  #gauges: Gauges | null = null;

  constructor(terms: Terms, journal: Journal) {
    super();
    this.#terms = terms;
    this.#journal = journal;
    this.#chance = new Chance(terms.seed * 1000 + terms.worker * 100 + terms.life);
  }

  override init(): void {
    for (const topic of this.#terms.topics) this.join(topic);
    this.every(this.#terms.beat, () => this.#beat());
  }

  override async handleMessage(_message: Message): Promise<void> {
    this.#count('messages');
    if (this.#chance.happens(SLOW.share)) await pause(this.#chance.random() * SLOW.ms);
  }

  /** Of a confirmed push perhaps of an earlier life: its key is its id. */
  override handleReply({ key, response }: Replied): void {
    const id = key ?? (response as { readonly id?: string }).id;
    if (id !== undefined) this.#settle(id, 'replied');
  }

  override handlePushError({ key, payload, error }: PushFailed): void {
    const id = key ?? (payload as { readonly id: string }).id;
    this.#settle(id, error.delivered === 'no' ? 'no' : 'unknown');
  }

  override handleInfo(info: unknown): void {
    if (info !== 'settle' || !this.#isProducing) return;
    this.#isProducing = false;
    // Its reply tells that the store has been read, and that all that was in it has been confirmed.
    for (const topic of this.#terms.topics) this.#make(topic, 'work', 'confirmed', true);
  }

  /** Its heap is of interest when nothing else goes on. */
  override async handleCall(_request: unknown): Promise<Standing> {
    const standing = this.#standing();
    const early = this.#earlyHeap;
    const now = standing.isSettled ? await heapInUse() : early;
    return { ...standing, heap: { early, now } };
  }

  #standing(): Omit<Standing, 'heap'> {
    const { topics } = this.#terms;
    const joined = topics.filter((topic) => this.joined(topic));
    const { outbox, unanswered, confirmed, inbox, sockets } = this.#gauges ?? EMPTY;
    const unconfirmed = confirmed.pushes;
    const waits = outbox.messages + unanswered + unconfirmed + inbox + this.#unsettled.size;
    return {
      isSettled: !this.#isProducing && waits === 0 && joined.length === topics.length,
      unsettled: this.#unsettled.size,
      outbox: outbox.messages,
      unanswered,
      unconfirmed,
      inbox,
      sockets: sockets.connected,
      joined,
      present: Object.fromEntries(topics.map((topic) => [topic, this.#presentOn(topic)])),
      counts: Object.fromEntries(this.#counts),
    };
  }

  fact(fact: TelemetryFact): void {
    if (fact.name === 'callback.failed') {
      this.#journal.write({ kind: 'complained', about: `${fact.callback} threw ${fact.error}` });
    }
    this.#count(nameOf(fact));
  }

  watch(gauges: Gauges): () => void {
    this.#gauges = gauges;
    return () => (this.#gauges = null);
  }

  /** Before the first push, when all topics are joined: what it weighs at rest. */
  async #beat(): Promise<void> {
    const { topics } = this.#terms;
    if (this.#earlyHeap === 0 && topics.every((topic) => this.joined(topic))) {
      this.#earlyHeap = await heapInUse();
    }
    if (this.#isProducing) this.#pushOne();
  }

  #pushOne(): void {
    const topic = this.#chance.pick(this.#terms.topics) ?? '';
    const delivery = this.#chance.weigh(DELIVERIES);
    const event = this.#chance.weigh(delivery === 'confirmed' ? CONFIRMED_EVENTS : EVENTS);
    this.#make(topic, event, delivery, !this.#chance.happens(UNASKED));
  }

  #make(topic: string, event: string, delivery: ChaosDelivery, awaited: boolean): void {
    this.#made += 1;
    const { worker, life } = this.#terms;
    const id = `${worker}.${life}.${this.#made}`;
    this.#journal.write({ kind: 'pushed', id, topic, delivery, awaited });
    const push = this.#pushed(topic, event, delivery, id);
    push.queued().then(
      () => this.#journal.write({ kind: 'accepted', id }),
      () => undefined,
    );
    if (awaited) void this.#await(id, push);
  }

  #pushed(topic: string, event: string, delivery: ChaosDelivery, id: string): Push {
    if (delivery === 'confirmed') return this.push(topic, event, {}, { delivery, key: id });
    return this.push(topic, event, { id }, { delivery });
  }

  async #await(id: string, push: Push): Promise<void> {
    this.#unsettled.add(id);
    const outcome = await push.outcome();
    this.#unsettled.delete(id);
    if (outcome.ok) this.#settle(id, 'replied');
    else if (outcome.error.code === 'PHX_PUSH_PERSISTED')
      this.#journal.write({ kind: 'persisted', id });
    else this.#settle(id, FATES[outcome.error.delivered]);
  }

  #settle(id: string, fate: ChaosFate): void {
    this.#journal.write({ kind: 'settled', id, fate });
  }

  #presentOn(topic: string): readonly string[] {
    return this.presence(topic)
      .list()
      .map(({ key }) => key)
      .sort();
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
}

const FATES = { yes: 'replied', no: 'no', unknown: 'unknown' } as const;
const EMPTY = {
  outbox: { messages: 0 },
  unanswered: 0,
  confirmed: { pushes: 0 },
  inbox: 0,
  sockets: { connected: 0 },
};

/** With why, where that is of interest. */
function nameOf(fact: TelemetryFact): string {
  const why = 'cause' in fact ? fact.cause : 'code' in fact ? fact.code : null;
  return why === null ? fact.name : `${fact.name}: ${why}`;
}

/** The token of the moment, as it is when a dial needs it. */
export function tokenIn(path: string): string {
  return readFileSync(path, 'utf8');
}
