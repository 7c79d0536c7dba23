/** A transport without a network: the test is the server, and all is delivered at once. */

import type { Close } from '../protocol/close.js';
import type { Frame } from '../protocol/serializer.js';
import { Arrivals } from './arrivals.js';
import { cutByPeer, type CloseFrame } from './close-frame.js';
import { MemoryLink } from './memory-link.js';
import type { DialRequest, Transport } from './transport.js';
import { refusedClose } from './upgrade-refusal.js';

export interface MemoryServer {
  readonly dials: {
    /** How many dials nobody has taken yet. */
    readonly pending: number;
    next(): Promise<MemoryDial>;
  };
}

export type MemoryRefusal = {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
};

/** To be answered once. What answers a dial that the client has given up reaches nobody. */
export interface MemoryDial {
  readonly request: DialRequest;
  accept(): MemorySession;
  refuse(refusal: MemoryRefusal): void;
  fail(close: Close): void;
}

export interface MemorySession {
  readonly received: {
    readonly pending: number;
    /** All frames so far, taken or not. */
    readonly frames: readonly Frame[];
    next(): Promise<Frame>;
  };
  /** What the client sees as not yet written. */
  bufferedAmount: number;
  /** Whether the client reads. While it does not, what is sent to it waits, and the end behind it. */
  readonly paused: boolean;
  /** The client's Close frame: code 1006 when it terminated, or was cut off. */
  readonly closed: Promise<CloseFrame>;
  send(frame: Frame): void;
  close(code: number, reason: string): void;
  /** The end without a Close frame. */
  cut(): void;
}

export function memoryTransport(): {
  readonly transport: Transport;
  readonly server: MemoryServer;
} {
  const dials = new Arrivals<MemoryDial>();
  const transport: Transport = {
    name: 'memory',
    dial(request, sink) {
      const link = new MemoryLink(request, sink);
      if (!request.signal.aborted) dials.put(new Dial(request, link));
      return link;
    },
  };
  return { transport, server: { dials } };
}

class Dial implements MemoryDial {
  readonly request: DialRequest;
  readonly #link: MemoryLink;
  #answered = false;

  constructor(request: DialRequest, link: MemoryLink) {
    this.request = request;
    this.#link = link;
  }

  accept(): MemorySession {
    this.#answer();
    this.#link.open();
    return new Session(this.#link);
  }

  refuse({ status, headers = {}, body = '' }: MemoryRefusal): void {
    this.fail(refusedClose({ status, headers, body: new TextEncoder().encode(body) }));
  }

  fail(close: Close): void {
    this.#answer();
    this.#link.refuse(close);
  }

  #answer(): void {
    if (this.#answered) throw new Error('this dial was answered before');
    this.#answered = true;
  }
}

class Session implements MemorySession {
  readonly received: MemorySession['received'];
  readonly closed: Promise<CloseFrame>;
  readonly #link: MemoryLink;

  constructor(link: MemoryLink) {
    this.received = link.received;
    this.closed = link.closed;
    this.#link = link;
  }

  get bufferedAmount(): number {
    return this.#link.bufferedAmount;
  }

  set bufferedAmount(bytes: number) {
    this.#link.bufferedAmount = bytes;
  }

  get paused(): boolean {
    return this.#link.paused;
  }

  send(frame: Frame): void {
    this.#link.deliver({ frame });
  }

  close(code: number, reason: string): void {
    this.#link.deliver({ close: { cause: 'peer', code, reason, status: null } });
  }

  cut(): void {
    this.#link.deliver({ close: cutByPeer() });
  }
}
