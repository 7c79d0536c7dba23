/** An application that asks for its events: each is leased to one pull, and comes again unless it is acknowledged in time. */

import type { Clock } from '../../clock.js';
import type { InboxEvent } from '../inbox/event.js';
import type { Cursor } from '../inbox/event-log.js';
import { type HeldEvent, Leases } from './leases.js';
import { never, Waits } from './waits.js';

export type AckStatus = 'SUCCESS' | 'RETRY' | 'DROP';

/** `unknown`: it was never given out, or before the daemon's last start. */
export type AckOutcome = 'done' | 'dropped' | 'retrying' | 'alreadyAcked' | 'unknown';

export type PullTerms = {
  readonly max: number;
  /** Milliseconds to wait for the first event. */
  readonly wait: number;
  /** Milliseconds until what is not acknowledged comes again. */
  readonly ackWait: number;
  /** What the application is given; `redelivery` is 0 the first time. */
  readonly toJson: (event: InboxEvent, redelivery: number) => string;
};

export type ConsumerCounts = {
  /** Not given out now, and not done. */
  readonly waiting: number;
  /** Given out and not acknowledged. */
  readonly leased: number;
  /** Pulls that wait for an event. */
  readonly pulls: number;
  readonly acked: number;
  readonly dropped: number;
  readonly redelivered: number;
  /** Lost to it because it lagged. */
  readonly overflowed: number;
  /** Unix milliseconds of the oldest that is not done; null: all are. */
  readonly oldest: number | null;
};

/** Held at once: beyond that it is given nothing new until it acknowledges. */
const HOLDS = 1000;

/** Characters of one answer, in which the last event may go beyond it. */
const ANSWER = 4 * 1024 * 1024;

/** So many of the last acknowledged ids are told from unknown ones. */
const REMEMBERS = 1000;

export class Consumer {
  readonly #cursor: Cursor;
  readonly #clock: Clock;
  readonly #draining: AbortSignal;
  readonly #waits: Waits;
  readonly #leases = new Leases();
  readonly #acked = new Set<string>();
  readonly #counts = { acked: 0, dropped: 0, redelivered: 0 };
  #isOpen = true;

  constructor(cursor: Cursor, clock: Clock, draining: AbortSignal) {
    this.#cursor = cursor;
    this.#draining = draining;
    this.#clock = clock;
    this.#waits = new Waits(clock);
  }

  get counts(): ConsumerCounts {
    const { waiting, dropped, oldest } = this.#cursor.status;
    return {
      ...this.#counts,
      waiting: waiting + this.#leases.size - this.#leases.leased,
      leased: this.#leases.leased,
      pulls: this.#waits.size,
      overflowed: dropped,
      oldest,
    };
  }

  /** Events that are not done: of those that were not given out, too. */
  get undone(): number {
    return this.#cursor.status.waiting + this.#leases.size;
  }

  /** Whether somebody has events whose acknowledgement would still be in time. */
  get isAwaited(): boolean {
    this.#leases.expire(this.#clock.monotonic());
    return this.#leases.leased > 0;
  }

  /** Resolves empty when nothing came in time, or the puller has gone, or the consumer closes; at once when the daemon stops. */
  async pull(terms: PullTerms, gone: AbortSignal): Promise<readonly string[]> {
    gone.addEventListener('abort', this.wake);
    try {
      return await this.#first(terms, gone);
    } finally {
      gone.removeEventListener('abort', this.wake);
    }
  }

  /** Pulls that wait look again: at who has gone, and whether the daemon stops. */
  readonly wake = (): void => this.#waits.wake();

  /** One outcome for each id. What is sent back comes again after `delay`. */
  ack(ids: readonly string[], status: AckStatus, delay: number): readonly AckOutcome[] {
    const outcomes = ids.map((id) => this.#ackOne(id, status, delay));
    this.#waits.wake();
    return outcomes;
  }

  /** What is done is written. */
  saved(): Promise<void> {
    return this.#cursor.saved();
  }

  /** What it holds comes again to whoever opens it next. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#waits.wake();
    this.#cursor.close();
  }

  async #first(terms: PullTerms, gone: AbortSignal): Promise<readonly string[]> {
    const until = this.#clock.monotonic() + terms.wait;
    while (this.#isOpen && !gone.aborted) {
      const now = this.#clock.monotonic();
      const taken = this.#take(terms, now);
      if (taken.length > 0 || now >= until || this.#draining.aborted) return taken;
      await this.#waits.until(this.#ready, Math.min(until - now, this.#leases.nextIn(now)));
    }
    return [];
  }

  readonly #ready = (signal: AbortSignal): Promise<void> =>
    this.#leases.size < HOLDS ? this.#cursor.ready(signal) : never(signal);

  #take({ max, ackWait, toJson }: PullTerms, now: number): readonly string[] {
    const taken: string[] = [];
    let size = 0;
    for (const { event, leases } of this.#leasable(now, now + ackWait)) {
      const text = toJson(event, leases - 1);
      taken.push(text);
      size += text.length;
      if (leases > 1) this.#counts.redelivered += 1;
      if (taken.length >= max || size >= ANSWER) break;
    }
    // Those who wait reckoned without these leases.
    if (taken.length > 0) this.#waits.wake();
    return taken;
  }

  /** What it holds comes before what the log has, being older. */
  *#leasable(now: number, until: number): Generator<HeldEvent> {
    const pull = Symbol('pull');
    this.#leases.expire(now);
    yield* this.#leases.free(pull, now, until);
    while (this.#leases.size < HOLDS) {
      const event = this.#cursor.next();
      if (event === null) return;
      this.#leases.hold(event);
      const leased = this.#leases.next(event.topic, pull, now, until);
      if (leased !== null) yield leased;
    }
  }

  #ackOne(id: string, status: AckStatus, delay: number): AckOutcome {
    const held = this.#leases.find(id);
    if (held === null) return this.#acked.has(id) ? 'alreadyAcked' : 'unknown';
    if (status === 'RETRY') {
      this.#leases.retry(held, this.#clock.monotonic() + delay);
      return 'retrying';
    }
    this.#leases.end(held);
    this.#cursor.done(held.event);
    this.#remember(id);
    this.#counts[status === 'DROP' ? 'dropped' : 'acked'] += 1;
    return status === 'DROP' ? 'dropped' : 'done';
  }

  #remember(id: string): void {
    this.#acked.add(id);
    const [oldest] = this.#acked;
    if (this.#acked.size > REMEMBERS && oldest !== undefined) this.#acked.delete(oldest);
  }
}
