/** A bare Phoenix server that counts: who dials, and how many joins it has read and not yet answered. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';

type Fields = readonly [
  joinRef: string,
  ref: string,
  topic: string,
  event: string,
  payload: unknown,
];

export class JoinServer implements AsyncDisposable {
  joined = 0;
  inFlight = 0;
  peak = 0;
  readonly #http = createServer();
  readonly #sockets = new Set<Socket>();
  #port = 0;

  static async start(): Promise<JoinServer> {
    const server = new JoinServer();
    await server.listen();
    return server;
  }

  private constructor() {
    const sockets = new WebSocketServer({ server: this.#http });
    this.#http.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    sockets.on('connection', (socket) => {
      socket.on('error', ignore);
      socket.on('message', (frame: Buffer) => {
        this.#take(JSON.parse(frame.toString()) as Fields, (text) => socket.send(text));
      });
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/socket`;
  }

  /** At the same port as before. */
  async listen(): Promise<void> {
    this.#http.listen(this.#port, '127.0.0.1', 4096);
    await once(this.#http, 'listening');
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  /** Every connection is lost at once, and dials are refused. */
  async vanish(): Promise<void> {
    this.#http.close();
    this.cut();
    await once(this.#http, 'close');
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.vanish();
  }

  /** A join takes a moment, as `join/3` does; so there is something to count. */
  #take([joinRef, ref, topic, event]: Fields, send: (text: string) => void): void {
    const payload = { status: 'ok', response: {} };
    const reply = JSON.stringify([joinRef, ref, topic, 'phx_reply', payload]);
    if (event !== 'phx_join') return send(reply);
    this.inFlight += 1;
    this.peak = Math.max(this.peak, this.inFlight);
    setTimeout(() => {
      this.inFlight -= 1;
      this.joined += 1;
      send(reply);
    }, 2);
  }
}

/** A connection that is cut is what this is for. */
function ignore(): void {}
