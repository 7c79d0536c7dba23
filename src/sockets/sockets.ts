/** The sockets of a client: where they lead, whether they are wanted, and which one carries which topic. */

import { Channels } from '../channel/channels.js';
import type { ChannelGround } from '../channel/hub.js';
import { Moment } from '../channel/moment.js';
import { type ProtocolError, UsageError } from '../errors.js';
import type { DisconnectedFact } from '../policy/facts.js';
import {
  addressOf,
  type Endpoint,
  parseEndpoint,
  type ParsedEndpoint,
  sameEndpoint,
  sameServer,
} from '../protocol/endpoint.js';
import type { CloseCause } from '../protocol/close.js';
import type { Inbound } from '../protocol/inbound.js';
import type { WireMessage } from '../protocol/message.js';
import { Refs } from '../protocol/ref.js';
import type { Reporter } from '../telemetry/telemetry.js';
import type { DialRequest, Transport } from '../transport/transport.js';
import { wsTransport } from '../transport/ws-transport.js';
import { ClientGauges } from './client-gauges.js';
import type { Credentials } from './credentials.js';
import { DialTurns } from './dial-turns.js';
import type { Environment } from './environment.js';
import type { SocketsListener } from './listener.js';
import { requireHeaders } from './option-forms.js';
import { SocketPlacement } from './placement.js';
import type { Settings } from './settings.js';
import { Socket, type SocketState } from './socket.js';
import type { SocketHub } from './socket-hub.js';
import { bestOf, type SocketsStatus, StatusRecord } from './sockets-status.js';
import { Traffic } from './traffic.js';

export class Sockets implements SocketHub {
  readonly settings: Settings;
  readonly channels: Channels;
  readonly clock;
  readonly random;
  readonly reporter: Reporter;
  readonly traffic: Traffic | null;
  readonly transport: Transport;
  readonly turns = new DialTurns();
  readonly #listener: SocketsListener;
  readonly #refs = new Refs();
  readonly #sockets: Socket[] = [];
  readonly #status: StatusRecord;
  readonly #placement: SocketPlacement;
  /** One of each session whose transport may be open, also of those that no socket remembers. */
  readonly #ends = new Set<Promise<void>>();
  readonly #rest = new Moment();
  #endpoint: ParsedEndpoint | null;
  #endWatch: () => void = () => undefined;
  #socketsMade = 0;
  /** Whether a socket that is added is to connect. */
  #isWanted = false;
  /** Whether the worker cannot keep up for the moment. */
  isReadingPaused = false;

