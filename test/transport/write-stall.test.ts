/** When waiting bytes count as stalled, on a clock that the test moves. */

import { describe, expect, test } from 'vitest';
import { WriteStall } from '../../src/transport/write-stall.js';

describe('a write stall', () => {
  test('is told after the timeout, once', () => {
    const { line, pipe, stall } = stalling(1000);
    pipe.bufferedAmount = 10;
    stall.sent();

    line.advance(999);
    expect(line.stalls).toBe(0);
    line.advance(1);
    expect(line.stalls).toBe(1);
    line.advance(5000);
    expect(line.stalls).toBe(1);
  });

  test('begins anew with each byte that leaves', () => {
    const { line, pipe, socket, stall } = stalling(1000);
    pipe.bufferedAmount = 10;
    stall.sent();

    line.advance(750);
    socket.writableLength -= 1;
    line.advance(1000);
    expect(line.stalls).toBe(0);
    line.advance(250);
    expect(line.stalls).toBe(1);
  });

  test('is forgotten once all has left', () => {
    const { line, pipe, stall } = stalling(1000);
    pipe.bufferedAmount = 10;
    stall.sent();
    line.advance(750);
    pipe.bufferedAmount = 0;
    line.advance(250);

    pipe.bufferedAmount = 10;
    stall.sent();
    line.advance(999);
    expect(line.stalls).toBe(0);
    line.advance(1);
    expect(line.stalls).toBe(1);
  });

  test('is not hidden by more that is sent', () => {
    const { line, pipe, socket, stall } = stalling(1000);
    for (let at = 0; at < 10; at += 1) {
      pipe.bufferedAmount += 10;
      socket.writableLength += 10;
      socket.bytesWritten += 10;
      stall.sent();
      line.advance(100);
    }

    expect(line.stalls).toBe(1);
  });

  test('is not told after an event loop that was blocked for longer than the timeout', () => {
    const { line, pipe, stall } = stalling(1000);
    pipe.bufferedAmount = 10;
    stall.sent();

    line.block(60_000);
    pipe.bufferedAmount = 0;
    line.advance(5000);

    expect(line.stalls).toBe(0);
    expect(line.timers).toBe(0);
  });

  test('is watched for only while bytes wait', () => {
    const { line, pipe, stall } = stalling(1000);

    stall.sent();
    expect(line.timers).toBe(0);
    pipe.bufferedAmount = 10;
    stall.sent();
    stall.sent();
    expect(line.timers).toBe(1);
    stall.stop();
    expect(line.timers).toBe(0);
  });
});

/** A clock whose timers run when it is moved; after a block they run late, one turn for each. */
class Line {
  stalls = 0;
  #now = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly turn: () => void }>();
  #last = 0;

  readonly clock = {
    now: () => this.#now,
    monotonic: () => this.#now,
    setTimeout: (turn: () => void, ms: number) => {
      this.#last += 1;
      this.#timers.set(this.#last, { at: this.#now + ms, turn });
      return this.#last;
    },
    clearTimeout: (timer: unknown) => void this.#timers.delete(Number(timer)),
  };

  get timers(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#due(end); due !== undefined; due = this.#due(end)) {
      this.#now = Math.max(this.#now, due.at);
      due.turn();
    }
    this.#now = end;
  }

  block(ms: number): void {
    this.#now += ms;
    this.#due(this.#now)?.turn();
  }

  #due(end: number): { readonly at: number; readonly turn: () => void } | undefined {
    const [first] = [...this.#timers].filter(([, { at }]) => at <= end);
    if (first !== undefined) this.#timers.delete(first[0]);
    return first?.[1];
  }
}

function stalling(timeout: number) {
  const line = new Line();
  const pipe = { bufferedAmount: 0 };
  const socket = { bytesWritten: 10, writableLength: 10 };
  const stalled = (): void => void (line.stalls += 1);
  const stall = new WriteStall({ pipe, socket, timeout, clock: line.clock, stalled });
  return { line, pipe, socket, stall };
}
