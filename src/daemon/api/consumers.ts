/** The consumers by name: each has a place in the log that lasts, until it is deleted or nobody has asked for so long. */

import type { Clock } from '../../clock.js';
import type { EventLog } from '../inbox/event-log.js';
import { problem } from '../listeners/problem.js';
import { Consumer, type ConsumerCounts } from './consumer.js';
import { type EventChoice, isSame, wantsOf } from './event-choice.js';

export type ConsumerStatus = {
  readonly consumer: string;
  /** Unix milliseconds: it goes then unless it pulls or acknowledges before. */
  readonly expiresAt: number;
  /** Null: it has not pulled since the daemon started, and has only its place in the log. */
  readonly open: (EventChoice & ConsumerCounts) | null;
};

export type ConsumersTerms = {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly draining: AbortSignal;
  /** How many there may be. Default 64. */
  readonly consumers?: number;
  /** How many pulls of one may wait at once. Default 16. */
  readonly pulls?: number;
  /** Milliseconds. Default a day. */
  readonly idle?: number;
};

type Opened = { readonly consumer: Consumer; readonly choice: EventChoice };
type Entry = { opened: Opened | null; usedAt: number };

/** Of the names of their cursors. Deliveries are named in the configuration, where no name has a colon. */
const PREFIX = 'pull:';
const CONSUMERS = 64;
const PULLS = 16;
const DAY = 86_400_000;
/** Seconds after which one who was refused may ask again. */
const ASK_AGAIN = '5';

/** Whether a place in the log is that of a consumer, open or not. */
export function isConsumerPlace(place: string): boolean {
  return place.startsWith(PREFIX);
}

export class Consumers {
  readonly #terms: Required<ConsumersTerms>;
  readonly #entries = new Map<string, Entry>();
  #timer: unknown = null;

  constructor(terms: ConsumersTerms) {
    this.#terms = { consumers: CONSUMERS, pulls: PULLS, idle: DAY, ...terms };
    const usedAt = terms.clock.monotonic();
    for (const place of terms.log.places) {
      if (isConsumerPlace(place)) {
        this.#entries.set(place.slice(PREFIX.length), { opened: null, usedAt });
      }
    }
    this.#watch();
    terms.draining.addEventListener('abort', this.#wake);
  }

  /** For a pull: opens it where it was, or, if it never was, where `from` says. Throws a problem. */
  opened(name: string, choice: EventChoice, from: 'start' | 'end'): Consumer {
    const entry = this.#entries.get(name) ?? this.#added(name);
    entry.opened ??= this.#open(name, choice, from);
    const { consumer, choice: known } = entry.opened;
    if (!isSame(known, choice)) throw otherChoice(name, known);
    const { pulls } = this.#terms;
    if (consumer.counts.pulls >= pulls) {
      throw busy(`${pulls} pulls of the consumer ${name} wait already: end some of them first`);
    }
    entry.usedAt = this.#terms.clock.monotonic();
    return consumer;
  }

  /** For an acknowledgement; null: it holds nothing, having not pulled since the start. Throws a problem. */
  known(name: string): Consumer | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw noConsumer(name);
    entry.usedAt = this.#terms.clock.monotonic();
    return entry.opened?.consumer ?? null;
  }

  list(): readonly ConsumerStatus[] {
    const { clock, idle } = this.#terms;
    const shift = clock.now() - clock.monotonic() + idle;
    return [...this.#entries].map(([consumer, { opened, usedAt }]) => ({
      consumer,
      expiresAt: Math.round(usedAt + shift),
      open: opened && { ...opened.choice, ...opened.consumer.counts },
    }));
  }

  /** Events that those which are open have not done. */
  get undone(): number {
    return this.#opened.reduce((sum, consumer) => sum + consumer.undone, 0);
  }

  /** Whether one of them has events that may still be acknowledged in time. */
  get isAwaited(): boolean {
    return this.#opened.some((consumer) => consumer.isAwaited);
  }

  get #opened(): readonly Consumer[] {
    return [...this.#entries.values()].flatMap(({ opened }) => opened?.consumer ?? []);
  }

  /** Throws a problem. */
  delete(name: string): void {
    if (!this.#entries.has(name)) throw noConsumer(name);
    this.#forget(name);
  }

  /** Their places stay in the log. */
  close(): void {
    this.#terms.draining.removeEventListener('abort', this.#wake);
    this.#terms.clock.clearTimeout(this.#timer);
    for (const { opened } of this.#entries.values()) opened?.consumer.close();
    this.#entries.clear();
  }

  readonly #wake = (): void => {
    for (const { opened } of this.#entries.values()) opened?.consumer.wake();
  };

  #added(name: string): Entry {
    const { clock, consumers } = this.#terms;
    if (this.#entries.size >= consumers) {
      throw busy(
        `there are ${consumers} consumers, and no more are kept: DELETE /v1/events/consumers/{name} ends one`,
      );
    }
    const entry = { opened: null, usedAt: clock.monotonic() };
    this.#entries.set(name, entry);
    this.#watch();
    return entry;
  }

  #open(name: string, choice: EventChoice, from: 'start' | 'end'): Opened {
    const { clock, draining, log } = this.#terms;
    const wants = wantsOf(choice);
    const cursor = log.cursor(PREFIX + name, {
      wants: (event) => event.kind !== 'state' && wants(event),
      order: 'none',
      from,
      lasting: true,
    });
    return { consumer: new Consumer(cursor, clock, draining), choice };
  }

  /** One timer for all: whoever is unused for longest goes first. */
  #watch(): void {
    if (this.#timer !== null || this.#entries.size === 0) return;
    const { clock, idle } = this.#terms;
    const oldest = Math.min(...[...this.#entries.values()].map(({ usedAt }) => usedAt));
    const due = Math.max(0, oldest + idle - clock.monotonic());
    this.#timer = clock.setTimeout(this.#expire, due);
  }

  readonly #expire = (): void => {
    this.#timer = null;
    const limit = this.#terms.clock.monotonic() - this.#terms.idle;
    for (const [name, { usedAt }] of this.#entries) if (usedAt <= limit) this.#forget(name);
    this.#watch();
  };

  #forget(name: string): void {
    this.#entries.get(name)?.opened?.consumer.close();
    this.#entries.delete(name);
    this.#terms.log.forget(PREFIX + name);
  }
}

function busy(detail: string): Error {
  return problem('API_BUSY', detail, { headers: { 'retry-after': ASK_AGAIN } });
}

function noConsumer(name: string): Error {
  return problem(
    'API_NO_CONSUMER',
    `there is no consumer ${name}: its first GET /v1/events/pull makes it, and a day without use ends it`,
  );
}

function otherChoice(name: string, { topics, events }: EventChoice): Error {
  const has = `topic=${topics.join(',') || '*'} and event=${events.join(',') || '*'}`;
  return problem(
    'API_OTHER_FILTERS',
    `the consumer ${name} was made with ${has}: pull with the same, or delete it first`,
  );
}
