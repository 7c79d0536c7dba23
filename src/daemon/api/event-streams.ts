/** The streams that are open: as many as allowed, each with a cursor of its own. */

import type { Clock } from '../../clock.js';
import type { EventLog } from '../inbox/event-log.js';
import { problem } from '../listeners/problem.js';
import { type EventChoice, wantsOf } from './event-choice.js';
import { EventStream } from './event-stream.js';
import type { StreamStart } from './resume.js';
import type { StreamForm } from './stream-form.js';

export type StreamsTerms = {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly draining: AbortSignal;
  /** How many may be open. Default 100. */
  readonly streams?: number;
  /** Milliseconds of silence on a stream of server-sent events. Default 15 s: half of what proxies allow. */
  readonly keepAlive?: number;
};

const STREAMS = 100;
const KEEP_ALIVE = 15_000;

export class EventStreams {
  readonly #terms: Required<StreamsTerms>;
  readonly #open = new Set<EventStream>();
  #opened = 0;

  constructor(terms: StreamsTerms) {
    this.#terms = { streams: STREAMS, keepAlive: KEEP_ALIVE, ...terms };
    // One listener for all: a signal is not made for hundreds.
    terms.draining.addEventListener('abort', this.#drain);
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Throws a problem. */
  open(choice: EventChoice, start: StreamStart, form: StreamForm): EventStream {
    const { log, clock, keepAlive, streams } = this.#terms;
    if (this.size >= streams) throw tooMany(streams);
    this.#opened += 1;
    const cursor = log.cursor(`stream:${this.#opened}`, {
      wants: wantsOf(choice),
      order: 'none',
      from: start.from,
      lasting: false,
    });
    const ended = (): void => {
      this.#open.delete(stream);
    };
    const stream = new EventStream({ log, cursor, start, form, clock, keepAlive, ended });
    this.#open.add(stream);
    return stream;
  }

  /** Ends them without another word. */
  close(): void {
    this.#terms.draining.removeEventListener('abort', this.#drain);
    for (const stream of [...this.#open]) stream.close();
  }

  readonly #drain = (): void => {
    for (const stream of this.#open) stream.drain();
  };
}

function tooMany(streams: number): Error {
  return problem('API_BUSY', `${streams} streams of events are open, and no more are served`, {
    headers: { 'retry-after': '5' },
  });
}
