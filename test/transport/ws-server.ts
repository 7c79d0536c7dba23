/** A WebSocket server that behaves, for what needs no raw one. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { Arrivals } from '../../src/transport/arrivals.js';

export class WsServer implements AsyncDisposable {
  readonly url: URL;
  readonly #server: WebSocketServer;
  readonly #sockets = new Arrivals<WebSocket>();

  static async start(options: ServerOptions = {}): Promise<WsServer> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
    await once(server, 'listening');
    return new WsServer(server);
  }

  private constructor(server: WebSocketServer) {
    const { port } = server.address() as AddressInfo;
    this.url = new URL(`ws://127.0.0.1:${port}/socket/websocket`);
    this.#server = server;
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      this.#sockets.put(socket);
    });
  }

  accepted(): Promise<WebSocket> {
    return this.#sockets.next();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
