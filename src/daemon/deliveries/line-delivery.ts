/** Writes events to a sink, one a line, in their order: the next lines when the last are out. */

import { wordsOf } from '../../errors.js';
import { type BackoffRule, delayAfter } from '../../policy/backoff.js';
import { cloudEventText } from '../inbox/cloud-event.js';
import type { Cursor } from '../inbox/event-log.js';
import type { InboxEvent } from '../inbox/event.js';
import type { Delivery, DeliveryStatus } from './delivery.js';
import { BrokenSink, type LineSink } from './line-sink.js';
import { Naps } from './naps.js';
import type { DeliveryParts } from './parts.js';
import { Tally } from './tally.js';
import { unlessAborted } from './unless-aborted.js';

/** Of one write. */
const MOST_EVENTS = 256;
const MOST_CHARACTERS = 256 * 1024;

/** A disk that is full stays so for a while. */
const BACKOFF: BackoffRule = {
  kind: 'exponential',
  min: 200,
  max: 30_000,
  factor: 2,
  jitter: 'full',
  attempts: null,
};

type Batch = { readonly events: readonly InboxEvent[]; readonly lines: string };

export class LineDelivery implements Delivery {
  readonly name: string;
  readonly #sink: LineSink;
  readonly #cursor: Cursor;
  readonly #parts: DeliveryParts;
  readonly #naps: Naps;
  readonly #tally: Tally;
  readonly #closing = new AbortController();
  readonly #forced = new AbortController();
  #state: DeliveryStatus['state'] = 'paused';
  /** Null: nothing is being written, and nothing waited for. */
  #writing: Promise<void> | null = null;
  #end: Promise<void> | null = null;

  constructor(name: string, sink: LineSink, cursor: Cursor, parts: DeliveryParts) {
    this.name = name;
    this.#sink = sink;
    this.#cursor = cursor;
    this.#parts = parts;
    this.#naps = new Naps(parts.clock);
    this.#tally = new Tally(name, parts.logger, parts.clock);
  }

  get status(): DeliveryStatus {
    const { waiting, inFlight, dropped, oldest } = this.#cursor.status;
    return {
      name: this.name,
      kind: this.#sink.kind,
      state: this.#state,
      breaker: null,
      waiting,
      inFlight,
      ...this.#tally.counts,
      overflowed: dropped,
      oldest,
      nextTryAt: this.#naps.nextAt,
    };
  }

  start(): void {
    this.resume();
  }

  pause(): void {
    if (this.#state !== 'stopped') this.#state = 'paused';
  }

  resume(): void {
    if (this.#state === 'stopped') return;
    this.#state = 'running';
    this.#naps.wakeAll();
    this.#goOn();
  }

  /** Whoever asks again may have less time. */
  stop(signal: AbortSignal): Promise<void> {
    this.#end ??= this.#stop();
    if (signal.aborted) this.#force();
    signal.addEventListener('abort', this.#force, { once: true });
    void this.#end.finally(() => signal.removeEventListener('abort', this.#force)).catch(ignore);
    return this.#end;
  }

  readonly #force = (): void => this.#forced.abort();

  async #stop(): Promise<void> {
    this.#state = 'stopped';
    this.#closing.abort();
    this.#naps.close();
    await this.#writing;
    await this.#sink.close().catch((error: unknown) => this.#tally.trouble(wordsOf(error)));
    await this.#cursor.saved();
    this.#cursor.close();
  }

  #goOn(): void {
    this.#writing ??= this.#writeAll().then(() => {
      this.#writing = null;
      if (this.#state === 'running') this.#goOn();
    });
  }

  /** Until it is paused or stopped. Never rejects. */
  async #writeAll(): Promise<void> {
    while (this.#state === 'running') {
      const batch = this.#taken();
      if (batch.events.length > 0) await this.#writeOut(batch);
      else await this.#cursor.ready(this.#closing.signal).catch(ignore);
    }
  }

  #taken(): Batch {
    const events: InboxEvent[] = [];
    let lines = '';
    while (events.length < MOST_EVENTS && lines.length < MOST_CHARACTERS) {
      const event = this.#cursor.next();
      if (event === null) break;
      events.push(event);
      lines += `${cloudEventText(event, this.#parts.source)}\n`;
    }
    return { events, lines };
  }

  async #writeOut({ events, lines }: Batch): Promise<void> {
    const isWritten = await this.#written(events, lines);
    for (const event of isWritten ? events : events.toReversed()) {
      if (isWritten) this.#cursor.done(event);
      else this.#cursor.back(event);
    }
    if (isWritten) this.#tally.delivered(events.length);
  }

  /** As often as it takes, until the delivery stops or the sink is broken. */
  async #written(events: readonly InboxEvent[], lines: string): Promise<boolean> {
    for (let attempt = 1; attempt === 1 || !this.#closing.signal.aborted; attempt += 1) {
      const result = await this.#tried(events, lines, attempt);
      if (result !== 'failed') return result === 'written';
      await this.#naps.take(delayAfter(BACKOFF, attempt, this.#parts.random) ?? 0);
    }
    return false;
  }

  async #tried(
    events: readonly InboxEvent[],
    lines: string,
    attempt: number,
  ): Promise<'written' | 'failed' | 'over'> {
    const { clock, meters } = this.#parts;
    const began = clock.monotonic();
    const seconds = (): number => (clock.monotonic() - began) / 1000;
    try {
      if ((await unlessAborted(this.#forced.signal, this.#sink.write(lines))) === 'aborted') {
        return 'over';
      }
      meters.attempt(this.name, 'success', seconds());
      return 'written';
    } catch (error) {
      meters.attempt(this.name, 'retry', seconds());
      return this.#failed(error, events, attempt);
    }
  }

  #failed(error: unknown, events: readonly InboxEvent[], attempt: number): 'failed' | 'over' {
    const what = wordsOf(error);
    if (error instanceof BrokenSink) {
      this.#state = 'stopped';
      this.#tally.trouble(what);
      this.#parts.broken(this.name, error);
      return 'over';
    }
    for (const event of events.slice(0, 1)) this.#tally.failed(event, attempt, what);
    return 'failed';
  }
}

/** It is over: the loop sees that for itself. */
function ignore(): void {}