  constructor(settings: Settings, listener: SocketsListener, environment: Environment) {
    this.settings = settings;
    this.#listener = listener;
    this.clock = environment.clock;
    this.random = environment.random;
    this.reporter = environment.reporter;
    this.traffic = this.reporter.isWatched ? new Traffic() : null;
    this.#endpoint = settings.endpoint;
    this.#status = new StatusRecord(this.clock);
    const fleet = { sockets: this.#sockets, addSocket: () => this.#addSocket() };
    const { maxChannelsPerSocket, maxSockets } = settings;
    const channels = maxChannelsPerSocket === false ? Infinity : maxChannelsPerSocket;
    const limits = { channels, sockets: maxSockets };
    this.#placement = new SocketPlacement(fleet, limits, this.reporter);
    this.transport =
      settings.transport === 'websocket'
        ? wsTransport(
            { ...settings.websocket, connectTimeout: settings.timeouts.connect },
            this.clock,
          )
        : settings.transport;
    this.channels = new Channels(this.#ground(), this.#placement, listener, this.reporter);
    this.#addSocket();
  }

  /** Hands the gauges to whoever watches, until the stop. */
  start(): void {
    if (this.traffic === null) return;
    const { channels, traffic } = this;
    const gauges = new ClientGauges(this.#sockets, channels, this.#listener, traffic);
    this.#endWatch = this.reporter.watch(gauges);
  }

  get status(): SocketsStatus {
    return this.#status.current;
  }

  /** Nothing is open, under way or to come. */
  get isAtRest(): boolean {
    return bestOf(this.#sockets) === 'disconnected';
  }

  /** Resolves when nothing is open, under way or to come. */
  atRest(): Promise<void> {
    return this.isAtRest ? Promise.resolve() : this.#rest.next();
  }

  /** Where to connect to. Throws `PHX_BAD_OPTION`. */
  setEndpoint(endpoint: Endpoint): void {
    const target = parseEndpoint(endpoint);
    addressOf(target, 'websocket', this.settings.params, this.settings.serializer.vsn);
    const old = this.#endpoint;
    this.#endpoint = target;
    if (old === null || sameEndpoint(target, old)) return;
    this.#placement.forgetLimit();
    if (!sameServer(target, old)) for (const socket of this.#sockets) socket.floor.forget();
    this.disconnect();
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
    for (const unused of this.#sockets.slice(1).filter(isEmpty)) this.#remove(unused);
    this.#isWanted = true;
    for (const socket of [...this.#sockets]) socket.connect();
  }

  disconnect(): void {
    this.#isWanted = false;
    this.turns.withhold(() => {
      for (const socket of this.#sockets) socket.disconnect();
    });
  }

  /** Ends everything; resolves when the last transport is gone. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    this.channels.stop();
    this.turns.withhold(() => {
      for (const socket of this.#sockets) socket.stop();
    });
    this.#endWatch();
    await Promise.all(this.#ends);
  }

  pauseReading(): void {
    this.isReadingPaused = true;
    for (const socket of this.#sockets) socket.pauseReading();
  }

  resumeReading(): void {
    this.isReadingPaused = false;
    for (const socket of this.#sockets) socket.resumeReading();
  }

  /** Ends every session; the policy says what follows. */
  abandon(cause: CloseCause, reason: string): void {
    for (const socket of [...this.#sockets]) socket.abandon(cause, reason);
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
    this.reporter.fact('frame.misread', { code: error.code, reason: error.message });
  }

  sessionOpened(ended: Promise<void>): void {
    this.#ends.add(ended);
    void ended.then(() => this.#ends.delete(ended));
  }

  changed(socket: Socket, from: SocketState, to: SocketState): void {
    const reason = to === 'backingOff' || to === 'disconnected' ? this.#status.whyLost(socket) : '';
    this.reporter.fact('socket.state', { socket: socket.number, from, to, reason });
    // A policy function may connect and then answer that all is over: what is under way is wanted.
    if (to !== 'disconnected' && this.#sockets.includes(socket)) this.#isWanted = true;
    this.#status.update(this.#sockets);
    if (this.isAtRest) this.#rest.come();
    this.#listener.changed({ who: `socket ${socket.number}`, from, to, reason });
  }

  online(socket: Socket, attempt: number): void {
    if (this.#sockets.some((each) => each !== socket && each.online)) return;
    this.#listener.connected({ attempt, transport: this.transport.name });
  }

  policyFailed(problem: unknown): void {
    this.#listener.policyFailed('reconnect', problem);
  }

  /** Told when the last socket falls, and whenever one is given up: its topics wait for the worker. */
  lost(socket: Socket, fact: DisconnectedFact): void {
    // Its last topic was left as it fell: it is no socket of this client any more.
    if (!this.#sockets.includes(socket)) return;
    this.#status.lost(socket, fact);
    this.#reportLost(socket, fact);
    const others = this.#sockets.filter((each) => each !== socket);
    const isTold = this.#isWanted
      ? fact.retryIn === null || !others.some(isOnline)
      : !others.some(hasSession);
    if (fact.retryIn === null && bestOf(others) === 'disconnected') this.#isWanted = false;
    if (isTold) this.#listener.disconnected(fact);
  }

  /** Only the first socket stays open for its own sake. One at rest with all others may be of use again. */
  emptied(socket: Socket): void {
    if (!this.#isWanted || this.#sockets.indexOf(socket) < 1) return;
    // One that is just falling is no longer online, and its chart has not yet left the state.
    const wasOpen = socket.online || socket.state === 'connected';
    this.#remove(socket);
    this.#isWanted = !this.isAtRest;
    if (wasOpen && !this.#sockets.some(isOnline)) {
      this.#listener.disconnected(this.#status.outlook(this.#sockets));
    }
  }

  #addSocket(): Socket {
    this.#socketsMade += 1;
    const socket = new Socket(this.#socketsMade, this);
    this.#sockets.push(socket);
    if (this.#isWanted) socket.connect();
    return socket;
  }

  #remove(socket: Socket): void {
    this.#sockets.splice(this.#sockets.indexOf(socket), 1);
    this.reporter.fact('socket.emptied', { socket: socket.number });
    socket.stop();
    this.#status.update(this.#sockets);
  }

  #reportLost({ number: socket }: Socket, { close, attempt, retryIn }: DisconnectedFact): void {
    const { cause, code, status } = close;
    this.reporter.fact('socket.lost', { socket, cause, code, status, attempt, retryIn });
  }

  #ground(): ChannelGround {
    const { outbox, timeouts, reconnect, rejoin, serializer } = this.settings;
    return {
      clock: this.clock,
      random: this.random,
      inspect: this.reporter.inspect,
      rules: {
        join: { timeout: timeouts.join, rejoin, presence: true },
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
}

function isOnline(socket: Socket): boolean {
  return socket.online;
}

function hasSession({ state }: Socket): boolean {
  return state === 'connected' || state === 'connecting';
}

function isEmpty({ carried }: Socket): boolean {
  return carried === 0;
}
