/** The way out of a long poll: what is sent in one turn of the event loop leaves in one POST, and one is in flight. */

import type { Frame } from '../protocol/serializer.js';
import { type Batch, batchOf, type Line, lineOf } from './longpoll-lines.js';

export class LongPollOutbox {
  readonly #post: (batch: Batch) => void;
  readonly #leave = (): void => {
    this.#turn = null;
    this.flush();
  };
  #lines: Line[] = [];
  #inFlight: Batch | null = null;
  #turn: NodeJS.Immediate | null = null;
  #bytes = 0;

  /** `post` ends in a call of `accepted`, or in the end of the session. */
  constructor(post: (batch: Batch) => void) {
    this.#post = post;
  }

  /** Of all frames that the server has not yet accepted, those in flight too. */
  get bytes(): number {
    return this.#bytes;
  }

  add(frame: Frame): void {
    const line = lineOf(frame);
    this.#lines.push(line);
    this.#bytes += line.bytes;
    if (this.#inFlight === null) this.#turn ??= setImmediate(this.#leave);
  }

  /** Without waiting for the turn to end. */
  flush(): void {
    if (this.#inFlight !== null || this.#lines.length === 0) return;
    const batch = batchOf(this.#lines);
    this.#lines = this.#lines.slice(batch.lines);
    this.#inFlight = batch;
    this.#post(batch);
  }

  /** The server has what was in flight: the next may follow. */
  accepted(): void {
    this.#bytes -= this.#inFlight?.bytes ?? 0;
    this.#inFlight = null;
    this.flush();
  }

  stop(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    this.#lines = [];
    this.#bytes = 0;
  }
}
