/** The long-poll transport, over `fetch`: GETs that the server holds until there is something, and POSTs. */

import type { Clock } from '../clock.js';
import { type Close, lost } from '../protocol/close.js';
import type { Frame } from '../protocol/serializer.js';
import { closeFrame, NO_CLOSE_FRAME } from './close-frame.js';
import {
  type Answer,
  notHandled,
  type Outcome,
  sessionGone,
  unexpected,
  unsendable,
} from './longpoll-answer.js';
import { LongPollInbox } from './longpoll-inbox.js';
import { type Batch, tooLong } from './longpoll-lines.js';
import { LongPollOutbox } from './longpoll-outbox.js';
import { type Fetch, LongPollRequests } from './longpoll-requests.js';
import type { Connection, DialRequest, Transport, TransportSink } from './transport.js';
import { refusedClose } from './upgrade-refusal.js';

export type LongPollOptions = {
  /** The longest answer taken, in bytes, default 16 MiB: all that the server had to say since the answer before. */
  readonly maxPayload?: number;
  /**
   * Milliseconds for an answer, default 20 000, as in phoenix.js: the server holds a GET for its window, by default 10 s. A
   * POST has as many for each of its frames.
   */
  readonly requestTimeout?: number;
  /** Milliseconds for a good end, default 1000: what was sent before, or the body of a refusal. */
  readonly closeTimeout?: number;
  /** Default Node's own. */
  readonly fetch?: Fetch;
};

/**
 * There is no deadline for the first GET here: it is the caller's, who aborts the signal or terminates. `makeFetch` makes one for
 * each dial, where `options` have none.
 */
export function longPollTransport(
  options: LongPollOptions,
  clock: Clock,
  makeFetch: () => Fetch = () => globalThis.fetch,
): Transport {
  const settingsOfDial = () => ({ ...DEFAULTS, fetch: makeFetch(), ...options });
  return {
    name: 'longpoll',
    refuses: tooLong,
    dial: (request, sink) =>
      new LongPollConnection({ request, sink, settings: settingsOfDial(), clock }).dial(),
  };
}

const DEFAULTS = {
  maxPayload: 16 * 1024 * 1024,
  requestTimeout: 20_000,
  closeTimeout: 1000,
};

/**
 * Milliseconds from a GET to the next one when there was nothing in its answer. A server that holds a GET for its window is never
 * waited for; one that answers at once, or something between that answers for it, would be asked without end.
 */
const IDLE = 1000;

type Dial = {
  readonly request: DialRequest;
  readonly sink: TransportSink;
  readonly settings: Required<LongPollOptions>;
  readonly clock: Clock;
};

