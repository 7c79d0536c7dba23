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
import { factOf } from './log-entry.js';
import type { EndCause, Note } from './log-entry.js';
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

const CLOSE = { idle: { cowboy: 1000, bandit: 1002 }, crashed: 1011, cut: 1006 } as const;

export class ServerSocket implements ChannelHost {
  readonly id: string | null;
  readonly connectParams: { readonly [name: string]: unknown };
  /** Resolves when the connection below is gone. */
  readonly gone: Promise<void>;
  readonly #serializer: Handshake['serializer'];
  readonly #idleTimeout: number;
  readonly #wire: Wire;
  readonly #host: SocketHost;
  readonly #note: Note;
  readonly #mailbox: Mailbox;
  readonly #outlet: Outlet;
  readonly #channels = new Map<string, ServerChannelProcess>();
  #joining: ServerChannelProcess | null = null;
  #idle: NodeJS.Timeout | undefined;
  #ended = false;
  #wentAway: () => void = () => {};

  /** `note` is told all that happens. */
  constructor(handshake: Handshake, wire: Wire, host: SocketHost, note: Note) {
    this.id = handshake.id;
    this.connectParams = handshake.params;
    this.#serializer = handshake.serializer;
    this.#idleTimeout = handshake.mount.idleTimeout;
    this.#wire = wire;
    this.#host = host;
    this.#note = note;
    this.#mailbox = new Mailbox(() => this.#hangUp(CLOSE.crashed));
    this.#outlet = new Outlet(
      () => host.faults,
      (frame) => wire.send(frame),
    );
    this.gone = new Promise((resolve) => void (this.#wentAway = resolve));
    note({ kind: 'opened', params: handshake.params });
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

  /** Calls back when what was received is handled; never when that ended the socket. */
  whenHandled(turn: () => void): void {
    this.#post(turn);
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
  closed(code: number): void {
    this.#end(code);
    this.#wentAway();
  }

  send(message: ServerMessage): void {
    const frame = this.#serializer.encode(message);
    this.#post(() => this.#write(message, frame));
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

  ended(channel: ServerChannelProcess, cause: EndCause): void {
    const { topic, joinRef } = channel;
    this.#note({ kind: 'ended', topic, joinRef, cause });
    // A join that replaces the channel tells its end later; a socket that closes tells nothing any more.
    if (cause === 'replaced' || cause === 'disconnected') return;
    this.#post(() => {
      if (this.#channels.get(topic) === channel) this.#channels.delete(topic);
      this.#announce(channel, cause === 'crashed' ? EVENTS.error : EVENTS.close);
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
    this.#end(CLOSE.cut);
    this.#wire.cut();
  }

  /** The faults changed: a frozen socket stands still, any other goes on. */
  adjust(): void {
    if (this.#ended) return;
    this.#read();
    this.#outlet.adjust();
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
    this.#note({ kind: 'received', ...message });
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
      this.#refuse(message, { reason: UNMATCHED_TOPIC }, null);
      return;
    }
    if (previous === undefined && this.#channels.size >= this.#host.maxChannelsPerSocket) {
      this.#refuse(message, { reason: TOO_MANY_CHANNELS });
      return;
    }
    const replaced = previous?.end('replaced') === true;
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
    if (status === 'error') {
      channel.end('stopped');
      this.#refuse(join, response);
      return;
    }
    const { topic, joinRef, params } = channel;
    this.#channels.set(topic, channel);
    this.#reply(join, 'ok', response);
    channel.start();
    this.#note({ kind: 'joined', topic, joinRef, params });
  }

  #refuse(join: ClientMessage, response: unknown, joinRef = join.joinRef): void {
    const { topic, payload: params } = join;
    this.#reply({ ...join, joinRef }, 'error', response);
    this.#note({ kind: 'joinRefused', topic, joinRef: join.joinRef, params, response });
  }

  #reply(to: ClientMessage, status: string, response: unknown): void {
    const { joinRef, ref, topic, event } = to;
    this.#say({ kind: 'reply', joinRef, ref, topic, event, status, response });
  }

  #announce({ topic, joinRef }: ServerChannelProcess, event: 'phx_close' | 'phx_error'): void {
    const payload = event === EVENTS.error ? { reason: 'channel_crash' } : {};
    this.#say({ kind: 'push', joinRef, ref: joinRef, topic, event, payload });
  }

  #say(message: ServerMessage): void {
    this.#write(message, this.#serializer.encode(message));
  }

  #write(message: ServerMessage, frame: Frame): void {
    this.#note(factOf(message));
    this.#outlet.send(message.kind === 'reply' ? EVENTS.reply : message.event, frame);
  }

  #hangUp(code: number): void {
    if (this.#ended) return;
    this.#end(code);
    this.#wire.close(code);
  }

  #end(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#idle);
    this.#mailbox.clear();
    this.#outlet.dispose();
    this.#joining?.end('disconnected');
    for (const channel of this.#channels.values()) channel.end('disconnected');
    this.#note({ kind: 'closed', code });
    this.#host.forget(this);
  }
}
