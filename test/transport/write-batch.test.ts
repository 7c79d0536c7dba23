/** Which frames leave together, seen from a socket that counts its writes. */

import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { WriteBatch } from '../../src/transport/write-batch.js';
import { WriteStall } from '../../src/transport/write-stall.js';
import { CountingClock } from '../support/counting-clock.js';

describe('frames', () => {
  test('of one turn leave in one write, before who awaits them goes on', async () => {
    const { writes, send } = line();
    send(10);
    send(20);
    expect(writes).toEqual([]);
    await Promise.resolve();
    expect(writes).toEqual([30]);
  });

  test('of two turns leave in two writes', async () => {
    const { writes, send } = line();
    send(10);
    await Promise.resolve();
    send(20);
    await Promise.resolve();
    expect(writes).toEqual([10, 20]);
  });

  test('do not wait for the end of the turn when there are many', async () => {
    const { writes, send } = line();
    for (let sent = 0; sent < 100; sent += 1) send(1024);
    expect(writes).toEqual([64 * 1024]);
    await Promise.resolve();
    expect(writes).toEqual([64 * 1024, 36 * 1024]);
  });

  test('are written as they come while the socket holds many back', async () => {
    const { batch, socket, send } = line('slow');
    for (let sent = 0; sent < 200; sent += 1) send(1024);
    await Promise.resolve();
    expect(socket.writableLength).toBe(200 * 1024);
    expect(socket.writableCorked).toBe(0);
    batch.stop();
  });
});

function line(pace: 'fast' | 'slow' = 'fast') {
  const writes: number[] = [];
  const socket = new Writable({
    writev(chunks, done) {
      writes.push(chunks.reduce((sum, { chunk }) => sum + (chunk as Buffer).length, 0));
      if (pace === 'fast') done();
    },
  });
  const pipe = { bufferedAmount: 0 };
  const counted = { bytesWritten: 0, writableLength: 0 };
  const clock = new CountingClock();
  const stall = new WriteStall({ pipe, socket: counted, timeout: 1000, clock, stalled: () => {} });
  const batch = new WriteBatch(socket, stall);
  const send = (size: number) => {
    batch.begin();
    socket.write(Buffer.alloc(size));
  };
  return { batch, socket, send, writes };
}
