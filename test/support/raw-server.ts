/** A TCP or TLS server that a test scripts byte by byte: peers that no WebSocket library would be. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Arrivals } from '../../src/transport/arrivals.js';
import { takeFrame, type RawFrame } from './raw-frame.js';

const HEAD_END = '\r\n\r\n';

/** RFC 6455, 1.3: what the server appends to the key before it hashes. */
const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export class RawServer implements AsyncDisposable {
  readonly url: URL;
  readonly #server: Server;
  readonly #peers = new Arrivals<RawPeer>();
  readonly #sockets = new Set<Socket>();

  /** Listens on the loopback interface; over TLS when options are given. */
  static async start(tls?: TlsOptions): Promise<RawServer> {
    const server = tls === undefined ? createServer() : createTlsServer(tls);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RawServer(server, tls === undefined ? 'ws' : 'wss');
  }

  private constructor(server: Server, scheme: 'ws' | 'wss') {
    const { port } = server.address() as AddressInfo;
    this.url = new URL(`${scheme}://127.0.0.1:${port}/socket/websocket`);
    this.#server = server;
    server.on('connection', (socket: Socket) => this.#sockets.add(socket));
    server.on(scheme === 'ws' ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.#peers.put(new RawPeer(socket));
    });
  }

  /** The next client, in the order of arrival, also when it has arrived before. */
  accepted(): Promise<RawPeer> {
    return this.#peers.next();
  }

  /** How many clients have come and were not taken. */
  get waiting(): number {
    return this.#peers.pending;
  }

  /** The next client, already upgraded. */
  async upgraded(headers: { readonly [name: string]: string } = {}): Promise<RawPeer> {
    const peer = await this.accepted();
    await peer.upgrade(headers);
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }
}

/** The server's end of one connection. */
export class RawPeer {
  readonly socket: Socket;
  /** Resolves when the connection is gone, for whatever reason. */
  readonly gone: Promise<unknown>;
  /** The client's frames, unmasked, once the connection is upgraded. */
  readonly frames = new Arrivals<RawFrame>();
  readonly #heads = new Arrivals<string>();
  #bytes: Buffer = Buffer.alloc(0);
  #upgraded = false;

  constructor(socket: Socket) {
    this.socket = socket;
    this.gone = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** The head of the client's request. */
  request(): Promise<string> {
    return this.#heads.next();
  }

  /** Answers the request with 101, and gives its head. */
  async upgrade(headers: { readonly [name: string]: string } = {}): Promise<string> {
    const head = await this.request();
    const key = headerOf(head, 'sec-websocket-key') ?? '';
    const accept = createHash('sha1')
      .update(key + KEY_SUFFIX)
      .digest('base64');
    const agreed = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': accept };
    this.#upgraded = true;
    this.head(101, 'Switching Protocols', { ...agreed, ...headers });
    return head;
  }

  /** Writes the head of an answer and leaves the connection open. */
  head(status: number, text: string, headers: { readonly [name: string]: string }): void {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`HTTP/1.1 ${status} ${text}\r\n${lines.join('')}\r\n`);
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (this.#upgraded) this.#takeFrames();
    else this.#takeHead();
  }

  #takeHead(): void {
    const end = this.#bytes.indexOf(HEAD_END);
    if (end === -1) return;
    this.#heads.put(this.#bytes.toString('latin1', 0, end));
    this.#bytes = this.#bytes.subarray(end + HEAD_END.length);
  }

  #takeFrames(): void {
    for (let taken = takeFrame(this.#bytes); taken !== null; taken = takeFrame(this.#bytes)) {
      this.frames.put(taken.frame);
      this.#bytes = taken.rest;
    }
  }
}

/** One header of a request's head. */
export function headerOf(head: string, name: string): string | null {
  const line = head
    .split('\r\n')
    .slice(1)
    .find((each) => each.toLowerCase().startsWith(`${name}:`));
  return line === undefined ? null : line.slice(name.length + 1).trim();
}
