/** One dial of the WebSocket transport, what it reported, and the check that it ended as it must. */

import { getEventListeners } from 'node:events';
import { expect } from 'vitest';
import type { Close } from '../../src/protocol/close.js';
import type { Frame } from '../../src/protocol/serializer.js';
import { Arrivals } from '../../src/transport/arrivals.js';
import type { Connection, TransportSink } from '../../src/transport/transport.js';
import { wsTransport, type WebSocketOptions } from '../../src/transport/ws-transport.js';
import { CountingClock } from '../support/counting-clock.js';

export type DialOptions = WebSocketOptions & {
  readonly connectTimeout?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly authToken?: string;
  readonly aborted?: boolean;
};

/** A frame, or the word `opened` or `closed`. */
type Report = Frame;

export class Dialed implements AsyncDisposable {
  readonly connection: Connection;
  readonly reports: Report[] = [];
  readonly frames = new Arrivals<Frame>();
  readonly closed: Promise<Close>;
  readonly #abort = new AbortController();
  readonly #clock = new CountingClock();
  readonly #opened: Promise<void>;

  constructor(url: URL | string, { headers, authToken, aborted, ...options }: DialOptions = {}) {
    const opened = new Arrivals<true>();
    const closed = new Arrivals<Close>();
    this.#opened = opened.next().then(() => {});
    this.closed = closed.next();
    const sink: TransportSink = {
      opened: () => this.#report('opened', () => opened.put(true)),
      frame: (frame) => this.#report(frame, () => this.frames.put(frame)),
      closed: (close) => this.#report('closed', () => closed.put(close)),
    };
    if (aborted === true) this.#abort.abort();
    this.connection = wsTransport(options, this.#clock).dial(
      {
        url: new URL(url),
        headers: headers ?? {},
        authToken: authToken ?? null,
        signal: this.#abort.signal,
      },
      sink,
    );
  }

  get timersRunning(): number {
    return this.#clock.running;
  }

  /** Resolves when it is open; rejects when it closes instead. */
  async opened(): Promise<this> {
    const ended = await Promise.race([this.#opened, this.closed]);
    if (ended !== undefined) throw new Error(`closed instead: ${JSON.stringify(ended)}`);
    return this;
  }

  abort(): void {
    this.#abort.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.terminate();
    await this.closed;
    this.connection.terminate();
    this.connection.close(1000, 'again');
    this.connection.send('too late');
    expect(this.timersRunning, 'timers left').toBe(0);
    expect(getEventListeners(this.#abort.signal, 'abort'), 'listeners left').toEqual([]);
    await new Promise(setImmediate);
    expect(this.reports.filter((report) => report === 'closed')).toEqual(['closed']);
    expect(this.reports.at(-1)).toBe('closed');
  }

  #report(report: Report, pass: () => void): void {
    this.reports.push(report);
    pass();
  }
}
