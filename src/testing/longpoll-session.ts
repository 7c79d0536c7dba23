/** One session of a long-poll client: what is said to it waits until it asks, and it ends when it asks no more. */

import type { Frame } from '../protocol/serializer.js';
import type { ServerSocket, Wire } from './server-socket.js';

/** Milliseconds. */
export type LongPollTimes = {
  /** How long a GET waits for something to say, and a POST for a frame to be handled. */
  readonly window: number;
  /** How long a request looks for a session that does not answer. */
  readonly pubsubTimeout: number;
  /** How long a session lasts for which nobody asks. It is looked at as often, so it may last twice as long. */
  readonly sessionTimeout: number;
};

/** Phoenix's own, in the place of what is not given. */
export function timesOf(given: Partial<LongPollTimes> = {}): LongPollTimes {
  const { window = 10_000, pubsubTimeout = 2000 } = given;
  return { window, pubsubTimeout, sessionTimeout: given.sessionTimeout ?? 1.5 * window };
}

/** What a GET is answered: frames, nothing within the window, or bytes that no JSON can hold. */
export type Polled = { readonly frames: readonly string[] } | 'nothing' | 'unencodable';

/** What a session asks of the server that it belongs to. */
export interface LongPollHost {
  isFrozen(): boolean;
  ended(session: LongPollSession): void;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class LongPollSession implements Wire {
  readonly #times: LongPollTimes;
  readonly #host: LongPollHost;
  readonly #watch: NodeJS.Timeout;
  readonly #resumed = new Set<() => void>();
  #socket: ServerSocket | null = null;
  #buffer: Frame[] = [];
  /** Answers the GET that what comes next is for: the newest. */
  #answer: ((polled: Polled) => void) | null = null;
  #askedAt = performance.now();
  #isBusy = false;
  isOpen = true;

  constructor(times: LongPollTimes, host: LongPollHost) {
    this.#times = times;
    this.#host = host;
    const { sessionTimeout } = times;
    this.#watch = setInterval(() => {
      if (performance.now() - this.#askedAt > sessionTimeout) this.#end();
    }, sessionTimeout);
  }

  /** The socket that speaks through it. */
  carry(socket: ServerSocket): void {
    this.#socket = socket;
  }

  // What a socket asks of the connection below.

  send(frame: Frame): void {
    this.#buffer.push(frame);
    if (this.#answer !== null) this.#flush(this.#answer);
  }

  pong(): void {}

  /** A join is under way, or the server is half-open: the process answers nobody. */
  pause(): void {
    this.#isBusy = true;
  }

  resume(): void {
    this.#isBusy = false;
    for (const wake of this.#resumed) wake();
    this.#resumed.clear();
  }

  /** Nothing tells the client: its GET runs to its window, and the next one finds nobody. */
  close(): void {
    this.#end();
  }

  cut(): void {
    this.#end();
  }

  // What a request asks of the session.

  /** Whether the process answers in time. */
  answers(): Promise<boolean> {
    if (!this.#isBusy || !this.isOpen) return Promise.resolve(this.isOpen);
    return new Promise((resolve) => {
      const settle = (answer: boolean): void => {
        clearTimeout(timer);
        this.#resumed.delete(wake);
        resolve(answer);
      };
      const wake = (): void => settle(this.isOpen);
      const timer = setTimeout(settle, this.#times.pubsubTimeout, false).unref();
      this.#resumed.add(wake);
    });
  }

  /** What was said since the last GET, or what is said within the window. A second GET takes over from the first. */
  poll(): Promise<Polled> {
    this.#askedAt = performance.now();
    return new Promise((resolve) => {
      const answer = (polled: Polled): void => {
        clearTimeout(timer);
        if (this.#answer === answer) this.#answer = null;
        resolve(polled);
      };
      const timer = setTimeout(() => this.#expire(answer), this.#times.window).unref();
      if (this.#buffer.length > 0) this.#flush(answer);
      else this.#answer = answer;
    });
  }

  /** False when the frame is not handled within the window: its socket is busy, or it crashed. */
  handled(frame: Frame): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#times.window, false).unref();
      this.#socket?.received(frame);
      this.#socket?.whenHandled(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  /** What stands still answers nobody, not even that it has nothing to say. */
  #expire(answer: (polled: Polled) => void): void {
    if (this.#host.isFrozen()) this.#resumed.add(() => answer('nothing'));
    else answer('nothing');
  }

  #flush(answer: (polled: Polled) => void): void {
    const frames = this.#buffer;
    this.#buffer = [];
    try {
      answer({ frames: frames.map(textOf) });
    } catch {
      answer('unencodable');
    }
  }

  /** GETs under way run to their window. */
  #end(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    clearInterval(this.#watch);
    this.#answer = null;
    this.resume();
    this.#host.ended(this);
    this.#socket?.closed(NO_CLOSE_FRAME);
  }
}

const NO_CLOSE_FRAME = 1006;

/** Phoenix puts the bytes of a binary frame into a JSON string as they are. Throws for those that are no UTF-8. */
function textOf(frame: Frame): string {
  return typeof frame === 'string' ? frame : UTF8.decode(frame);
}
