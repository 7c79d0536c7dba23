/** A raw WebSocket that knows nothing of Phoenix and keeps what arrives until somebody asks for it. */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import type { Frame } from '../../src/protocol/serializer.js';

export type Ending = { readonly code: number; readonly reason: string };

/** What came instead of a WebSocket. */
export type Answer = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

export class RawClient implements AsyncDisposable {
  /** With the code of the Close frame, 1005 when it had none, 1006 when there was none. */
  readonly closed: Promise<Ending>;
  readonly #webSocket: WebSocket;
  readonly #frames: Frame[] = [];
  readonly #waiting = new Set<() => void>();
  #taken = 0;
  #pongs = 0;
  #ending: Ending | null = null;
  #tcp: Socket | null = null;

  constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket;
    this.closed = new Promise((resolve) => {
      webSocket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    webSocket.on('message', (data, isBinary) => this.#frames.push(frameOf(data, isBinary)));
    webSocket.on('pong', () => (this.#pongs += 1));
    webSocket.on('close', (code, reason) => (this.#ending = { code, reason: reason.toString() }));
    webSocket.once('upgrade', (response) => (this.#tcp = response.socket));
    for (const event of ['message', 'pong', 'close']) webSocket.on(event, () => this.#wake());
    webSocket.on('error', ignore);
  }

  /** The subprotocol that the server picked. */
  get protocol(): string | null {
    return this.#webSocket.protocol || null;
  }

  get extensions(): string {
    return this.#webSocket.extensions;
  }

  /** What arrived and was not asked for. */
  get unread(): readonly Frame[] {
    return this.#frames.slice(this.#taken);
  }

  send(frame: Frame): void {
    this.#webSocket.send(frame);
  }

  /** Each message as a text frame of version 2. */
  say(...messages: readonly unknown[]): void {
    for (const message of messages) this.send(JSON.stringify(message));
  }

  /** The next frame; rejects when the connection ended without one. */
  async next(): Promise<Frame> {
    await this.#until(() => this.#frames.length > this.#taken);
    this.#taken += 1;
    return this.#frames[this.#taken - 1]!;
  }

  /** The next frame, parsed. */
  async hear(): Promise<unknown> {
    return JSON.parse(String(await this.next())) as unknown;
  }

  get pongs(): number {
    return this.#pongs;
  }

  sendPing(): void {
    this.#webSocket.ping();
  }

  /** Pings, and resolves with the next pong. */
  async ping(): Promise<void> {
    const pongs = this.#pongs + 1;
    this.sendPing();
    await this.#until(() => this.#pongs >= pongs);
  }

  /** All that the server does at once about what it was sent is done: its channels work while the first ping travels. */
  async settle(): Promise<void> {
    await this.ping();
    await this.ping();
  }

  /** What is sent meanwhile leaves in one piece. */
  cork(send: () => void): void {
    this.#tcp?.cork();
    send();
    this.#tcp?.uncork();
  }

  close(code?: number): void {
    this.#webSocket.close(code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#webSocket.terminate();
    await this.closed;
  }

  async #until(fact: () => boolean): Promise<void> {
    while (!fact()) {
      if (this.#ending !== null) throw new Error(`closed with ${this.#ending.code}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** Connects; rejects when the server refuses. */
export async function connectRaw(
  url: string,
  options: { readonly protocols?: readonly string[]; readonly deflate?: boolean } = {},
): Promise<RawClient> {
  const client = await dialRaw(url, options);
  if (client instanceof RawClient) return client;
  throw new Error(`refused with ${client.status}`);
}

/** Connects, or tells what the server answered instead. */
export async function dialRaw(
  url: string,
  options: { readonly protocols?: readonly string[]; readonly deflate?: boolean } = {},
): Promise<RawClient | Answer> {
  const webSocket = new WebSocket(url, [...(options.protocols ?? [])], {
    perMessageDeflate: options.deflate ?? false,
  });
  const client = new RawClient(webSocket);
  return new Promise((resolve, reject) => {
    webSocket.once('open', () => resolve(client));
    webSocket.once('error', reject);
    webSocket.once('unexpected-response', (_request, response) => resolve(answerOf(response)));
  });
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const body = await text(response);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

function frameOf(data: RawData, isBinary: boolean): Frame {
  const bytes = data as Buffer;
  return isBinary ? bytes : bytes.toString('utf8');
}

/** `close` tells it too. */
function ignore(): void {}