class LongPollConnection implements Connection {
  readonly #dial: Dial;
  readonly #requests: LongPollRequests;
  readonly #outbox = new LongPollOutbox((batch) => void this.#post(batch));
  readonly #inbox: LongPollInbox;
  readonly #onAbort = (): void => {
    this.#end(lost('requested', 'aborted before it was open'));
  };
  #state: 'dialed' | 'open' | 'closing' | 'closed' = 'dialed';
  /** How it was asked to close. */
  #goodbye: Close | null = null;
  #closeTimer: unknown = null;

  constructor(dial: Dial) {
    const { request, sink, settings, clock } = dial;
    this.#dial = dial;
    this.#requests = new LongPollRequests(request, settings, clock);
    const deliver = (frame: Frame): void => sink.frame(frame);
    this.#inbox = new LongPollInbox({ clock, deliver, most: settings.maxPayload });
  }

  dial(): this {
    const { signal } = this.#dial.request;
    if (signal.aborted) this.#end(lost('requested', 'aborted before it was dialed'));
    else {
      signal.addEventListener('abort', this.#onAbort, { once: true });
      void this.#run();
    }
    return this;
  }

  get bufferedAmount(): number {
    return this.#outbox.bytes;
  }

  send(frame: Frame): void {
    if (this.#state !== 'open') return;
    const why = tooLong(frame);
    if (why === null) this.#outbox.add(frame);
    else this.#fail(unsendable(why));
  }

  pause(): void {
    this.#inbox.pause();
  }

  resume(): void {
    if (this.#state === 'dialed' || this.#state === 'open') this.#inbox.resume();
  }

  /** Long poll has no Close frame, and Phoenix no request for one: what was sent before leaves, and that is all. */
  close(code: number, reason: string): void {
    const goodbye = { cause: 'requested', ...closeFrame(code, reason), status: null } as const;
    if (this.#state === 'dialed') this.#end(lost('requested', goodbye.reason));
    else if (this.#state === 'open') this.#sayGoodbye(goodbye);
  }

  terminate(): void {
    this.#end(lost('requested', 'terminated by this side'));
  }

  #isOpen(): boolean {
    return this.#state === 'open';
  }

  #sayGoodbye(goodbye: Close): void {
    this.#state = 'closing';
    this.#goodbye = goodbye;
    this.#inbox.stop();
    this.#outbox.flush();
    const { clock, settings } = this.#dial;
    if (this.#outbox.bytes === 0) this.#end(goodbye);
    else {
      const giveUp = (): void => this.#end(unheard(goodbye));
      this.#closeTimer = clock.setTimeout(giveUp, settings.closeTimeout);
    }
  }

  async #run(): Promise<void> {
    const outcome = await this.#requests.open();
    if (this.#state !== 'dialed') return;
    const close = refusalIn(outcome);
    if (close === null) await this.#open();
    else this.#end(close);
  }

  #open(): Promise<void> {
    this.#state = 'open';
    this.#dial.request.signal.removeEventListener('abort', this.#onAbort);
    this.#dial.sink.opened();
    return this.#poll();
  }

  /** One GET at a time: a second one would take over, and the first one's messages be lost. */
  async #poll(): Promise<void> {
    await this.#inbox.wanted();
    while (this.#isOpen()) {
      const askedAt = this.#dial.clock.monotonic();
      const outcome = await this.#requests.poll();
      if (this.#isOpen()) this.#take(outcome);
      if (this.#isOpen()) await this.#inbox.wanted(this.#restAfter(outcome, askedAt));
    }
  }

  /** Milliseconds. */
  #restAfter(outcome: Outcome, askedAt: number): number {
    if (outcome.kind === 'answer' && outcome.messages.length > 0) return 0;
    return Math.max(0, askedAt + IDLE - this.#dial.clock.monotonic());
  }

  #take(outcome: Outcome): void {
    const close = endIn(outcome);
    if (close !== null) this.#fail(close);
    else if (outcome.kind === 'answer') this.#inbox.put(outcome.messages);
  }

  async #post(batch: Batch): Promise<void> {
    const outcome = await this.#requests.post(batch);
    if (this.#state === 'closed') return;
    const close = endOfPost(outcome);
    if (close === null) this.#accepted();
    else this.#fail(close);
  }

  #accepted(): void {
    this.#outbox.accepted();
    if (this.#goodbye !== null && this.#outbox.bytes === 0) this.#end(this.#goodbye);
  }

  /** What came before the end is heard before it. */
  #fail(close: Close): void {
    if (this.#goodbye === null) this.#inbox.flush();
    this.#end(this.#goodbye === null ? close : unheard(this.#goodbye));
  }

  #end(close: Close): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#dial.request.signal.removeEventListener('abort', this.#onAbort);
    this.#dial.clock.clearTimeout(this.#closeTimer);
    this.#inbox.stop();
    this.#outbox.stop();
    this.#requests.stop();
    this.#dial.sink.closed(close);
  }
}

/** Nobody knows what of the last frames has arrived. */
function unheard(goodbye: Close): Close {
  return { ...goodbye, code: NO_CLOSE_FRAME };
}

/** A new session is told as one that is gone: 410, and a token to go on with. */
function refusalIn(outcome: Outcome): Close | null {
  if (outcome.kind === 'failed') return outcome.close;
  if (outcome.status === 403) return forbidden(outcome);
  return outcome.status === 410 && outcome.token !== null ? null : unexpected(outcome.status);
}

function endIn(outcome: Outcome): Close | null {
  if (outcome.kind === 'failed') return outcome.close;
  switch (outcome.status) {
    case 200:
    case 204:
      return null;
    // The server made another session, in which nothing is joined.
    case 410:
      return sessionGone();
    // It tried to, and `connect/3` would not have us.
    case 403:
      return forbidden(outcome);
    default:
      return unexpected(outcome.status);
  }
}

function endOfPost(outcome: Outcome): Close | null {
  if (outcome.kind === 'failed') return outcome.close;
  switch (outcome.status) {
    case 200:
      return null;
    case 408:
      return notHandled();
    case 410:
      return sessionGone();
    default:
      return unexpected(outcome.status);
  }
}

/** As the refusal of an upgrade is told, so that policies know it. */
function forbidden({ headers }: Answer): Close {
  return refusedClose({ status: 403, headers, body: new Uint8Array() });
}
