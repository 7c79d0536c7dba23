/** Notices a peer that stopped reading: bytes wait to be written and none leaves. */

import type { Socket } from 'node:net';
import type { Clock } from '../clock.js';

export type WriteStallOptions = {
  readonly pipe: { readonly bufferedAmount: number };
  readonly socket: Pick<Socket, 'bytesWritten' | 'writableLength'>;
  /** How long bytes may wait without one of them leaving. The verdict comes at most a quarter later. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly stalled: () => void;
};

/**
 * A stall is that many looks in a row at which nothing had left. One look would not do: after an event
 * loop that was blocked, timers run before the writes that they would wait for.
 */
const LOOKS = 4;

export class WriteStall {
  readonly #options: WriteStallOptions;
  readonly #look = (): void => {
    this.#timer = null;
    if (this.#options.pipe.bufferedAmount === 0) return;
    this.#idleLooks = this.#moved() ? 0 : this.#idleLooks + 1;
    if (this.#idleLooks < LOOKS) this.#arm();
    else this.#options.stalled();
  };
  #timer: unknown = null;
  #idleLooks = 0;
  #left = 0;
  #queued = 0;

  constructor(options: WriteStallOptions) {
    this.#options = options;
  }

  /** To be called after each write: costs a comparison unless bytes begin to wait. */
  sent(): void {
    if (this.#timer !== null || this.#options.pipe.bufferedAmount === 0) return;
    this.#idleLooks = 0;
    this.#moved();
    this.#arm();
  }

  stop(): void {
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm(): void {
    const { clock, timeout } = this.#options;
    this.#timer = clock.setTimeout(this.#look, timeout / LOOKS);
  }

  #moved(): boolean {
    const { socket } = this.#options;
    const left = socket.bytesWritten - socket.writableLength;
    const queued = queuedBelow(Reflect.get(socket, '_handle'));
    const moved = left !== this.#left || queued !== this.#queued;
    this.#left = left;
    this.#queued = queued;
    return moved;
  }
}

/**
 * The lengths that streams report fall only when a whole write is done, and Node joins all that waits
 * into one: a megabyte on a slow link would look stalled. The handle's own count falls with each byte;
 * `net.Socket` reads it for its idle timeout. Under TLS it is the handle below that counts.
 */
function queuedBelow(handle: unknown): number {
  if (typeof handle !== 'object' || handle === null) return 0;
  const queued: unknown = Reflect.get(handle, 'writeQueueSize');
  const own = typeof queued === 'number' ? queued : 0;
  return own + queuedBelow(Reflect.get(handle, '_parent'));
}
