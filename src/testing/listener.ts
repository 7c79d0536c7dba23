/** The HTTP server of a double: listens, hands over dials, and leaves no connection behind when it closes. */

import { STATUS_CODES, createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Refusal } from './connect.js';

export interface DialHandler {
  /** An upgrade was asked for. */
  upgrade(request: IncomingMessage, tcp: Duplex, head: Buffer): void;
  /** Any other request. */
  request(request: IncomingMessage): Promise<Answer>;
}

/** `stalled`: there is none, and the connection stays. */
export type Answer = Refusal | 'stalled';

const LOOPBACK = '127.0.0.1';

export class Listener {
  readonly #handler: DialHandler;
  readonly #connections = new Set<Socket>();
  #server: Server | null = null;

  constructor(handler: DialHandler) {
    this.#handler = handler;
  }

  /** The port that it listens on; 0 picks a free one. */
  async listen(port: number): Promise<number> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on('connection', (tcp) => this.#track(tcp));
    server.on('upgrade', (request, tcp, head) => this.#handler.upgrade(request, tcp, head));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, LOOPBACK, resolve);
    });
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  /** Cuts every connection, open, stalled or idle. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const tcp of this.#connections) tcp.destroy();
    await closed;
  }

  #track(tcp: Socket): void {
    this.#connections.add(tcp);
    tcp.once('close', () => this.#connections.delete(tcp));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#handler.request(request);
    if (answer !== 'stalled') write(response, answer);
  }
}

/** Answers an upgrade request as plain HTTP, and ends the connection. */
export function refuseUpgrade(tcp: Duplex, { status, headers = {}, body = '' }: Refusal): void {
  const all = { 'content-length': Buffer.byteLength(body), connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  tcp.end([`HTTP/1.1 ${status} ${reasonOf(status)}`, ...lines, '', body].join('\r\n'));
}

function write(response: ServerResponse, { status, headers = {}, body = '' }: Refusal): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

function reasonOf(status: number): string {
  return STATUS_CODES[status] ?? 'Unknown';
}
