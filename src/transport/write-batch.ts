/** Joins the frames of one turn of the event loop into one write: a write costs far more than a frame. */

import type { Socket } from 'node:net';
import type { WriteStall } from './write-stall.js';

/** Bytes: enough to make the cost of a write small, few enough that the peer begins before all is written. */
const LARGEST = 64 * 1024;

export class WriteBatch {
  readonly #socket: Pick<Socket, 'cork' | 'uncork' | 'writableLength'>;
  readonly #stall: WriteStall;
  readonly #flush = (): void => {
    this.flush();
  };
  #isOpen = false;

  constructor(socket: Pick<Socket, 'cork' | 'uncork' | 'writableLength'>, stall: WriteStall) {
    this.#socket = socket;
    this.#stall = stall;
  }

  /**
   * To be called before each frame. The batch ends in a microtask, so it has left before anybody who awaits that the
   * frame is written goes on. A peer that does not keep up has the waiting bytes joined by Node anyway.
   */
  begin(): void {
    if (this.#isFull) this.flush();
    if (this.#isOpen || this.#isFull) return;
    this.#isOpen = true;
    this.#socket.cork();
    queueMicrotask(this.#flush);
  }

  /** Writes what was held back. */
  flush(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#socket.uncork();
    this.#stall.sent();
  }

  stop(): void {
    this.#stall.stop();
  }

  get #isFull(): boolean {
    return this.#socket.writableLength >= LARGEST;
  }
}
