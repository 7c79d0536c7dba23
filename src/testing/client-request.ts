/** What a client asks of a simulated channel, to be answered at most once. */

import { EVENTS } from '../protocol/names.js';
import type { ClientMessage } from './server-message.js';
import type { SimulatedChannel } from './simulated-channel.js';

export class ClientRequest {
  readonly kind: 'join' | 'push' | 'leave';
  readonly message: ClientMessage;
  readonly channel: SimulatedChannel;
  #isAnswered = false;

  constructor(kind: ClientRequest['kind'], message: ClientMessage, channel: SimulatedChannel) {
    this.kind = kind;
    this.message = message;
    this.channel = channel;
  }

  /** Throws for a second answer, and for one that can reach nobody. */
  answer(status: 'ok' | 'error', response: unknown): void {
    if (this.#isAnswered) throw new Error(`${this.#name} was answered before: answer it once`);
    this.#requireChannel();
    this.#isAnswered = true;
    this.channel.reply(this.message, status, response);
    if (this.kind === 'join') this.channel.join(status);
    if (this.kind === 'leave') this.channel.end(EVENTS.close);
  }

  #requireChannel(): void {
    const { isJoining, isJoined, carrier } = this.channel;
    if (isJoining || isJoined) return;
    const why = carrier.isOpen ? 'its channel' : 'the connection that brought it';
    throw new Error(`${this.#name} cannot be answered, because ${why} has ended: answer it before`);
  }

  get #name(): string {
    const { topic, event } = this.message;
    return this.kind === 'push'
      ? `the push of '${event}' to '${topic}'`
      : `the ${this.kind} of '${topic}'`;
  }
}
