/** The official `phoenix` client with all that it sends and receives written down. */

import { LongPoll as PhoenixLongPoll, Socket } from 'phoenix';
import type { Channel, SocketConnectOption } from 'phoenix';
import { WebSocket } from 'ws';
import type { TransportName } from '../../src/sockets/transports.js';
import { serverV2 } from '../../src/testing/server-serializer.js';
import type { Frame } from '../../src/protocol/serializer.js';
import { comparable } from './recording.js';

export type Traffic = { readonly kind: 'in' | 'out'; readonly frame: unknown };

type Listener = (message: { readonly data: string }) => void;

/** As it is, which is more than its types say. */
const LongPoll = PhoenixLongPoll as unknown as new (
  endpoint: string,
  protocols?: string[],
) => { send(body: string | ArrayBuffer): void };

type Told = (kind: Traffic['kind'], frame: Frame) => void;

/** Unanswered pushes keep a timer for so long. */
const PUSH_TIMEOUT = 500;

export class OfficialClient implements AsyncDisposable {
  readonly socket: Socket;
  readonly traffic: Traffic[] = [];
  /** The code of each connection that ended. */
  readonly codes: number[] = [];
  /** What was said of each connection that failed. */
  readonly errors: string[] = [];
  readonly #channels = new Map<string, Channel>();
  readonly #changes = new EventTarget();
  readonly #name: TransportName;

  constructor(
    url: string,
    options: Partial<SocketConnectOption> = {},
    name: TransportName = 'websocket',
  ) {
    const told: Told = (kind, frame) => {
      this.traffic.push({ kind, frame: comparable(frame) });
      this.#tell();
    };
    this.#name = name;
    const transport = name === 'websocket' ? recordingWebSocket(told) : recordingLongPoll(told);
    this.socket = new Socket(url, { transport, ...options });
    this.socket.onOpen(() => this.#tell());
    this.socket.onClose(({ code }: { readonly code: number }) => {
      this.codes.push(code);
      this.#tell();
    });
    this.socket.onError((error) => {
      this.errors.push(String((error as { message?: unknown }).message));
      this.#tell();
    });
  }

  /** The frames received so far. */
  get heard(): readonly unknown[] {
    return this.traffic.filter(({ kind }) => kind === 'in').map(({ frame }) => frame);
  }

  /** The frames sent so far. */
  get said(): readonly unknown[] {
    return this.traffic.filter(({ kind }) => kind === 'out').map(({ frame }) => frame);
  }

  /** Connects; resolves when the socket is open or the server has refused. */
  async connect(): Promise<void> {
    this.socket.connect();
    await this.until(() => this.socket.isConnected() || this.errors.length > 0);
  }

  /** Resolves when the fact holds; it is looked at whenever a frame passes or a connection opens or ends. */
  async until(fact: () => boolean): Promise<void> {
    while (!fact()) {
      await new Promise((resolve) => {
        this.#changes.addEventListener('change', resolve, { once: true });
      });
    }
  }

  /** Says what a frame says, by the client's own means. */
  say(frame: Frame): void {
    const { ref, topic, event, payload } = serverV2.decode(frame);
    const channel =
      event === 'phx_join' ? this.channel(topic, payload as object) : this.#channels.get(topic);
    // The client numbers its callbacks from the same counter.
    Object.assign(this.socket, { ref: Number(ref) - 1 });
    if (event === 'heartbeat') this.socket.ping(() => undefined);
    else if (event === 'phx_join') channel?.join();
    else if (event === 'phx_leave') channel?.leave();
    else channel?.push(event, payloadOf(payload), PUSH_TIMEOUT);
  }

  channel(topic: string, params: object = {}): Channel {
    const channel = this.socket.channel(topic, params);
    this.#channels.set(topic, channel);
    return channel;
  }

  /** Joins; resolves when the server has admitted the channel. */
  async join(topic: string, params: object = {}): Promise<Channel> {
    const channel = this.channel(topic, params);
    await new Promise((resolve, reject) => {
      channel.join().receive('ok', resolve).receive('error', reject);
    });
    return channel;
  }

  async disconnect(): Promise<void> {
    const ended = this.codes.length + 1;
    this.socket.disconnect();
    await this.until(() => this.codes.length >= ended);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOpen()) await this.disconnect();
    this.socket.disconnect();
    // Ends the timers of rejoins and of joins without an answer.
    for (const channel of this.#channels.values()) channel.leave(0);
  }

  /** A long poll that has failed calls itself connecting. */
  #isOpen(): boolean {
    if (this.#name === 'longpoll') return this.socket.isConnected();
    return this.socket.connectionState() !== 'closed';
  }

  #tell(): void {
    this.#changes.dispatchEvent(new Event('change'));
  }
}

/** Resolves with what the push was answered: the first of these statuses. */
export function answer(
  channel: Channel,
  event: string,
  payload: object = {},
): Promise<{ readonly status: string; readonly response: unknown }> {
  return new Promise((resolve) => {
    const push = channel.push(event, payload, PUSH_TIMEOUT);
    for (const status of ['ok', 'error', 'timeout'] as const) {
      push.receive(status, (response: unknown) => resolve({ status, response }));
    }
  });
}

function recordingWebSocket(told: Told): SocketConnectOption['transport'] {
  return class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.on('message', (data, isBinary) => {
        told('in', isBinary ? new Uint8Array(data as ArrayBuffer) : textOf(data));
      });
    }

    override send(data: string | ArrayBuffer): void {
      told('out', typeof data === 'string' ? data : new Uint8Array(data));
      super.send(data);
    }
  };
}

/** It is handed its listeners after it was made. */
function recordingLongPoll(told: Told): SocketConnectOption['transport'] {
  return class extends LongPoll {
    constructor(endpoint: string, protocols?: string[]) {
      super(endpoint, protocols);
      let listener: Listener = () => undefined;
      const hear: Listener = (message) => {
        told('in', message.data);
        listener(message);
      };
      Object.defineProperty(this, 'onmessage', {
        get: () => hear,
        set: (given: Listener) => void (listener = given),
      });
    }

    override send(body: string | ArrayBuffer): void {
      told('out', typeof body === 'string' ? body : new Uint8Array(body));
      super.send(body);
    }
  };
}

/** Text comes as a Buffer whatever the `binaryType`. */
function textOf(data: unknown): string {
  return (data as Buffer).toString('utf8');
}

/** The official client takes only an ArrayBuffer for bytes. */
function payloadOf(payload: unknown): object {
  return payload instanceof Uint8Array ? Uint8Array.from(payload).buffer : (payload as object);
}
