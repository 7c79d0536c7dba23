/** One connection of a simulation: reads what the client says, and answers its heartbeats. */

import { EVENTS, PHOENIX_TOPIC } from '../protocol/names.js';
import type { CloseFrame } from '../transport/close-frame.js';
import type { MemorySession } from '../transport/memory-transport.js';
import { ClientRequest } from './client-request.js';
import { turnOfEventLoop } from './event-loop.js';
import type { ClientMessage, ServerMessage } from './server-message.js';
import type { ServerSerializer } from './server-serializer.js';
import { type ChannelCarrier, SimulatedChannel } from './simulated-channel.js';

/** What becomes of what the client does. */
export interface SessionListener {
  asked(request: ClientRequest): void;
  /** The connection has ended: null when the server ended it. */
  ended(session: SimulatedSession, hungUp: CloseFrame | null): void;
}

export class SimulatedSession implements ChannelCarrier {
  readonly #memory: MemorySession;
  readonly #serializer: ServerSerializer;
  readonly #listener: SessionListener;
  readonly #channels = new Map<string, SimulatedChannel>();
  #state: 'open' | 'dismissed' | 'ended' = 'open';

  constructor(memory: MemorySession, serializer: ServerSerializer, listener: SessionListener) {
    this.#memory = memory;
    this.#serializer = serializer;
    this.#listener = listener;
    void this.#read();
    void this.#awaitEnd();
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  channel(topic: string): SimulatedChannel | undefined {
    return this.#channels.get(topic);
  }

  send(message: ServerMessage): void {
    this.#memory.send(this.#serializer.encode(message));
  }

  /** With a Close frame, or without one when there is no code. */
  dismiss(code: number | undefined, reason: string): void {
    this.#state = 'dismissed';
    if (code === undefined) this.#memory.cut();
    else this.#memory.close(code, reason);
  }

  async #read(): Promise<never> {
    for (;;) {
      const frame = await this.#memory.received.next();
      this.#received(this.#serializer.decode(frame));
    }
  }

  async #awaitEnd(): Promise<void> {
    const frame = await this.#memory.closed;
    const hungUp = this.#state === 'open' ? frame : null;
    this.#state = 'ended';
    // What was sent ahead of the end is read ahead of it.
    await turnOfEventLoop();
    this.#listener.ended(this, hungUp);
  }

  #received(message: ClientMessage): void {
    const { topic, event } = message;
    if (topic === PHOENIX_TOPIC && event === EVENTS.heartbeat) this.#answerHeartbeat(message);
    else if (event === EVENTS.join) this.#join(message);
    else this.#ask(event === EVENTS.leave ? 'leave' : 'push', message);
  }

  #answerHeartbeat({ topic, ref }: ClientMessage): void {
    this.send({ kind: 'reply', joinRef: null, ref, topic, status: 'ok', response: {} });
  }

  /** The last join wins, as in Phoenix. */
  #join(message: ClientMessage): void {
    this.#channels.set(message.topic, new SimulatedChannel(message, this));
    this.#ask('join', message);
  }

  /** A client that keeps to the protocol says nothing on a topic that it has not joined. */
  #ask(kind: ClientRequest['kind'], message: ClientMessage): void {
    const channel = this.#channels.get(message.topic);
    if (channel !== undefined) this.#listener.asked(new ClientRequest(kind, message, channel));
  }
}
