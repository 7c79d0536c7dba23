/** Two plain TCP sockets with a fault proxy between them, and what each has heard of the other. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { FaultProxy, type FaultProxyOptions } from './fault-proxy.js';

const LOOPBACK = '127.0.0.1';

/** One end of a connection. */
export class TcpEnd {
  readonly socket: Socket;
  /** As they came. */
  readonly chunks: Buffer[] = [];
  end: 'none' | 'fin' | 'reset' | 'closed' = 'none';
  readonly #changed: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.#change(() => this.chunks.push(chunk)));
    socket.on('end', () => this.#change(() => (this.end = 'fin')));
    socket.on('error', () => this.#change(() => (this.end = 'reset')));
    socket.on('close', () => {
      this.#change(() => (this.end = this.end === 'none' ? 'closed' : this.end));
    });
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  say(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Resolves when that is so. */
  async until(condition: (end: TcpEnd) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#changed.push(resolve));
  }

  heard(text: string): Promise<void> {
    return this.until((end) => end.text === text);
  }

  #change(change: () => void): void {
    change();
    for (const wake of this.#changed.splice(0)) wake();
  }
}

export class ProxiedPair implements AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly #server: Server;
  readonly #ends = new Set<Socket>();

  static async start(options: FaultProxyOptions = {}): Promise<ProxiedPair> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new ProxiedPair(server, await FaultProxy.start(port, options));
  }

  private constructor(server: Server, proxy: FaultProxy) {
    this.#server = server;
    this.proxy = proxy;
  }

  /** A client that has dialed the proxy. */
  dial(): TcpEnd {
    return this.#end(
      connect({ port: this.proxy.port, host: LOOPBACK, allowHalfOpen: true, noDelay: true }),
    );
  }

  /** A client, and what the server has accepted for it. */
  async both(): Promise<{ readonly client: TcpEnd; readonly server: TcpEnd }> {
    const accepted = once(this.#server, 'connection');
    const client = this.dial();
    const [socket] = (await accepted) as [Socket];
    return { client, server: this.#end(socket) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy[Symbol.asyncDispose]();
    for (const socket of this.#ends) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #end(socket: Socket): TcpEnd {
    this.#ends.add(socket);
    return new TcpEnd(socket);
  }
}
