/** An HTTP server whose every answer the test gives: long-poll servers that Phoenix would never be. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Arrivals } from '../../src/transport/arrivals.js';

export class LongPollServer implements AsyncDisposable {
  readonly url: URL;
  readonly gets = new Arrivals<Asked>();
  readonly posts = new Arrivals<Asked>();
  readonly #server: Server;

  static async start(): Promise<LongPollServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LongPollServer(server);
  }

  private constructor(server: Server) {
    const { port } = server.address() as AddressInfo;
    this.url = new URL(`http://127.0.0.1:${port}/socket/longpoll?vsn=2.0.0`);
    this.#server = server;
    server.on('request', (request, response) => void this.#take(request, response));
  }

  /** Gives the next client a session, and takes its first poll. */
  async opened(token = 'T'): Promise<Asked> {
    (await this.gets.next()).say({ status: 410, token, messages: [] });
    return this.gets.next();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new Asked(request, response, await text(request));
    (request.method === 'GET' ? this.gets : this.posts).put(asked);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** One request, to be answered as the test likes. */
export class Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
  readonly query: URLSearchParams;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<unknown>;

  constructor(request: IncomingMessage, response: ServerResponse, body: string) {
    this.request = request;
    this.response = response;
    this.body = body;
    this.query = new URL(request.url ?? '', 'http://double.invalid').searchParams;
    this.gone = new Promise((resolve) => response.once('close', resolve));
  }

  get lines(): readonly string[] {
    return this.body.split('\n');
  }

  say(body: unknown): void {
    this.response.setHeader('content-type', 'application/json');
    this.response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  refuse(status: number, headers: { readonly [name: string]: string } = {}, body = ''): void {
    this.response.writeHead(status, headers).end(body);
  }
}
