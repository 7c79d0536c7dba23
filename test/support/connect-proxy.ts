/** A real HTTP proxy that is asked to CONNECT, over TLS if wanted. Whatever host it is asked for, it looks at the port alone. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Arrivals } from '../../src/transport/arrivals.js';
import type { Certificate } from './certificate.js';

const LOOPBACK = '127.0.0.1';

export type Asked = {
  /** `host:port`. */
  readonly authority: string;
  readonly authorization: string | undefined;
  /** The client's connection. */
  readonly client: Duplex;
};

/** Bytes in place of a tunnel; an empty text: none, and the client waits. */
type Words = string;

export class ConnectProxy implements AsyncDisposable {
  readonly asked = new Arrivals<Asked>();
  /** How often it was asked. */
  count = 0;
  /** What it says in place of what it should. */
  instead: Words | null = null;
  readonly #server: Server;
  readonly #scheme: 'http' | 'https';
  readonly #sockets = new Set<Socket>();

  static async start(certificate?: Certificate): Promise<ConnectProxy> {
    const server = certificate === undefined ? createServer() : createTlsServer(certificate);
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    return new ConnectProxy(server, certificate === undefined ? 'http' : 'https');
  }

  private constructor(server: Server, scheme: 'http' | 'https') {
    this.#server = server;
    this.#scheme = scheme;
    server.on('connection', (socket: Socket) => this.#keep(socket));
    server.on('connect', (request: IncomingMessage, client: Duplex) =>
      this.#serve(request, client),
    );
  }

  /** With user and password, if given: `user:password@`. */
  url(access = '', host = LOOPBACK): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#scheme}://${access}${host}:${port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #serve({ url = '', headers }: IncomingMessage, client: Duplex): void {
    client.on('error', ignore);
    this.count += 1;
    this.asked.put({ authority: url, authorization: headers['proxy-authorization'], client });
    if (this.instead === null) this.#tunnel(client, Number(url.split(':').at(-1)));
    else if (this.instead !== '') client.end(this.instead);
    // Or it would never see that the client has gone, and never go itself.
    else client.resume().once('end', () => client.end());
  }

  #tunnel(client: Duplex, port: number): void {
    const server = this.#keep(connect(port, LOOPBACK));
    server.once('connect', () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    server.once('close', () => client.destroy());
    client.once('close', () => server.destroy());
    client.pipe(server).pipe(client);
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', ignore);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

/** The same place by a name that only the proxy knows: no rule for this machine applies to it. */
export function elsewhere(url: URL, host = 'phoenix.example'): URL {
  const other = new URL(url);
  other.hostname = host;
  return other;
}

/** A connection that is cut is what some tests are for. */
function ignore(): void {}
