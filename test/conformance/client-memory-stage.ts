/** Plays the server over the memory transport: what was recorded is said at once. */

import { setImmediate as turn } from 'node:timers/promises';
import { vi } from 'vitest';
import type { Frame } from '../../src/protocol/serializer.js';
import {
  type MemoryDial,
  type MemorySession,
  memoryTransport,
} from '../../src/transport/memory-transport.js';
import type { DialRequest } from '../../src/transport/transport.js';
import { type Closed, NO_CLOSE_FRAME, type Refused } from './client-plan.js';
import type { Stage } from './client-stage.js';

/** Time stands still for as long as it lives. */
export class MemoryStage implements Stage, Disposable {
  readonly transport;
  readonly #server;
  #dial: MemoryDial | null = null;
  #session: MemorySession | null = null;
  #isSettled = true;

  constructor() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    const { transport, server } = memoryTransport();
    this.transport = transport;
    this.#server = server;
  }

  get unread(): readonly Frame[] {
    const { frames, pending } = this.#session?.received ?? { frames: [], pending: 0 };
    return frames.slice(frames.length - pending);
  }

  urlOf(mount: string): string {
    return `ws://phoenix.test${mount}`;
  }

  async dialed(): Promise<DialRequest> {
    this.#dial = await this.#server.dials.next();
    return this.#dial.request;
  }

  async open(): Promise<void> {
    this.#session = this.#dial?.accept() ?? null;
  }

  async refuse({ status, body }: Refused): Promise<void> {
    this.#dial?.refuse({ status, body });
  }

  /** A client writes at once what it can write. */
  async written(): Promise<Frame> {
    await turn();
    const { received } = this.#opened;
    if (received.pending === 0) throw new Error('the client has written nothing');
    return received.next();
  }

  beat(interval: number): void {
    vi.advanceTimersByTime(interval);
  }

  hear(frame: Frame): void {
    this.#opened.send(frame);
    this.#isSettled = false;
  }

  /** The mailbox of a worker runs in microtasks. */
  async settled(): Promise<void> {
    if (this.#isSettled) return;
    await turn();
    this.#isSettled = true;
  }

  async end({ code, reason }: Closed): Promise<void> {
    if (code === NO_CLOSE_FRAME) this.#opened.cut();
    else this.#opened.close(code, reason);
  }

  hungUp(): Promise<{ readonly code: number; readonly reason: string }> {
    return this.#opened.closed;
  }

  [Symbol.dispose](): void {
    vi.useRealTimers();
  }

  get #opened(): MemorySession {
    if (this.#session === null) throw new Error('nobody has opened the connection');
    return this.#session;
  }
}
