/** The gaps of one cursor that lagged: of each topic one that grows until it is told. */

import type { InboxEvent } from './event.js';
import type { Journal } from './journal.js';
import { gapEventOf, Loss, type LossRecord } from './loss.js';

/** Of one cursor; what other topics lose is told by one gap that concerns all of them. */
const MOST_TOPICS = 1000;

export class Losses {
  readonly #place: string;
  readonly #epoch: string;
  readonly #notes: Pick<Journal, 'changed'>;
  readonly #growing = new Map<string | null, Loss>();
  /** In flight or given back, by the position of its event. */
  readonly #told = new Map<number, Loss>();
  /** The next event of these is the first after a gap that was told. */
  readonly #torn = new Set<string | null>();

  constructor(place: string, epoch: string, notes: Pick<Journal, 'changed'>) {
    this.#place = place;
    this.#epoch = epoch;
    this.#notes = notes;
  }

  /** Not told yet. */
  get topics(): Iterable<string | null> {
    return this.#growing.keys();
  }

  get count(): number {
    return this.#growing.size;
  }

  has(topic: string | null): boolean {
    return this.#growing.has(topic);
  }

  /** Under which a loss of the topic is told. */
  topicFor(topic: string | null): string | null {
    return this.has(topic) || this.#growing.size < MOST_TOPICS ? topic : null;
  }

  /** The newest lost so far. */
  add(record: LossRecord): void {
    const growing = this.#growing.get(record.topic);
    if (growing) growing.add(record);
    const loss = growing ?? new Loss(this.#place, record);
    this.#growing.set(record.topic, loss);
    this.#notes.changed(loss);
  }

  /** As it was before a restart: that of a gap which was told and not done stands beside a later one. */
  restore(record: LossRecord): void {
    const loss = new Loss(this.#place, record);
    if (this.has(record.topic)) {
      this.add(record);
      this.#end(loss);
    } else this.#growing.set(record.topic, loss);
  }

  gapOf(topic: string | null): InboxEvent | null {
    const record = this.#growing.get(topic)?.record;
    return record ? gapEventOf(this.#epoch, record) : null;
  }

  /** The same event, in flight from now on. */
  tell(topic: string | null): InboxEvent | null {
    const loss = this.#growing.get(topic);
    const gap = this.gapOf(topic);
    if (!loss || !gap) return null;
    this.#growing.delete(topic);
    this.#told.set(gap.position, loss);
    this.#tear(topic);
    return gap;
  }

  /** Says of an event whether it is the first after a gap that was told. */
  marked(event: InboxEvent): InboxEvent {
    if (this.#torn.size === 0 || event.kind === 'state') return event;
    return this.#torn.delete(event.topic) ? { ...event, afterGap: true } : event;
  }

  done(position: number): void {
    const loss = this.#told.get(position);
    if (!loss) return;
    this.#told.delete(position);
    this.#end(loss);
  }

  /** What was told and not done is told again, with what was lost since: the newest first, because each takes up what is newer. */
  untell(): void {
    for (const loss of [...this.#told.values()].reverse()) {
      const { record } = loss;
      if (record) this.#regrow(loss, record.topic);
    }
    this.#told.clear();
  }

  /** It is not wanted any more. */
  forget(topic: string | null): void {
    const loss = this.#growing.get(topic);
    this.#growing.delete(topic);
    if (loss) this.#end(loss);
  }

  #regrow(loss: Loss, topic: string | null): void {
    const later = this.#growing.get(topic);
    this.#growing.set(topic, loss);
    if (!later?.record) return;
    loss.add(later.record);
    this.#notes.changed(loss);
    this.#end(later);
  }

  #end(loss: Loss): void {
    loss.end();
    this.#notes.changed(loss);
  }

  #tear(topic: string | null): void {
    this.#torn.add(topic);
    if (this.#torn.size <= MOST_TOPICS) return;
    for (const oldest of this.#torn) {
      this.#torn.delete(oldest);
      return;
    }
  }
}
