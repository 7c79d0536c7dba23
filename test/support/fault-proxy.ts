/** A TCP proxy before a server, with TLS if wanted: cuts frames in two and says what no server would. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './certificate.js';

const LOOPBACK = '127.0.0.1';

export class FaultProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: number;
  readonly #scheme: 'ws' | 'wss';
  readonly #clients = new Set<Socket>();
  readonly #sockets = new Set<Socket>();
  #cuts = false;
  #toClients = 0;

  /** In front of the server on that port; speaks TLS when a certificate is given. */
  static async start(target: number, certificate?: Certificate): Promise<FaultProxy> {
    const server = certificate === undefined ? createServer() : createTlsServer(certificate);
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    return new FaultProxy(server, target, certificate === undefined ? 'ws' : 'wss');
  }

  private constructor(server: Server, target: number, scheme: 'ws' | 'wss') {
    this.#server = server;
    this.#target = target;
    this.#scheme = scheme;
    server.on(scheme === 'ws' ? 'connection' : 'secureConnection', (client: Socket) => {
      this.#join(client);
    });
  }

  urlOf(mount: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#scheme}://${LOOPBACK}:${port}${mount}`;
  }

  /** Bytes that went to clients so far. */
  get bytesToClients(): number {
    return this.#toClients;
  }

  /** Of what the server says next only the first half arrives, and then the connection is cut. */
  cutNext(): void {
    this.#cuts = true;
  }

  /** Says this to every client, as if the server had. */
  inject(bytes: Uint8Array): void {
    for (const client of this.#clients) client.write(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    const server = connect(this.#target, LOOPBACK);
    this.#clients.add(client);
    this.#tie(client, server);
    this.#tie(server, client);
    client.on('data', (chunk: Buffer) => server.write(chunk));
    server.on('data', (chunk: Buffer) => this.#pass(chunk, client));
  }

  #tie(one: Socket, other: Socket): void {
    this.#sockets.add(one);
    one.on('error', ignore);
    one.once('close', () => {
      this.#sockets.delete(one);
      this.#clients.delete(one);
      other.destroySoon();
    });
  }

  #pass(chunk: Buffer, client: Socket): void {
    const passed = this.#cuts ? chunk.subarray(0, chunk.length >> 1) : chunk;
    this.#toClients += passed.length;
    client.write(passed);
    if (this.#cuts) client.destroySoon();
    this.#cuts = false;
  }
}

/** A cut connection is what the proxy is for. */
function ignore(): void {}
