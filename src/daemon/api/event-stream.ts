/** One reader of the live events: what it has not read yet stays in the log, so that slowness costs it events and never memory. */

import type { Clock } from '../../clock.js';
import type { InboxEvent } from '../inbox/event.js';
import type { Cursor, EventLog } from '../inbox/event-log.js';
import { closing, placeOf, type StreamStart } from './resume.js';
import type { StreamForm } from './stream-form.js';
import { Waits } from './waits.js';

export type StreamTerms = {
  readonly log: EventLog;
  readonly cursor: Cursor;
  readonly start: StreamStart;
  readonly form: StreamForm;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly keepAlive: number;
  /** Called once, when it has ended in any way. */
  readonly ended: () => void;
};

/** About as much as a socket takes at once, in characters: a chunk of many events is written by one call. */
const CHUNK = 65_536;

const encoder = new TextEncoder();

export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #terms: StreamTerms;
  readonly #waits: Waits;
  /** Where a reader goes on that has read all that was written. */
  #place: string;
  /** The last position that is written. */
  #last = Infinity;
  /** All that will ever be written is. */
  #isOver = false;
  #isOpen = true;

  constructor(terms: StreamTerms) {
    this.#terms = terms;
    this.#waits = new Waits(terms.clock);
    this.#place = terms.start.id;
    let opening = this.#opening();
    let isGone = false;
    this.body = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const text = opening === '' ? await this.#next() : opening;
          opening = '';
          if (text !== null) controller.enqueue(encoder.encode(text));
          else if (!isGone) {
            this.close();
            controller.close();
          }
        },
        cancel: () => {
          isGone = true;
          this.close();
        },
      },
      // What is encoded and not written would be memory that no limit knows.
      { highWaterMark: 0 },
    );
  }

  /** The daemon stops: what is in the log by now is still written. */
  drain(): void {
    this.#last = this.#terms.log.head;
    this.#waits.wake();
  }

  /** The reader has gone, or the stream has ended. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#waits.wake();
    this.#terms.cursor.close();
    this.#terms.ended();
  }

  #opening(): string {
    const { form, start } = this.#terms;
    const gap = start.gap === null ? '' : form.event(start.gap, start.id);
    return form.opening(start.id) + gap;
  }

  /** Never empty; null: there is no more. */
  async #next(): Promise<string | null> {
    while (this.#isOpen && !this.#isOver) {
      const text = this.#batch() || (await this.#patience());
      if (text !== '') return text;
    }
    return null;
  }

  /** Empty: look again. */
  async #patience(): Promise<string> {
    const { clock, cursor, form, keepAlive } = this.#terms;
    const since = clock.monotonic();
    await this.#waits.until((signal) => cursor.ready(signal), keepAlive);
    if (clock.monotonic() - since < keepAlive) return '';
    return this.#batch() || form.idle(this.#place);
  }

  /** Empty: there is nothing now. */
  #batch(): string {
    let text = '';
    while (this.#isOpen && !this.#isOver && text.length < CHUNK) {
      const event = this.#terms.cursor.next();
      if (event !== null) text += this.#written(event);
      if (event === null || event.position >= this.#last) return text + this.#pause();
    }
    return text;
  }

  #written(event: InboxEvent): string {
    const { cursor, form, log } = this.#terms;
    cursor.done(event);
    const place = placeOf(log.epoch, event.position);
    // Of several topics' losses each is told by itself: who leaves between two of them resumes before all.
    if (event.id === place) this.#place = place;
    return form.event(event, this.#place);
  }

  /** All there was has been written: a stream that goes on has passed it, whatever its filters left out. */
  #pause(): string {
    const { clock, form, log } = this.#terms;
    if (this.#last === Infinity) {
      this.#place = placeOf(log.epoch, log.head);
      return '';
    }
    this.#isOver = true;
    return form.event(closing(log, clock.now()), this.#place);
  }
}
