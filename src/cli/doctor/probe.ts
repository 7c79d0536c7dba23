/** One session of the doctor's: dialed as the client dials, asked one thing at a time. */

import { systemClock } from '../../clock.js';
import type { ProtocolError } from '../../errors.js';
import type { Close } from '../../protocol/close.js';
import { addressOf } from '../../protocol/endpoint.js';
import { type Inbound, readFrame } from '../../protocol/inbound.js';
import type { WireMessage } from '../../protocol/message.js';
import type { Frame, Serializer } from '../../protocol/serializer.js';
import type { Connection, TransportSink } from '../../transport/transport.js';
import { wsTransport } from '../../transport/ws-transport.js';
import type { Place } from './place.js';
import type { Visit } from './visit.js';

/** What may come in place of an answer. */
export type Answer = Inbound | ProtocolError | Close;

export class Probe implements TransportSink {
  /** Resolves when the connection is gone. */
  readonly gone: Promise<Close>;
  readonly #serializer: Serializer;
  readonly #opened: Promise<this>;
  #open: () => void = ignore;
  #end: (close: Close) => void = ignore;
  #heard: (inbound: Inbound | ProtocolError) => void = ignore;
  #connection: Connection | null = null;
  #isGone = false;

  private constructor(serializer: Serializer) {
    this.#serializer = serializer;
    this.gone = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#opened = new Promise((resolve) => {
      this.#open = () => {
        resolve(this);
      };
    });
  }

  /** How it ended, when it did not open. An abort ends the dial. */
  static dial(
    visit: Visit,
    { endpoint }: Place,
    serializer: Serializer,
    signal: AbortSignal,
  ): Promise<Probe | Close> {
    const { params, headers, authToken } = visit;
    const url = addressOf(endpoint, 'websocket', params, serializer.vsn);
    const probe = new Probe(serializer);
    const request = { url, headers, authToken, signal };
    probe.#connection = wsTransport({}, systemClock).dial(request, probe);
    return Promise.race([probe.#opened, probe.gone]);
  }

  isOpen(): boolean {
    return !this.#isGone;
  }

  /** The first that answers it: its reply, the end of its channel, what is no message, or the end of the connection. */
  ask(message: WireMessage): Promise<Answer> {
    const answer = new Promise<Answer>((resolve) => {
      this.#heard = (inbound) => {
        if (answers(inbound, message)) resolve(inbound);
      };
    });
    this.#connection?.send(this.#serializer.encode(message));
    return Promise.race([answer, this.gone]);
  }

  close(): Promise<Close> {
    this.#connection?.close(1000, '');
    return this.gone;
  }

  terminate(): void {
    this.#connection?.terminate();
  }

  opened(): void {
    this.#open();
  }

  frame(frame: Frame): void {
    this.#heard(readFrame(this.#serializer, frame));
  }

  closed(close: Close): void {
    this.#isGone = true;
    this.#end(close);
  }
}

/** What is no message answers whatever was asked: no other frame of that server would fare better. */
function answers(inbound: Inbound | ProtocolError, { ref, topic, joinRef }: WireMessage): boolean {
  if (inbound instanceof Error) return true;
  switch (inbound.kind) {
    case 'reply':
      return inbound.ref === ref;
    case 'closed':
    case 'crashed':
      return inbound.topic === topic && inbound.joinRef === joinRef;
    case 'message':
      return false;
  }
}

function ignore(): void {}
