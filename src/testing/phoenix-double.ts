/** A Phoenix for tests: a real HTTP server, WebSocket and long poll, with channels in a few lines and faults on demand. */

/// <reference lib="esnext.disposable" preserve="true" />

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ChannelCrash, type ChannelTable, requireChannels } from './channel-double.js';
import { connectAsRecorded } from './connect.js';
import type { Connect, Refusal } from './connect.js';
import { Endpoint } from './endpoint.js';
import type { Faults } from './faults.js';
import { mounts, negotiate, placeOf } from './handshake.js';
import type { Handshake, Mounts } from './handshake.js';
import { Listener, refuseUpgrade } from './listener.js';
import type { Answer } from './listener.js';
import type { EntryOf, LogEntry, LogKind, Note } from './log-entry.js';
import { LongPoll } from './longpoll.js';
import type { LongPollServer } from './longpoll.js';
import { type LongPollTimes, timesOf } from './longpoll-session.js';
import type { ServerKind } from './server-kind.js';
import { LogBook, LogView } from './server-log.js';
import type { LogMatch, ServerLog } from './server-log.js';
import { ServerSocket } from './server-socket.js';
import type { Wire } from './server-socket.js';
import { WebSocketUpgrade } from './upgrade.js';

export type PhoenixDoubleOptions = {
  /** Default 0: a free one. */
  readonly port?: number;
  /** Default `bandit`, as in new Phoenix applications. They differ in close codes. */
  readonly server?: ServerKind;
  /** Default 100, as Phoenix since 1.8.9. */
  readonly maxChannelsPerSocket?: number;
  /** Milliseconds without a frame from the client. Default 60 000, as Phoenix. */
  readonly idleTimeout?: number;
  /** The same for the mount `/short`. Default 1500. */
  readonly shortIdleTimeout?: number;
  /**
   * Admits a dial, or says what it is answered. By default the param `deny` is answered 403, and the param `token`
   * or the auth token `expired` 401.
   */
  readonly connect?: Connect;
  /** Of long poll, which is at the mount `/socket`. Default 10 000, 2000, and one and a half times the window. */
  readonly longPoll?: Partial<LongPollTimes>;
};

/** One upgrade request, or one for a session of long poll, whatever became of it. */
export type Dial = {
  /** Milliseconds, as `Date.now()`. */
  readonly at: number;
  /** With the query string. */
  readonly path: string;
};

/** How long a drained client may take to answer the Close frame. */
const DRAIN_GRACE = 3000;

const NOT_AN_UPGRADE: Refusal = { status: 400, body: 'expected an upgrade to websocket' };

export class PhoenixDouble implements ServerLog, AsyncDisposable {
  readonly #endpoint: Endpoint;
  readonly #mounts: Mounts;
  readonly #connect: Connect;
  readonly #upgrade: WebSocketUpgrade;
  readonly #longPoll: LongPoll;
  readonly #listener: Listener;
  readonly #dials: Dial[] = [];
  readonly #book = new LogBook();
  readonly #everything = new LogView(this.#book, 0);
  #port: number;

