/** One socket of a client, as Phoenix's transport process: one mailbox for what comes in and what goes out. */

import { EVENTS, PHOENIX_TOPIC, TOO_MANY_CHANNELS, UNMATCHED_TOPIC } from '../protocol/names.js';
import type { Frame } from '../protocol/serializer.js';
import type { ChannelDouble, ServerChannel } from './channel-double.js';
import type { FaultState } from './faults.js';
import type { Handshake } from './handshake.js';
import { Mailbox } from './mailbox.js';
import type { Turn } from './mailbox.js';
import { Outlet } from './outlet.js';
import { ServerChannelProcess } from './server-channel.js';
import type { ChannelHost } from './server-channel.js';
import type { Presences } from './presences.js';
import type { ServerKind } from './server-kind.js';
import type { ClientMessage, ServerMessage } from './server-message.js';

/** The connection below: a WebSocket, or whatever else carries frames and can be closed. */
export interface Wire {
  send(frame: Frame): void;
  pong(data: Uint8Array): void;
  pause(): void;
  resume(): void;
  close(code: number): void;
  cut(): void;
}

/** What a socket asks of the endpoint it belongs to. */
export interface SocketHost {
  readonly server: ServerKind;
  readonly maxChannelsPerSocket: number;
  readonly faults: FaultState;
  readonly presences: Presences;
  channelFor(topic: string): ChannelDouble | undefined;
  broadcast(topic: string, event: string, payload: unknown, except?: ServerChannel): void;
  crashed(topic: string, error: unknown): void;
  /** The socket neither reads nor writes any more. */
  forget(socket: ServerSocket): void;
}

const CLOSE = { idle: { cowboy: 1000, bandit: 1002 }, crashed: 1011 } as const;

export class ServerSocket implements ChannelHost {
  readonly id: string | null;
  readonly connectParams: { readonly [name: string]: unknown };
  /** Resolves when the connection below is gone. */
  readonly gone: Promise<void>;
  readonly #serializer: Handshake['serializer'];
  readonly #idleTimeout: number;
  readonly #wire: Wire;
  readonly #host: SocketHost;
  readonly #mailbox: Mailbox;
  readonly #outlet: Outlet;
  readonly #channels = new Map<string, ServerChannelProcess>();
  #joining: ServerChannelProcess | null = null;
  #idle: NodeJS.Timeout | undefined;
  #ended = false;
  #wentAway: () => void = () => {};

  constructor(handshake: Handshake, wire: Wire, host: SocketHost) {
    this.id = handshake.id;
    this.connectParams = handshake.params;
    this.#serializer = handshake.serializer;
    this.#idleTimeout = handshake.mount.idleTimeout;
    this.#wire = wire;
    this.#host = host;
    this.#mailbox = new Mailbox(() => this.#hangUp(CLOSE.crashed));
    this.#outlet = new Outlet(
      () => host.faults,
      (frame) => wire.send(frame),
    );
    this.gone = new Promise((resolve) => void (this.#wentAway = resolve));
    this.#read();
  }

  get channels(): readonly ServerChannelProcess[] {
    return [...this.#channels.values()].filter((channel) => channel.joined);
  }

  get presences(): Presences {
    return this.#host.presences;
  }

  received(frame: Frame): void {
    this.#read();
    this.#post(() => this.#handle(this.#serializer.decode(frame)));
  }

  pinged(data: Uint8Array): void {
    this.#read();
    this.#post(() => {
      if (!this.#host.faults.frozen) this.#wire.pong(data);
    });
  }

  ponged(): void {
    this.#read();
  }

  /** The connection below has ended. */
  closed(): void {
    this.#end();
    this.#wentAway();
  }

  send(message: ServerMessage): void {
    const frame = this.#serializer.encode(message);
    const event = message.kind === 'reply' ? EVENTS.reply : message.event;
    this.#post(() => this.#outlet.send(event, frame));
  }

  broadcast(topic: string, event: string, payload: unknown, except?: ServerChannel): void {
    this.#host.broadcast(topic, event, payload, except);
  }

  /** What the endpoint broadcasts: reaches the client if it is a member, and the socket itself by its id. */
  hear(topic: string, event: string, payload: unknown, except?: ServerChannel): void {
    const channel = this.#channels.get(topic);
    if (channel?.joined === true && channel !== except) {
      this.send({ kind: 'broadcast', topic, event, payload });
    }
    if (topic === this.id && event === 'disconnect') this.close(1001);
  }

  ended(channel: ServerChannelProcess, event: 'phx_close' | 'phx_error'): void {
    this.#post(() => {
      if (this.#channels.get(channel.topic) === channel) this.#channels.delete(channel.topic);
      this.#announce(channel, event);
    });
  }

