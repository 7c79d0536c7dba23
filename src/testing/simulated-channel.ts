/** One membership of one topic in a simulation, from its join to its end, and what the client asks of it. */

import { EVENTS } from '../protocol/names.js';
import type { ClientMessage, ServerMessage } from './server-message.js';

/** The connection that carries it. */
export interface ChannelCarrier {
  readonly isOpen: boolean;
  /** Throws for what Phoenix cannot encode. */
  send(message: ServerMessage): void;
}

export class SimulatedChannel {
  readonly topic: string;
  readonly carrier: ChannelCarrier;
  readonly #joinRef: unknown;
  #state: 'joining' | 'joined' | 'ended' = 'joining';

  constructor({ topic, joinRef, ref }: ClientMessage, carrier: ChannelCarrier) {
    this.topic = topic;
    this.carrier = carrier;
    // As in Phoenix, a join without a join_ref is known by its ref.
    this.#joinRef = joinRef ?? ref;
  }

  get isJoining(): boolean {
    return this.carrier.isOpen && this.#state === 'joining';
  }

  get isJoined(): boolean {
    return this.carrier.isOpen && this.#state === 'joined';
  }

  push(event: string, payload: unknown): void {
    this.#say(null, event, payload);
  }

  reply({ ref }: ClientMessage, status: 'ok' | 'error', response: unknown): void {
    const { topic } = this;
    this.carrier.send({ kind: 'reply', joinRef: this.#joinRef, ref, topic, status, response });
  }

  join(status: 'ok' | 'error'): void {
    if (this.#state === 'joining') this.#state = status === 'ok' ? 'joined' : 'ended';
  }

  end(event: 'phx_close' | 'phx_error'): void {
    this.#state = 'ended';
    const payload = event === EVENTS.error ? { reason: 'channel_crash' } : {};
    this.#say(this.#joinRef, event, payload);
  }

  #say(ref: unknown, event: string, payload: unknown): void {
    const { topic } = this;
    this.carrier.send({ kind: 'push', joinRef: this.#joinRef, ref, topic, event, payload });
  }
}