  private constructor(channels: ChannelTable, options: PhoenixDoubleOptions) {
    requireChannels(channels);
    const { server = 'bandit', maxChannelsPerSocket = 100 } = options;
    const { idleTimeout = 60_000, shortIdleTimeout = 1500 } = options;
    this.#endpoint = new Endpoint(channels, server, maxChannelsPerSocket);
    this.#mounts = mounts(idleTimeout, shortIdleTimeout);
    this.#connect = options.connect ?? connectAsRecorded;
    this.#upgrade = new WebSocketUpgrade(server);
    this.#longPoll = new LongPoll(this.#longPollServer(), timesOf(options.longPoll));
    this.#port = options.port ?? 0;
    this.#listener = new Listener({
      upgrade: (request, tcp, head) => void this.#dialed(request, tcp, head),
      request: (request) => this.#requested(request),
    });
  }

  /** Listens on the loopback interface. Rejects when the port is taken, and for a channel with a callback that there is not. */
  static async start(
    channels: ChannelTable,
    options: PhoenixDoubleOptions = {},
  ): Promise<PhoenixDouble> {
    const double = new PhoenixDouble(channels, options);
    await double.#listen();
    return double;
  }

  /** The mount that takes an auth token: `ws://127.0.0.1:PORT/socket`. Others: `/auth`, `/short`, `/deflate`. */
  get url(): string {
    return this.urlOf('/socket');
  }

  urlOf(mount: string): string {
    return `ws://127.0.0.1:${this.#port}${mount}`;
  }

  get port(): number {
    return this.#port;
  }

  get faults(): Faults {
    return this.#endpoint.switches;
  }

  /** Every upgrade request so far, refused and stalled ones included. */
  get dials(): readonly Dial[] {
    return this.#dials;
  }

  /**
   * What happened so far, the oldest first: the newest 10 000 entries. They show everything as it is, params, tokens
   * and payloads too: this is for tests, with nobody's secrets.
   */
  get log(): readonly LogEntry[] {
    return this.#everything.log;
  }

  /** What the channels threw so far: look here when a client sees "join crashed" or `phx_error`. */
  get crashes(): readonly ChannelCrash[] {
    return this.#endpoint.crashes;
  }

  /** How many sockets are open. */
  get sockets(): number {
    return this.#endpoint.sockets.size;
  }

  /** The topics that have members. */
  topics(): readonly string[] {
    return [...new Set(this.#endpoint.channels().map((channel) => channel.topic))];
  }

  /** How many sockets are members of the topic. */
  subscribers(topic: string): number {
    return this.#endpoint.channels(topic).length;
  }

  /**
   * Resolves with the first entry of the log that matches, past or to come; rejects when there is none within
   * `timeout`, 5000 ms by default. `mark` is for what is to happen from now on.
   */
  seen<K extends LogKind = LogKind>(
    match: LogMatch<K>,
    options?: { readonly timeout?: number },
  ): Promise<EntryOf<K>> {
    return this.#everything.seen(match, options);
  }

  /** A log that begins now: what happened before is not seen in it. */
  mark(): ServerLog {
    return this.#everything.mark();
  }

  /** To every member, each under its own join_ref. */
  push(topic: string, event: string, payload: unknown): void {
    for (const channel of this.#endpoint.channels(topic)) channel.push(event, payload);
  }

  /** To every member. "disconnect" on a socket's id (`users:` and the param `uid`) closes it with 1001. */
  broadcast(topic: string, event: string, payload: unknown): void {
    this.#endpoint.broadcast(topic, event, payload);
  }

  /** Kills the topic's channel processes: `phx_error`. */
  crash(topic: string): void {
    for (const channel of this.#endpoint.channels(topic)) channel.kill();
  }

  /** Stops the topic's channels in order: `phx_close`. */
  stopChannel(topic: string): void {
    for (const channel of this.#endpoint.channels(topic)) channel.stop('normal');
  }

  /** Closes every socket. */
  kick(code = 1001): void {
    for (const socket of this.#endpoint.sockets) socket.close(code);
  }

  /** Cuts every connection without a Close frame. */
  cut(): void {
    for (const socket of this.#endpoint.sockets) socket.cut();
  }

  /**
   * What a shutdown does to sockets: 1012 to those with a channel; of the others Bandit closes with 1000 and Cowboy
   * cuts the connection. Resolves when all are gone; who has not answered after 3 s is cut. Dials are still accepted.
   */
  async drain(): Promise<void> {
    const sockets = [...this.#endpoint.sockets];
    for (const socket of sockets) this.#drain(socket);
    const cut = setTimeout(() => cutAll(sockets), DRAIN_GRACE);
    await Promise.all(sockets.map((socket) => socket.gone));
    clearTimeout(cut);
  }

  /** Stops, and listens again on the same port. Clients are cut, or drained first. */
  async restart(options: { readonly drain?: boolean } = {}): Promise<void> {
    if (options.drain === true) await this.drain();
    await this.stop();
    await this.#listen();
  }

  /** Cuts every connection and stops listening; `restart` starts it again. */
  async stop(): Promise<void> {
    this.cut();
    await this.#listener.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #listen(): Promise<void> {
    this.#port = await this.#listener.listen(this.#port);
  }

  #drain(socket: ServerSocket): void {
    if (socket.channels.length > 0) socket.close(1012);
    else if (this.#endpoint.server === 'bandit') socket.close(1000);
    else socket.cut();
  }

  async #dialed(request: IncomingMessage, tcp: Duplex, head: Buffer): Promise<void> {
    tcp.on('error', ignore);
    const note = this.#noteDial(request.url ?? '');
    const { refusal, stalled, frozen } = this.#endpoint.faults;
    if (stalled || frozen) return;
    const answer = refusal ?? (await negotiate(request, this.#mounts, this.#connect));
    if (tcp.destroyed) return;
    if ('status' in answer) {
      refuseUpgrade(tcp, answer);
      note({ kind: 'refused', status: answer.status });
      return;
    }
    this.#upgrade.accept(request, tcp, head, answer, (wire) => this.#open(answer, wire, note));
  }

  #longPollServer(): LongPollServer {
    const endpoint = this.#endpoint;
    return {
      get faults() {
        return endpoint.faults;
      },
      connect: this.#connect,
      dialed: (request) => this.#noteDial(request.url ?? ''),
      open: (handshake, wire, note) => this.#open(handshake, wire, note),
    };
  }

  /** What becomes of it is noted under its number. */
  #noteDial(path: string): Note {
    const number = this.#dials.push({ at: Date.now(), path });
    this.#book.add(number, { kind: 'dialed', path });
    return (fact) => this.#book.add(number, fact);
  }

  #open(handshake: Handshake, wire: Wire, note: Note): ServerSocket {
    const socket = new ServerSocket(handshake, wire, this.#endpoint, note);
    this.#endpoint.sockets.add(socket);
    return socket;
  }

  /** Phoenix decides about the dial before it looks whether the request is an upgrade. */
  async #requested(request: IncomingMessage): Promise<Answer> {
    const place = placeOf(request, this.#mounts, 'longpoll');
    if (!('status' in place)) return this.#longPoll.answer(request, place);
    const answer = await negotiate(request, this.#mounts, this.#connect);
    return 'status' in answer ? answer : NOT_AN_UPGRADE;
  }
}

function cutAll(sockets: readonly ServerSocket[]): void {
  for (const socket of sockets) socket.cut();
}

/** A client that goes away in mid-handshake is not the double's concern. */
function ignore(): void {}
