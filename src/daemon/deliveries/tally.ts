/** What a delivery has done so far, counted and logged. */

import type { Clock } from '../../clock.js';
import type { Logger } from '../../telemetry/log-to.js';
import type { InboxEvent } from '../inbox/event.js';
import type { Refused } from './answered-pushes.js';
import type { DeliveryStatus } from './delivery.js';
import type { Mistake } from './outcome.js';

type Counts = Pick<
  DeliveryStatus,
  'delivered' | 'retried' | 'dropped' | 'deadLetters' | 'pushesRefused' | 'lastError'
>;

const NONE: Counts = {
  delivered: 0,
  retried: 0,
  dropped: 0,
  deadLetters: 0,
  pushesRefused: 0,
  lastError: null,
};

export class Tally {
  readonly #delivery: string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #counts = NONE;
  readonly #mistakes = new Set<Mistake['kind']>();

  constructor(delivery: string, logger: Logger, clock: Clock) {
    this.#delivery = delivery;
    this.#logger = logger;
    this.#clock = clock;
  }

  get counts(): Counts {
    return this.#counts;
  }

  delivered(events: number): void {
    this.#counts = { ...this.#counts, delivered: this.#counts.delivered + events };
  }

  /** Loud once for each event: what is tried again and again must not fill the log. */
  failed(event: InboxEvent, attempt: number, what: string): void {
    this.#counts = { ...this.#counts, retried: this.#counts.retried + 1 };
    this.#remember(what);
    const fields = { ...this.#fields(event), attempt, error: what };
    if (attempt === 1) this.#logger.warn(fields, 'an event could not be delivered');
    else this.#logger.debug(fields, 'an event could not be delivered again');
  }

  dropped(event: InboxEvent): void {
    this.#counts = { ...this.#counts, dropped: this.#counts.dropped + 1 };
    this.#logger.warn(this.#fields(event), 'the application has dropped an event');
  }

  /** `kept`: in the file of dead letters. */
  gaveUp(event: InboxEvent, last: { attempts: number; error: string; kept: boolean }): void {
    this.#counts = { ...this.#counts, deadLetters: this.#counts.deadLetters + 1 };
    this.#remember(last.error);
    this.#logger.error({ ...this.#fields(event), ...last }, 'an event was given up');
  }

  refused(event: InboxEvent, { key, why }: Refused): void {
    this.#counts = { ...this.#counts, pushesRefused: this.#counts.pushesRefused + 1 };
    const fields = { ...this.#fields(event), key, error: why };
    this.#logger.error(fields, 'a push in an answer can never be sent');
  }

  /** Each kind is said once: an application that answers so does it each time. */
  mistaken(event: InboxEvent, { kind, what }: Mistake): void {
    if (this.#mistakes.has(kind)) return;
    this.#mistakes.add(kind);
    this.#logger.warn({ ...this.#fields(event), error: what }, 'an answer was not understood');
  }

  /** What concerns no event. */
  trouble(what: string): void {
    this.#remember(what);
    this.#logger.warn({ delivery: this.#delivery, error: what }, 'a delivery is in trouble');
  }

  news(fields: object, message: string): void {
    this.#logger.info({ delivery: this.#delivery, ...fields }, message);
  }

  #remember(what: string): void {
    this.#counts = { ...this.#counts, lastError: { at: this.#clock.now(), what } };
  }

  #fields({ id, topic, event }: InboxEvent): object {
    return { delivery: this.#delivery, id, topic, event };
  }
}
