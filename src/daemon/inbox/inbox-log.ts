/** What both logs are in memory: the events kept, and the places of those who read them. */

import { UsageError } from '../../errors.js';
import type { InboxEvent, NewEvent } from './event.js';
import type { Cursor, CursorTerms, EventLog, LogStatus } from './event-log.js';
import type { Journal } from './journal.js';
import { KeptEvents, type Limits } from './kept-events.js';
import { Place, type PlaceRecord } from './place.js';
import { Reader } from './reader.js';
import { TopicBook } from './topic-book.js';

const ID = /^([0-9a-f]+)-(\d{1,15})(?:-gap-\d{1,15})?$/;
const NOBODY = { changed: () => undefined };

export class InboxLog implements EventLog {
  readonly epoch: string;
  readonly topics: TopicBook;
  readonly #journal: Journal;
  readonly #kept: KeptEvents;
  /** Lasting ones, whether somebody reads or not. */
  readonly #lasting = new Map<string, Place>();
  readonly #readers = new Map<string, Reader>();
  /** The newest that was appended: it may not be safe yet. */
  #last = 0;
  #appended = 0;

  constructor(epoch: string, limits: Limits, journal: Journal) {
    this.epoch = epoch;
    this.#journal = journal;
    this.#kept = new KeptEvents(limits);
    this.topics = new TopicBook(journal);
  }

  get head(): number {
    return this.#kept.head;
  }

  get tail(): number {
    return this.#kept.tail;
  }

  get failed(): Promise<Error> {
    return this.#journal.failed;
  }

  get places(): readonly string[] {
    return [...this.#lasting.keys()];
  }

  get status(): LogStatus {
    const { length: kept, bytes } = this.#kept;
    return { kept, bytes, appended: this.#appended, unwritten: this.#journal.unwritten };
  }

  append(event: NewEvent): void | Promise<void> {
    this.#appended += 1;
    this.#last += 1;
    const position = this.#last;
    const { seq, afterGap } = this.topics.enter(event, position);
    const id = `${this.epoch}-${position}`;
    const { kind, topic, event: name, payload, time, routes } = event;
    return this.#journal.write(
      { kind, topic, event: name, payload, time, routes, id, position, seq, afterGap },
      this.#admit,
    );
  }

  read(after: number, max: number): readonly InboxEvent[] {
    return this.#kept.after(after, max);
  }

  positionOf(id: string): number | null {
    const [, epoch, digits] = ID.exec(id) ?? [];
    const position = Number(digits);
    return epoch === this.epoch && position > 0 && position <= this.head ? position : null;
  }

  lastHeard(topic: string): number | null {
    return this.topics.takeEarlier(topic);
  }

  cursor(name: string, terms: CursorTerms): Cursor {
    if (this.#readers.has(name)) throw taken(name);
    const place = this.#placeFor(name, terms);
    const reader = new Reader(name, place, {
      tail: () => this.tail,
      release: this.#release,
      saved: () => this.#journal.saved(),
      left: this.#left,
    });
    this.#readers.set(name, reader);
    const unwanted = place.open(terms, this.read(0, this.#kept.length));
    for (const event of unwanted) if (event.position < this.tail) this.#release(event);
    return reader;
  }

  forget(name: string): void {
    this.#readers.get(name)?.close();
    const place = this.#lasting.get(name);
    if (!place) return;
    this.#lasting.delete(name);
    for (const event of place.held) if (event.position < this.tail) this.#release(event);
    place.forget();
  }

  async close(): Promise<void> {
    for (const reader of this.#readers.values()) reader.close();
    await this.#journal.close();
  }

  /** As the disk has it. */
  restore(event: InboxEvent, size: number): void {
    this.topics.restoreEvent(event);
    this.#last = event.position;
    this.#kept.add(event, size);
  }

  restorePlace(name: string, record: PlaceRecord): Place {
    const place = new Place({ ...record, name, epoch: this.epoch, notes: this.#journal });
    this.#lasting.set(name, place);
    return place;
  }

  placeOf(name: string): Place | undefined {
    return this.#lasting.get(name);
  }

  /** Of events that are older than what it keeps. */
  dropUnheld(events: readonly InboxEvent[]): void {
    for (const event of events) this.#release(event);
  }

  /** What the limits do not allow, as they are now. */
  shrink(): void {
    while (this.#kept.isOver) this.#dropOldest();
  }

  readonly #admit = (event: InboxEvent, size: number): void => {
    this.#kept.add(event, size);
    for (const { place } of this.#readers.values()) place.admit(event);
    this.shrink();
    for (const reader of this.#readers.values()) reader.wake();
  };

  readonly #release = (event: InboxEvent): void => {
    for (const place of this.#lasting.values()) if (place.holds(event)) return;
    this.#journal.dropped(event.position, this.tail);
  };

  readonly #left = ({ name }: Reader): void => {
    this.#readers.delete(name);
  };

  #dropOldest(): void {
    const event = this.#kept.dropOldest();
    if (!event) return;
    this.topics.dropped(event);
    for (const { place } of this.#readers.values()) place.drop(event);
    for (const [name, place] of this.#lasting) if (!this.#readers.has(name)) place.drop(event);
    const isHeld = [...this.#lasting.values()].some((place) => place.holds(event));
    if (isHeld) this.#journal.held(event.position, this.tail);
    else this.#journal.dropped(event.position, this.tail);
  }

  #placeFor(name: string, terms: CursorTerms): Place {
    const from = this.#startOf(terms.from ?? 'end');
    const known = this.#lasting.get(name);
    if (known && terms.lasting) return known;
    if (terms.lasting) return this.restorePlace(name, { from, order: terms.order });
    return new Place({ from, order: terms.order, name, epoch: this.epoch, notes: NOBODY });
  }

  #startOf(from: 'end' | 'start' | number): number {
    if (from === 'end') return this.head;
    return from === 'start' ? 0 : Math.min(from, this.head);
  }
}

function taken(name: string): UsageError {
  const remedy = 'close the other one, or choose another name';
  return new UsageError('PHX_BAD_OPTION', `a cursor named ${name} is open: ${remedy}`);
}
