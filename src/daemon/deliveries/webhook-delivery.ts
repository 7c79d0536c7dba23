/** Brings events to a webhook: as many at once as allowed, again until they are done, in order of each topic. */

import type { RetryPolicy } from 'cockatiel';
import { wordsOf } from '../../errors.js';
import { delayAfter } from '../../policy/backoff.js';
import type { Cursor } from '../inbox/event-log.js';
import type { InboxEvent } from '../inbox/event.js';
import { acceptPushes } from './answered-pushes.js';
import { Burial } from './burial.js';
import { requireCockatiel } from './cockatiel.js';
import type { Delivery, DeliveryStatus } from './delivery.js';
import { cloudEventOf } from '../inbox/cloud-event.js';
import { Doorway } from './doorway.js';
import { letterOf } from './letter.js';
import { Naps } from './naps.js';
import type { Failure, Outcome, Refusal } from './outcome.js';
import type { DeliveryParts } from './parts.js';
import { Tally } from './tally.js';
import { unlessAborted } from './unless-aborted.js';
import type { WebhookRule } from '../config/webhook-rule.js';
import { type Letter, WebhookSender } from './webhook-sender.js';

/** Events that wait for another attempt take no place of those in flight; more than so many take too much memory. */
const MOST_HELD = 1000;

/** After a mistake of this program. */
const MISTAKE_REST = 30_000;

type Ending = { readonly outcome: Outcome; readonly attempts: number };

export class WebhookDelivery implements Delivery {
  readonly name: string;
  readonly #rule: WebhookRule;
  readonly #parts: DeliveryParts;
  readonly #cursor: Cursor;
  readonly #sender: WebhookSender;
  readonly #naps: Naps;
  readonly #tally: Tally;
  readonly #door: Doorway;
  readonly #retrying: RetryPolicy;
  /** Null: what is given up is lost. */
  readonly #burial: Burial | null;
  /** Of each event that was taken: ends when it is done or given back. */
  readonly #errands = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  readonly #forced = new AbortController();
  #ready: Promise<void> | null = null;
  #end: Promise<void> | null = null;

  constructor(name: string, rule: WebhookRule, cursor: Cursor, parts: DeliveryParts) {
    const { clock } = parts;
    const naps = new Naps(clock);
    const tally = new Tally(name, parts.logger, clock);
    this.name = name;
    this.#rule = rule;
    this.#cursor = cursor;
    this.#parts = parts;
    this.#sender = new WebhookSender(rule, clock);
    this.#naps = naps;
    this.#tally = tally;
    this.#door = new Doorway(rule, { clock, naps, tally, room: () => this.#fill() });
    this.#retrying = retryingOf(rule.backoff.attempts);
    this.#burial =
      rule.deadLetter === null ? null : new Burial(rule.deadLetter, { clock, naps, tally });
  }

  get status(): DeliveryStatus {
    const { state, breaker, inside, nextTryAt } = this.#door;
    const { waiting, inFlight, dropped, oldest } = this.#cursor.status;
    return {
      name: this.name,
      kind: 'webhook',
      state,
      breaker,
      // What rests between two attempts waits.
      waiting: waiting + Math.max(0, inFlight - inside),
      inFlight: inside,
      ...this.#tally.counts,
      overflowed: dropped,
      oldest,
      nextTryAt,
    };
  }

  start(): void {
    this.#door.start();
  }

  pause(): void {
    this.#door.pause();
  }

  resume(): void {
    this.#door.resume();
  }

  /** Whoever asks again may have less time. */
  stop(signal: AbortSignal): Promise<void> {
    this.#end ??= this.#stop();
    if (signal.aborted) this.#force();
    signal.addEventListener('abort', this.#force, { once: true });
    void this.#end.finally(() => signal.removeEventListener('abort', this.#force)).catch(ignore);
    return this.#end;
  }

  readonly #force = (): void => {
    this.#forced.abort();
    void this.#sender.stop();
  };

  async #stop(): Promise<void> {
    this.#closing.abort();
    this.#naps.close();
    const closed = this.#door.close();
    await Promise.all([closed, ...this.#errands]);
    await this.#sender.stop();
    await this.#cursor.saved();
    this.#cursor.close();
  }

  get #mayTake(): boolean {
    const most = Math.max(MOST_HELD, this.#rule.inFlight);
    return this.#errands.size < most && this.#door.hasRoom;
  }

  /** Takes what may be taken. */
  #fill(): void {
    while (this.#mayTake) {
      const event = this.#cursor.next();
      if (event === null) {
        this.#listen();
        return;
      }
      const errand = this.#carry(event);
      this.#errands.add(errand);
      void errand.then(() => {
        this.#errands.delete(errand);
        this.#fill();
      });
    }
  }

