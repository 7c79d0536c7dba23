/** A connection of the random walk: what the client did to it, and what its far end may do. */

import type { Close } from '../../src/protocol/close.js';
import type { WireMessage } from '../../src/protocol/message.js';
import { EVENTS } from '../../src/protocol/names.js';
import type { Frame, Serializer } from '../../src/protocol/serializer.js';
import type { Connection, DialRequest, TransportSink } from '../../src/transport/transport.js';

/** Who dials. */
export interface Dialer {
  readonly online: boolean;
}

/** Who plays the far end. */
export interface FarEnd {
  readonly serializer: Serializer;
  hears(line: Line, message: WireMessage): void;
  /** The client has hung up; the line ends when the far end says so, and until then it may speak. */
  isLeft(line: Line): void;
  /** The client did what no client may. */
  protests(what: string): void;
}

export class Line implements Connection {
  readonly bufferedAmount = 0;
  readonly owner: Dialer | null;
  /** What the client said and nobody has answered. */
  readonly unanswered: WireMessage[] = [];
  /** What the far end said. */
  readonly said: Frame[] = [];
  /** Topics that the far end holds as joined, with the ref of the join. */
  readonly members = new Map<string, string>();
  state: 'dialing' | 'open' | 'closed' = 'dialing';
  isWanted = true;
  readonly #sink: TransportSink;
  readonly #far: FarEnd;

  constructor(owner: Dialer | null, { signal }: DialRequest, sink: TransportSink, far: FarEnd) {
    this.owner = owner;
    this.#sink = sink;
    this.#far = far;
    signal.addEventListener('abort', () => {
      this.#leave();
    });
  }

  /** Dialed by the client, and neither hung up nor ended. */
  get isLive(): boolean {
    return this.isWanted && this.state !== 'closed';
  }

  /** What is written while the line ends is lost, as a transport promises. */
  send(frame: Frame): void {
    const message = this.#far.serializer.decode(frame);
    if (message instanceof Error) this.#far.protests(message.message);
    else if (this.state === 'dialing')
      this.#far.protests(`${message.event} on a line not yet open`);
    else if (message.event === EVENTS.join && this.owner?.online !== true) {
      this.#far.protests(`the join of ${message.topic} on a socket that is not open`);
    } else if (this.isLive) this.#far.hears(this, message);
  }

  pause(): void {
    return;
  }

  resume(): void {
    return;
  }

  close(): void {
    this.#leave();
  }

  terminate(): void {
    this.#leave();
  }

  opens(): void {
    this.state = 'open';
    this.#sink.opened();
  }

  says(message: WireMessage): void {
    this.repeats(this.#far.serializer.encode(message));
  }

  repeats(frame: Frame): void {
    if (this.state === 'closed') return;
    this.said.push(frame);
    this.#sink.frame(frame);
  }

  ends(close: Close): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.#sink.closed(close);
  }

  #leave(): void {
    if (!this.isWanted) return;
    this.isWanted = false;
    this.#far.isLeft(this);
  }
}
