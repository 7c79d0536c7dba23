/** The sockets of a client: where they lead, whether they are wanted, and which one carries which topic. */

import { Channels } from '../channel/channels.js';
import type { Carrier, ChannelGround, Placement } from '../channel/hub.js';
import { type ProtocolError, UsageError } from '../errors.js';
import {
  addressOf,
  type Endpoint,
  parseEndpoint,
  type ParsedEndpoint,
  sameEndpoint,
} from '../protocol/endpoint.js';
import type { Close } from '../protocol/close.js';
import type { Inbound } from '../protocol/inbound.js';
import type { WireMessage } from '../protocol/message.js';
import { Refs } from '../protocol/ref.js';
import type { Reporter } from '../telemetry/telemetry.js';
import type { DialRequest, Transport } from '../transport/transport.js';
import { wsTransport } from '../transport/ws-transport.js';
import type { Credentials } from './credentials.js';
import { DialTurns } from './dial-turns.js';
import type { Environment } from './environment.js';
import type { DisconnectedFact, SocketsListener } from './listener.js';
import { requireHeaders } from './option-forms.js';
import { placeAmong } from './placement.js';
import type { Settings } from './settings.js';
import { Socket, type SocketHub, type SocketState } from './socket.js';

export type SocketsStatus = {
  /** The best that any socket is in. */
  readonly state: SocketState;
  readonly since: Date;
  readonly attempt: number;
  readonly close: Close | null;
};

/** How a socket ends that carries no channel any more. */
const UNUSED: Close = { cause: 'requested', code: 1000, reason: 'no topic left', status: null };

export class Sockets implements SocketHub, Placement {
  readonly settings: Settings;
  readonly channels: Channels;
  readonly clock;
  readonly random;
  readonly inspect;
  readonly transport: Transport;
  readonly turns = new DialTurns();
  readonly #listener: SocketsListener;
  readonly #reporter: Reporter;
  readonly #refs = new Refs();
  readonly #sockets: Socket[] = [];
  #endpoint: ParsedEndpoint | null;
  #status: SocketsStatus;
  /** How many channels the server admits to a socket, as far as is known. */
  #channelLimit: number;
  #socketsMade = 0;
  #isWanted = false;

