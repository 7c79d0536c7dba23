/** One channel process: runs a channel's callbacks in order and answers as Phoenix does. */

import { setMaxListeners } from 'node:events';
import { EVENTS } from '../protocol/names.js';
import { Refused, Reply, noReply } from './channel-double.js';
import type { ChannelDouble, ServerChannel, HandledPush } from './channel-double.js';
import { Mailbox } from './mailbox.js';
import type { Presences, PresenceState } from './presences.js';
import type { ClientMessage, ServerMessage } from './server-message.js';

/** What a channel asks of its socket. */
export interface ChannelHost {
  readonly connectParams: { readonly [name: string]: unknown };
  readonly presences: Presences;
  /** Throws what the serializer throws: encoding is the channel's work, and its crash. */
  send(message: ServerMessage): void;
  broadcast(topic: string, event: string, payload: unknown, except?: ServerChannel): void;
  /** The channel ended by itself and its client must be told. */
  ended(channel: ServerChannelProcess, event: 'phx_close' | 'phx_error'): void;
  crashed(topic: string, error: unknown): void;
  disconnect(): void;
  cut(): void;
}

export type JoinAnswer = { readonly status: 'ok' | 'error'; readonly response: unknown };

type StopReason = Parameters<ServerChannel['stop']>[0];

const JOIN_CRASHED: JoinAnswer = { status: 'error', response: { reason: 'join crashed' } };

export class ServerChannelProcess implements ServerChannel {
  readonly topic: string;
  readonly params: unknown;
  /** As the join gave it: what later messages must equal, and what `phx_close` and `phx_error` carry. */
  readonly joinRef: unknown;
  readonly #ref: unknown;
  readonly #double: ChannelDouble;
  readonly #host: ChannelHost;
  readonly #mailbox: Mailbox;
  readonly #life = new AbortController();
  #state: 'joining' | 'joined' | 'ended' = 'joining';
  #handling = false;
  #stop: StopReason | null = null;

  constructor(double: ChannelDouble, join: ClientMessage, host: ChannelHost) {
    this.topic = join.topic;
    this.params = join.payload;
    this.joinRef = join.joinRef;
    // Without a join_ref Phoenix labels what the channel says with the join's ref.
    this.#ref = join.joinRef ?? join.ref;
    this.#double = double;
    this.#host = host;
    this.#mailbox = new Mailbox((error) => this.#crash(error));
    setMaxListeners(0, this.#life.signal);
  }

  get connectParams(): ServerChannel['connectParams'] {
    return this.#host.connectParams;
  }

  get signal(): AbortSignal {
    return this.#life.signal;
  }

  get joined(): boolean {
    return this.#state === 'joined';
  }

  async join(): Promise<JoinAnswer> {
    try {
      const response = await this.#double.join?.(this.params, this);
      return { status: 'ok', response: response === undefined ? {} : response };
    } catch (error) {
      if (error instanceof Refused) return { status: 'error', response: error.response };
      if (!this.signal.aborted) this.#host.crashed(this.topic, error);
      return JOIN_CRASHED;
    }
  }

  /** The join reply is out: from here on the channel speaks and listens. */
  start(): void {
    if (this.#state !== 'joining') return;
    this.#state = 'joined';
    this.#take(async () => {
      await this.#double.joined?.(this);
    });
  }

  receive(message: ClientMessage): void {
    this.#take(() => this.#handle(message));
  }

  push(event: string, payload: unknown): void {
    if (this.#state === 'joining') {
      throw new Error(`push ${event} inside join of ${this.topic}: push from joined instead`);
    }
    if (this.#state === 'ended') return;
    const { topic } = this;
    this.#host.send({ kind: 'push', joinRef: this.#ref, ref: null, topic, event, payload });
  }

  broadcast(event: string, payload: unknown): void {
    if (this.#state !== 'ended') this.#host.broadcast(this.topic, event, payload);
  }

  broadcastFrom(event: string, payload: unknown): void {
    if (this.#state !== 'ended') this.#host.broadcast(this.topic, event, payload, this);
  }

  track(key: string, meta: object): void {
    if (this.#state !== 'ended') this.#host.presences.track(this, key, meta);
  }

  update(key: string, meta: object): void {
    if (this.#state !== 'ended') this.#host.presences.update(this, key, meta);
  }

  untrack(key: string): void {
    this.#host.presences.untrack(this, key);
  }

  presences(): PresenceState {
    return this.#host.presences.list(this.topic);
  }

  refuse(response: unknown): never {
    throw new Refused(response);
  }

  stop(reason: StopReason): void {
    this.#stop ??= reason;
    if (this.#state === 'joined' && !this.#handling) this.#stopNow();
  }

  disconnectSocket(): void {
    this.#host.disconnect();
  }

  killTransport(): void {
    this.#host.cut();
  }

  /** Ends the process as an exit signal would, in the midst of what it does. */
  kill(): void {
    if (this.end()) this.#host.ended(this, EVENTS.error);
  }

  /** Ends the process without a word to the client; false if it had ended before. */
  end(): boolean {
    if (this.#state === 'ended') return false;
    this.#state = 'ended';
    this.#mailbox.clear();
    this.#life.abort();
    this.#host.presences.untrack(this);
    this.#leave();
    return true;
  }

  /** A message needs a moment to get from the socket's process to the channel's, in which a join may overtake it. */
  #take(turn: () => Promise<void>): void {
    queueMicrotask(() => this.#mailbox.post(() => this.#turn(turn)));
  }

  async #turn(turn: () => Promise<void>): Promise<void> {
    if (this.#state === 'ended') return;
    this.#handling = true;
    await turn();
    this.#handling = false;
    if (this.#stop !== null) this.#stopNow();
  }

  async #handle(message: ClientMessage): Promise<void> {
    if (message.event === EVENTS.leave) {
      this.#reply(message, 'ok', {});
      this.#stop = 'normal';
      return;
    }
    const { status, response } = await this.#answer(message);
    if (status !== null) this.#reply(message, status, response);
  }

  async #answer(
    message: ClientMessage,
  ): Promise<{ readonly status: string | null; readonly response?: unknown }> {
    try {
      const answer = await this.#call(message);
      if (answer === noReply) return { status: null };
      return answer instanceof Reply ? answer : { status: 'ok', response: answer };
    } catch (error) {
      if (error instanceof Refused) return { status: 'error', response: error.response };
      throw error;
    }
  }

  #call(message: ClientMessage): unknown {
    const { topic, event, ref } = message;
    const handlers = this.#double.handle ?? {};
    const handler = Object.hasOwn(handlers, event) ? handlers[event] : undefined;
    if (handler === undefined) throw new Error(`no handler for ${event} on ${topic}`);
    const push: HandledPush = {
      topic,
      event,
      ref,
      reply: (status, response) => this.#reply(message, status, response),
    };
    return handler(message.payload, this, push);
  }

  #reply({ ref }: ClientMessage, status: string, response: unknown = {}): void {
    if (this.#state === 'ended') return;
    const { topic } = this;
    this.#host.send({ kind: 'reply', joinRef: this.#ref, ref, topic, status, response });
  }

  #stopNow(): void {
    const event = this.#stop === 'error' ? EVENTS.error : EVENTS.close;
    if (this.end()) this.#host.ended(this, event);
  }

  #crash(error: unknown): void {
    if (this.#state === 'ended') return;
    this.#host.crashed(this.topic, error);
    this.kill();
  }

  #leave(): void {
    try {
      this.#double.leave?.(this);
    } catch (error) {
      this.#host.crashed(this.topic, error);
    }
  }
}
