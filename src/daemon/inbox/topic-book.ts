/** Numbers the events of each topic, and knows which topics have a gap before their next event. */

import type { InboxEvent, NewEvent } from './event.js';
import type { Journal, Noted } from './journal.js';

export type TopicRecord = {
  readonly seq: number;
  readonly isTorn: boolean;
  /** Unix milliseconds: when something of it last came. */
  readonly heardAt?: number;
};
type Numbered = { readonly seq: number; readonly afterGap: boolean };

/** Topics without an event in the log whose numbers are remembered; of what is forgotten the next event has number 1. */
const REMEMBERED = 10_000;

class Topic implements Noted {
  readonly key: string;
  seq: number;
  isTorn: boolean;
  heardAt: number | undefined;
  /** Of its last event. */
  position = 0;
  isForgotten = false;

  constructor(topic: string | null, { seq, isTorn, heardAt }: TopicRecord) {
    this.key = topicKey(topic);
    this.seq = seq;
    this.isTorn = isTorn;
    this.heardAt = heardAt;
  }

  get text(): string | null {
    const { seq, isTorn, heardAt } = this;
    return this.isForgotten ? null : JSON.stringify({ seq, isTorn, heardAt });
  }
}

export class TopicBook {
  readonly #journal: Journal;
  readonly #live = new Map<string | null, Topic>();
  /** Those without an event in the log, the one that has been so for longest first. */
  readonly #past = new Map<string | null, Topic>();
  /** When an earlier process last heard of a topic. */
  readonly #earlier = new Map<string | null, number>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** A state has no number of its own, because deliveries are not told of it: it has that of what came before it. */
  enter(event: NewEvent, position: number): Numbered {
    const { kind, topic } = event;
    const known = this.#topic(topic);
    known.position = position;
    hear(known, event);
    if (kind === 'state') return { seq: known.seq, afterGap: false };
    known.seq += 1;
    const afterGap = kind !== 'gap' && known.isTorn;
    known.isTorn = kind === 'gap';
    return { seq: known.seq, afterGap };
  }

  /** The log does not keep it any more. */
  dropped({ topic, position }: InboxEvent): void {
    const known = this.#live.get(topic);
    if (known?.position !== position) return;
    this.#live.delete(topic);
    this.#remember(topic, known);
    this.#journal.changed(known);
  }

  restore(topic: string | null, record: TopicRecord): void {
    this.#remember(topic, new Topic(topic, record));
    if (record.heardAt !== undefined) this.#earlier.set(topic, record.heardAt);
  }

  /** Null: no earlier process knew it, or it was asked for already. */
  takeEarlier(topic: string): number | null {
    const heardAt = this.#earlier.get(topic) ?? null;
    this.#earlier.delete(topic);
    return heardAt;
  }

  /** An event of the log, as it was numbered. */
  restoreEvent(event: InboxEvent): void {
    const { kind, topic, seq, position } = event;
    const known = this.#topic(topic);
    hear(known, event);
    if (known.heardAt !== undefined) this.#earlier.set(topic, known.heardAt);
    known.position = position;
    known.seq = seq;
    if (kind !== 'state') known.isTorn = kind === 'gap';
  }

  #topic(topic: string | null): Topic {
    const live = this.#live.get(topic);
    if (live) return live;
    const known = this.#past.get(topic) ?? new Topic(topic, { seq: 0, isTorn: false });
    this.#past.delete(topic);
    this.#live.set(topic, known);
    return known;
  }

  #remember(topic: string | null, known: Topic): void {
    this.#past.set(topic, known);
    if (this.#past.size <= REMEMBERED) return;
    for (const [oldest, forgotten] of this.#past) {
      this.#past.delete(oldest);
      forgotten.isForgotten = true;
      this.#journal.changed(forgotten);
      return;
    }
  }
}

/**
 * That it was joined again proves nothing: the gap which is told then may not have been written. That it was joined for the first
 * time is where the first gap begins.
 */
function hear(known: Topic, { kind, payload, time }: NewEvent): void {
  const isFirstJoin = known.heardAt === undefined && isJoin(payload);
  if (kind !== 'state' || isFirstJoin) known.heardAt = time;
}

function isJoin(payload: unknown): boolean {
  return (payload as { readonly to?: unknown } | null)?.to === 'joined';
}

function topicKey(topic: string | null): string {
  return `topic!${JSON.stringify(topic)}`;
}