  constructor(settings: Settings, listener: SocketsListener, environment: Environment) {
    this.settings = settings;
    this.#listener = listener;
    this.clock = environment.clock;
    this.random = environment.random;
    this.#reporter = environment.reporter;
    this.inspect = environment.reporter.inspect;
    this.#endpoint = settings.endpoint;
    this.#status = { state: 'disconnected', since: this.#now(), attempt: 0, close: null };
    this.#channelLimit = settings.maxChannelsPerSocket;
    this.transport =
      settings.transport === 'websocket'
        ? wsTransport(settings.websocket, this.clock)
        : settings.transport;
    this.channels = new Channels(this.#ground(), this, listener, environment.reporter);
    this.#addSocket();
  }

  get status(): SocketsStatus {
    return { ...this.#status };
  }

  /** Nothing is open, under way or to come. */
  get isAtRest(): boolean {
    return this.#sockets.every(isAtRest);
  }

  /** Where to connect to. Throws `PHX_BAD_OPTION`. */
  setEndpoint(endpoint: Endpoint): void {
    const target = parseEndpoint(endpoint);
    addressOf(target, 'websocket', this.settings.params, this.settings.serializer.vsn);
    if (this.#endpoint !== null && !sameEndpoint(target, this.#endpoint)) this.disconnect();
    this.#endpoint = target;
  }

  /** To the endpoint that one is connected or connecting to it does nothing; to another one it moves there. */
  connect(endpoint?: Endpoint): void {
    if (endpoint !== undefined) this.setEndpoint(endpoint);
    if (this.#endpoint === null) {
      throw new UsageError(
        'PHX_BAD_OPTION',
        'there is no url to connect to: give the option url, or an endpoint',
      );
    }
    this.#isWanted = true;
    for (const socket of [...this.#sockets]) socket.connect();
  }

  disconnect(): void {
    this.#isWanted = false;
    for (const socket of [...this.#sockets]) socket.disconnect();
  }

  /** Ends everything; resolves when the last transport is gone. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    this.channels.stop();
    await Promise.all(this.#sockets.map((socket) => socket.stop()));
  }

  // Placement

  place(): Carrier {
    return this.#roomAmong(this.#sockets) ?? this.#leastLoaded();
  }

  beyond(full: Carrier): Carrier | null {
    const socket = this.#sockets.find((each) => each === full);
    if (socket === undefined) return null;
    this.#channelLimit = Math.max(1, socket.joinedCount);
    this.#reporter.fact('socket.full', { socket: socket.number, channels: this.#channelLimit });
    return this.#roomAmong(this.#sockets.filter((each) => each !== socket));
  }

  // What a socket asks of its client.

  nextRef(): string {
    return this.#refs.next();
  }

  request({ params, headers, authToken }: Credentials, signal: AbortSignal): DialRequest {
    if (this.#endpoint === null) throw new UsageError('PHX_BAD_OPTION', 'there is no endpoint');
    const { settings } = this;
    const all = { ...settings.params, ...params };
    requireHeaders('credentials.headers', headers ?? {});
    return {
      url: addressOf(this.#endpoint, 'websocket', all, settings.serializer.vsn),
      headers: { ...settings.headers, ...headers },
      authToken: authToken ?? null,
      signal,
    };
  }

  received(inbound: Inbound): void {
    this.channels.receive(inbound);
  }

  misread(error: ProtocolError): void {
    this.#reporter.fact('frame.misread', { code: error.code, reason: error.message });
  }

  changed(socket: Socket, from: SocketState, to: SocketState): void {
    this.#reporter.fact('socket.state', { socket: socket.number, from, to });
    this.#updateState();
  }

  online(socket: Socket, attempt: number): void {
    if (this.#sockets.some((each) => each !== socket && each.online)) return;
    this.#listener.connected({ attempt, transport: this.transport.name });
  }

  lost(socket: Socket, fact: DisconnectedFact): void {
    const { close, attempt, retryIn } = fact;
    this.#status = { ...this.#status, attempt, close };
    const { cause, code, status } = close;
    this.#reporter.fact('socket.lost', {
      socket: socket.number,
      cause,
      code,
      status,
      attempt,
      retryIn,
    });
    const others = this.#sockets.filter((each) => each !== socket);
    const isLast = this.#isWanted ? !others.some(isOnline) : !others.some(hasSession);
    if (isLast) this.#listener.disconnected(fact);
  }

  /** Only the first socket stays open for its own sake. */
  emptied(socket: Socket): void {
    const index = this.#sockets.indexOf(socket);
    if (index < 1) return;
    this.#sockets.splice(index, 1);
    if (socket.online) this.lost(socket, { close: UNUSED, attempt: 0, retryIn: null });
    void socket.stop();
    this.#updateState();
  }

  #updateState(): void {
    const best = bestOf(this.#sockets);
    if (best === this.#status.state) return;
    this.#status = { ...this.#status, state: best, since: this.#now() };
  }

  #now(): Date {
    return new Date(this.clock.now());
  }

  #ground(): ChannelGround {
    const { outbox, timeouts, reconnect, serializer } = this.settings;
    return {
      clock: this.clock,
      random: this.random,
      inspect: this.inspect,
      rules: {
        outbox,
        paramsTimeout: timeouts.credentials,
        leaveTimeout: timeouts.leave,
        stableAfter: reconnect.stableAfter,
        closeIsAwaited: serializer.attributesClose === false,
      },
      nextRef: () => this.nextRef(),
      measure: (message: WireMessage) => Buffer.byteLength(serializer.encode(message)),
    };
  }

  #roomAmong(sockets: readonly Socket[]): Socket | null {
    const room = this.settings.maxSockets - this.#sockets.length;
    const limits = { channels: this.#channelLimit, sockets: sockets.length + room };
    const place = placeAmong(sockets, limits);
    return place === 'new' ? this.#addSocket() : place;
  }

  /** All are full: the server's own answer tells the worker so. */
  #leastLoaded(): Socket {
    return this.#sockets.reduce((least, each) => (each.carried < least.carried ? each : least));
  }

  #addSocket(): Socket {
    this.#socketsMade += 1;
    const socket = new Socket(this.#socketsMade, this);
    this.#sockets.push(socket);
    if (this.#isWanted) socket.connect();
    return socket;
  }
}

function bestOf(sockets: readonly Socket[]): SocketState {
  const states = new Set(sockets.map((socket) => socket.state));
  if (states.has('connected')) return 'connected';
  if (states.has('connecting')) return 'connecting';
  return states.has('backingOff') ? 'backingOff' : 'disconnected';
}

function isOnline(socket: Socket): boolean {
  return socket.online;
}

function hasSession({ state }: Socket): boolean {
  return state === 'connected' || state === 'connecting';
}

function isAtRest(socket: Socket): boolean {
  return socket.state === 'disconnected';
}
