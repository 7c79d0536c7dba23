/** A server in memory that answers as it should, and then says whatever it is made to. It keeps nothing of what it was sent. */

import type { WireMessage } from '../../src/protocol/message.js';
import type { Frame, Serializer } from '../../src/protocol/serializer.js';
import type {
  Connection,
  DialRequest,
  Transport,
  TransportSink,
} from '../../src/transport/transport.js';
import { lost } from '../../src/protocol/close.js';
import type { Standing } from './mutations.js';

/** So many refs of pushes are remembered, to be answered wrongly. */
const REMEMBERED = 20;

export class FuzzedServer implements Transport {
  readonly name = 'fuzzed';
  readonly #serializer: Serializer;
  readonly #open = new Set<FuzzedConnection>();

  constructor(serializer: Serializer) {
    this.#serializer = serializer;
  }

  dial({ signal }: DialRequest, sink: TransportSink): Connection {
    const connection = new FuzzedConnection(this.#serializer, sink, () => {
      this.#open.delete(connection);
    });
    queueMicrotask(() => {
      if (signal.aborted) return connection.terminate();
      this.#open.add(connection);
      sink.opened();
    });
    return connection;
  }

  /** Null while there is none. */
  get newest(): FuzzedConnection | null {
    return [...this.#open].at(-1) ?? null;
  }

  /** To each that has joined it. */
  say(topic: string, event: string, payload: unknown): void {
    for (const connection of this.#open) connection.say(topic, event, payload);
  }
}

export class FuzzedConnection implements Connection {
  readonly bufferedAmount = 0;
  readonly #serializer: Serializer;
  readonly #sink: TransportSink;
  readonly #gone: () => void;
  readonly #joinRefs = new Map<string, string>();
  readonly #refs: string[] = [];
  #isOpen = true;

  constructor(serializer: Serializer, sink: TransportSink, gone: () => void) {
    this.#serializer = serializer;
    this.#sink = sink;
    this.#gone = gone;
  }

  get standing(): Standing {
    const topics = [...this.#joinRefs.keys(), 'phoenix', 'room:nobody', '__proto__'];
    return { topics, joinRefs: [...this.#joinRefs.values()], refs: this.#refs };
  }

  frame(frame: Frame): void {
    if (this.#isOpen) this.#sink.frame(frame);
  }

  say(topic: string, event: string, payload: unknown): void {
    if (this.#joinRefs.has(topic)) this.#write({ joinRef: null, ref: null, topic, event, payload });
  }

  send(frame: Frame): void {
    const message = this.#serializer.decode(frame);
    if (message instanceof Error) throw message;
    if (message.ref !== null) this.#refs.push(message.ref);
    this.#refs.splice(0, this.#refs.length - REMEMBERED);
    // Later, so that a wrong answer may come first.
    if (message.event !== 'hold') setImmediate(() => this.#answer(message));
  }

  pause(): void {
    return;
  }

  resume(): void {
    return;
  }

  close(): void {
    this.terminate();
  }

  terminate(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#gone();
    this.#sink.closed(lost('requested', 'hung up'));
  }

  #answer(message: WireMessage): void {
    const { topic, event, ref } = message;
    if (event === 'phx_join') this.#joinRefs.set(topic, ref ?? '');
    if (event === 'phx_leave') this.#joinRefs.delete(topic);
    this.#write({ ...message, event: 'phx_reply', payload: { status: 'ok', response: {} } });
    if (event === 'phx_join') this.say(topic, 'presence_state', {});
    if (event === 'phx_leave') this.#write({ ...message, event: 'phx_close', payload: {} });
  }

  /** As a server writes: with `join_ref` in version 2, and a field less in version 1. */
  #write({ joinRef, ref, topic, event, payload }: WireMessage): void {
    const isFirst = this.#serializer.vsn.startsWith('1');
    const fields = isFirst ? { topic, event, ref, payload } : [joinRef, ref, topic, event, payload];
    this.frame(JSON.stringify(fields));
  }
}
