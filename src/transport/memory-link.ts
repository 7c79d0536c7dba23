/** What the two ends of a memory connection share: the way of the frames, and the end. */

import { lost, type Close } from '../protocol/close.js';
import type { Frame } from '../protocol/serializer.js';
import { Arrivals } from './arrivals.js';
import { closeFrame, NO_CLOSE_FRAME, type CloseFrame } from './close-frame.js';
import type { Connection, DialRequest, TransportSink } from './transport.js';

/** Frames in the order of arrival: each is taken once, and all can be looked at. */
class FrameArrivals extends Arrivals<Frame> {
  readonly #frames: Frame[] = [];

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  override put(frame: Frame): void {
    this.#frames.push(frame);
    super.put(frame);
  }
}

type Delivery = { readonly frame: Frame } | { readonly close: Close };

const WITHOUT_A_WORD: CloseFrame = { code: NO_CLOSE_FRAME, reason: '' };

export class MemoryLink implements Connection {
  readonly received = new FrameArrivals();
  /** What the client said last. */
  readonly closed: Promise<CloseFrame>;
  bufferedAmount = 0;

  readonly #sink: TransportSink;
  readonly #signal: AbortSignal;
  readonly #held: Delivery[] = [];
  readonly #onAbort = (): void => {
    this.#end(lost('requested', 'aborted before it was open'), WITHOUT_A_WORD);
  };
  #state: 'dialed' | 'open' | 'closed' = 'dialed';
  #paused = false;
  #resolveClosed: (seen: CloseFrame) => void = () => {};

  constructor({ signal }: DialRequest, sink: TransportSink) {
    this.#sink = sink;
    this.#signal = signal;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener('abort', this.#onAbort);
  }

  get paused(): boolean {
    return this.#paused;
  }

  open(): void {
    if (this.#state !== 'dialed') return;
    this.#state = 'open';
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#sink.opened();
  }

  refuse(close: Close): void {
    this.#end(close, WITHOUT_A_WORD);
  }

  /** As on a real connection, what comes to a paused client waits, and the end waits behind it. */
  deliver(delivery: Delivery): void {
    if (this.#state === 'closed') return;
    this.#held.push(delivery);
    this.#flush();
  }

  send(frame: Frame): void {
    if (this.#state === 'open') this.received.put(frame);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#flush();
  }

  close(code: number, reason: string): void {
    const asked = closeFrame(code, reason);
    if (this.#state === 'open') this.#end({ cause: 'requested', ...asked, status: null }, asked);
    else this.#end(lost('requested', asked.reason), WITHOUT_A_WORD);
  }

  terminate(): void {
    this.#end(lost('requested', 'terminated by this side'), WITHOUT_A_WORD);
  }

  #flush(): void {
    while (!this.#paused) {
      const next = this.#held.shift();
      if (next === undefined) return;
      if ('frame' in next) this.#sink.frame(next.frame);
      else this.#end(next.close, echoOf(next.close));
    }
  }

  #end(close: Close, seen: CloseFrame): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#held.length = 0;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#resolveClosed(seen);
    this.#sink.closed(close);
  }
}

/** A client answers a Close frame with the same. */
function echoOf({ code, reason }: Close): CloseFrame {
  return code === NO_CLOSE_FRAME ? WITHOUT_A_WORD : { code, reason };
}