  crashed(topic: string, error: unknown): void {
    this.#host.crashed(topic, error);
  }

  disconnect(): void {
    this.#host.broadcast(this.id ?? 'none', 'disconnect', {});
  }

  close(code: number): void {
    this.#post(() => this.#hangUp(code));
  }

  cut(): void {
    this.#end();
    this.#wire.cut();
  }

  /** The faults changed: a frozen socket stands still, any other goes on. */
  adjust(): void {
    if (this.#ended) return;
    this.#read();
    this.#outlet.flush();
  }

  #post(turn: Turn): void {
    if (!this.#ended) this.#mailbox.post(turn);
  }

  /** Reads on, with the idle time starting anew, unless a join or a fault holds the socket. */
  #read(): void {
    clearTimeout(this.#idle);
    if (this.#ended) return;
    if (this.#joining !== null || this.#host.faults.frozen) {
      this.#wire.pause();
      return;
    }
    this.#wire.resume();
    this.#idle = setTimeout(() => this.#hangUp(CLOSE.idle[this.#host.server]), this.#idleTimeout);
  }

  #handle(message: ClientMessage): Promise<void> | undefined {
    const { topic, event } = message;
    if (topic === PHOENIX_TOPIC && event === EVENTS.heartbeat) {
      this.#reply({ ...message, joinRef: null }, 'ok', {});
      return undefined;
    }
    const channel = this.#channels.get(topic);
    if (event === EVENTS.join) return this.#join(message, channel);
    if (channel === undefined) this.#handleUnjoined(message);
    else if (message.joinRef === null || message.joinRef === channel.joinRef)
      channel.receive(message);
    return undefined;
  }

  #handleUnjoined(message: ClientMessage): void {
    if (message.event === EVENTS.leave) this.#reply(message, 'ok', {});
    else this.#reply({ ...message, joinRef: null }, 'error', { reason: UNMATCHED_TOPIC });
  }

  /** The last join wins; the close of the membership it replaces follows its reply. */
  async #join(message: ClientMessage, previous: ServerChannelProcess | undefined): Promise<void> {
    const double = this.#host.channelFor(message.topic);
    if (double === undefined) {
      this.#handleUnjoined(message);
      return;
    }
    if (previous === undefined && this.#channels.size >= this.#host.maxChannelsPerSocket) {
      this.#reply(message, 'error', { reason: TOO_MANY_CHANNELS });
      return;
    }
    const replaced = previous?.end() === true;
    this.#channels.delete(message.topic);
    await this.#admit(new ServerChannelProcess(double, message, this), message);
    if (replaced) this.#post(() => this.#announce(previous, EVENTS.close));
  }

  /** Phoenix's transport process waits here, and with it all that its socket reads and writes. */
  async #admit(channel: ServerChannelProcess, join: ClientMessage): Promise<void> {
    this.#joining = channel;
    this.#read();
    const { status, response } = await channel.join();
    if (this.#ended) return;
    this.#joining = null;
    this.#read();
    if (status === 'error') channel.end();
    else this.#channels.set(channel.topic, channel);
    this.#reply(join, status, response);
    channel.start();
  }

  #reply(to: ClientMessage, status: string, response: unknown): void {
    const { joinRef, ref, topic } = to;
    const frame = this.#serializer.encode({
      kind: 'reply',
      joinRef,
      ref,
      topic,
      status,
      response,
    });
    this.#outlet.send(EVENTS.reply, frame);
  }

  #announce(channel: ServerChannelProcess, event: 'phx_close' | 'phx_error'): void {
    const { topic, joinRef } = channel;
    const payload = event === EVENTS.error ? { reason: 'channel_crash' } : {};
    const frame = this.#serializer.encode({
      kind: 'push',
      joinRef,
      ref: joinRef,
      topic,
      event,
      payload,
    });
    this.#outlet.send(event, frame);
  }

  #hangUp(code: number): void {
    if (this.#ended) return;
    this.#end();
    this.#wire.close(code);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#idle);
    this.#mailbox.clear();
    this.#outlet.dispose();
    this.#joining?.end();
    for (const channel of this.#channels.values()) channel.end();
    this.#host.forget(this);
  }
}