  #listen(): void {
    const heard = (): void => {
      this.#ready = null;
      this.#fill();
    };
    this.#ready ??= this.#cursor.ready(this.#closing.signal).then(heard, ignore);
  }

  /** Never rejects: a mistake of this program costs time, not an event. */
  async #carry(event: InboxEvent): Promise<void> {
    try {
      await this.#settle(event, await this.#deliver(event));
    } catch (error) {
      this.#tally.failed(event, 1, wordsOf(error));
      await this.#naps.take(MISTAKE_REST);
      this.#cursor.back(event);
    }
  }

  /** cockatiel counts the attempts; what is between them must be cut short at times, which it cannot. */
  async #deliver(event: InboxEvent): Promise<Ending> {
    const letter = letterOf(event, this.#rule.mode, this.#parts.source);
    let rest = 0;
    let attempts = 0;
    const outcome = await this.#retrying.execute(async () => {
      if (attempts > 0) await this.#naps.take(rest);
      attempts += 1;
      const result = await this.#attempt(event, letter, attempts);
      if (result.kind === 'retry') {
        rest = this.#restAfter(attempts, result.after);
        this.#tally.failed(event, attempts, result.what);
      }
      return result;
    });
    return { outcome, attempts };
  }

  #restAfter(failures: number, asked: number): number {
    const rule = { ...this.#rule.backoff, attempts: null };
    return Math.max(delayAfter(rule, failures, this.#parts.random) ?? 0, asked);
  }

  #attempt(event: InboxEvent, letter: Letter, attempt: number): Promise<Outcome> {
    const { clock } = this.#parts;
    return this.#door.pass(event.topic, attempt, async () => {
      const began = clock.monotonic();
      const outcome = await this.#withPushes(event, await this.#sender.send(letter, attempt));
      this.#measure(outcome, attempt, (clock.monotonic() - began) / 1000);
      return outcome;
    });
  }

  #measure(outcome: Outcome, attempt: number, seconds: number): void {
    if (outcome.kind === 'aborted') return;
    const kind = outcome.kind === 'gone' ? 'retry' : outcome.kind;
    const isLast = kind === 'retry' && attempt === this.#rule.backoff.attempts;
    this.#parts.meters.attempt(this.name, isLast ? 'deadLetter' : kind, seconds);
  }

  async #withPushes(event: InboxEvent, outcome: Outcome): Promise<Outcome> {
    if ('mistake' in outcome && outcome.mistake !== null) {
      this.#tally.mistaken(event, outcome.mistake);
    }
    if (outcome.kind !== 'success' || outcome.pushes.length === 0) return outcome;
    const accepting = acceptPushes(this.#parts.pushes, event.id, outcome.pushes, (push) =>
      this.#tally.refused(event, push),
    );
    const accepted = await unlessAborted(this.#forced.signal, accepting);
    return accepted === 'aborted' ? { kind: 'aborted' } : (accepted ?? outcome);
  }

  async #settle(event: InboxEvent, { outcome, attempts }: Ending): Promise<void> {
    switch (outcome.kind) {
      case 'success':
        this.#tally.delivered(1);
        this.#cursor.done(event);
        return;
      case 'drop':
        this.#tally.dropped(event);
        this.#cursor.done(event);
        return;
      case 'gone':
        this.#door.pause();
        this.#tally.trouble(`${outcome.what}: POST /v1/control/deliveries/${this.name}/resume`);
        this.#cursor.back(event);
        return;
      case 'aborted':
        this.#cursor.back(event);
        return;
      case 'retry':
      case 'deadLetter':
        await this.#giveUp(event, outcome, attempts);
    }
  }

  /** What the stop of the delivery has cut short is not given up. */
  async #giveUp(event: InboxEvent, last: Failure | Refusal, attempts: number): Promise<void> {
    const letter = {
      delivery: this.name,
      attempts,
      status: last.status,
      error: last.what,
      event: cloudEventOf(event, this.#parts.source),
    };
    const { signal } = this.#closing;
    if (signal.aborted || (await this.#burial?.bury(letter, signal)) === false) {
      this.#cursor.back(event);
      return;
    }
    const kept = this.#burial !== null;
    this.#tally.gaveUp(event, { attempts, error: last.what, kept });
    this.#cursor.done(event);
  }
}

/** Null: for ever. */
function retryingOf(attempts: number | null): RetryPolicy {
  const { ConstantBackoff, handleWhenResult, retry } = requireCockatiel();
  return retry(
    handleWhenResult((outcome) => (outcome as Outcome).kind === 'retry'),
    { maxAttempts: attempts === null ? Infinity : attempts - 1, backoff: new ConstantBackoff(0) },
  );
}

/** Nobody listens any more. */
function ignore(): void {}
