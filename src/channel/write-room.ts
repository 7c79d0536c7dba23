/** Whether a socket may be given more to write now, and who waits until it may. */

import type { Clock } from '../clock.js';

/** Who waits: told when there is room, each in turn. */
export interface Writer {
  roomFree(): void;
}

/**
 * Above so many bytes that the transport has accepted and not yet written, pushes wait where they are counted, and may
 * still be taken back. It is some seconds of a slow link, and enough to keep a fast one busy.
 */
const FULL_ABOVE = 1024 * 1024;

/** A transport of the user's own tells nothing when it has written. At 1 MiB a look this is 100 MiB a second. */
const LOOK_EVERY = 10;

export class WriteRoom {
  readonly #clock: Clock;
  readonly #unwritten: () => number;
  readonly #isShut: () => boolean;
  readonly #waiting = new Set<Writer>();
  #timer: unknown = null;

  /** `unwritten` and `isShut` are read at each push, and while somebody waits. */
  constructor(clock: Clock, unwritten: () => number, isShut: () => boolean = () => false) {
    this.#clock = clock;
    this.#unwritten = unwritten;
    this.#isShut = isShut;
  }

  get isFull(): boolean {
    return this.obstacle !== null;
  }

  /** Why nothing may be written, in words; null: there is room. */
  get obstacle(): string | null {
    // First of all: a transport of the user's own that throws at this is hung up.
    if (this.#unwritten() > FULL_ABOVE) return 'more than 1 MiB waits to be written';
    return this.#isShut() ? 'the connection is about to be renewed' : null;
  }

  wait(writer: Writer): void {
    this.#waiting.add(writer);
    this.#timer ??= this.#clock.setTimeout(this.#look, LOOK_EVERY);
  }

  forgo(writer: Writer): void {
    this.#waiting.delete(writer);
    if (this.#waiting.size > 0) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  readonly #look = (): void => {
    this.#timer = null;
    for (const writer of [...this.#waiting]) {
      if (this.isFull) break;
      if (this.#waiting.delete(writer)) writer.roomFree();
    }
    if (this.#waiting.size > 0) this.#timer ??= this.#clock.setTimeout(this.#look, LOOK_EVERY);
  };
}
