/** What several sockets of one client owe to each other, to their topics and to the worker. */

import { describe, expect, test } from 'vitest';
import { TOO_MANY_CHANNELS } from '../../src/protocol/names.js';
import { admit, answer, heard, ServedSockets } from '../support/chart-sockets.js';
import type { MemorySession } from '../../src/transport/memory-transport.js';

const FULL = { reason: TOO_MANY_CHANNELS };

/** Refuses the next join, because the socket admits no more channels. */
async function refuseAsFull(session: MemorySession): Promise<void> {
  answer(session, await heard(session), 'error', FULL);
}

/** Two open sockets, which carry `a` and `b`. */
async function openTwo(served: ServedSockets): Promise<[MemorySession, MemorySession]> {
  served.join('a');
  served.join('b', false);
  const first = await served.opened();
  await admit(first);
  await refuseAsFull(first);
  const second = await served.opened();
  await admit(second);
  return [first, second];
}

describe('a join that the server has no room for', () => {
  test('settles by its deadline when the socket that it moves to does not open', async () => {
    await using served = new ServedSockets();
    served.join('a');
    const join = served.join('b').outcome();
    const first = await served.opened();
    await admit(first);
    await refuseAsFull(first);
    served.clock.advance(10_000);
    expect(await join).toMatchObject({ ok: false, error: { code: 'PHX_JOIN_TIMEOUT' } });
  });

  test('keeps no turn of the others when the server says so too late', async () => {
    await using served = new ServedSockets({ rejoin: { concurrency: 1 } });
    served.join('late');
    served.join('slow');
    const session = await served.opened();
    const late = await heard(session);
    served.clock.advance(10_000);
    const slow = await heard(session);
    served.clock.advance(1000);
    answer(session, late, 'error', FULL);
    answer(session, slow, 'ok');
    expect(await admit(session)).toBe('late');
    served.join('next');
    expect(await admit(session)).toBe('next');
    expect(served.server.dials.pending).toBe(0);
  });
});

describe('the worker is told that its last connection has ended', () => {
  test('when it disconnects while another socket backs off', async () => {
    await using served = new ServedSockets();
    const [, second] = await openTwo(served);
    second.cut();
    served.sockets.disconnect();
    expect(served.told).toEqual(['connected', 'disconnected: requested']);
  });

  test('when the only open socket is closed because its last topic was left', async () => {
    await using served = new ServedSockets();
    const [first, second] = await openTwo(served);
    first.cut();
    expect(served.told).toEqual(['connected']);
    served.sockets.channels.leave('b');
    answer(second, await heard(second), 'ok');
    expect(served.told).toEqual(['connected', 'disconnected: requested']);
    expect(served.sockets.status.state).toBe('backingOff');
  });

  test('once, when it disconnects several', async () => {
    await using served = new ServedSockets();
    await openTwo(served);
    served.sockets.disconnect();
    expect(served.told).toEqual(['connected', 'disconnected: requested']);
  });
});

test('disconnect ends every socket, though one is let go while it does', async () => {
  await using served = new ServedSockets();
  await openTwo(served);
  served.join('c');
  const third = await served.opened();
  await admit(third);
  served.sockets.disconnect();
  expect(served.sockets.isAtRest).toBe(true);
  expect((await third.closed).code).toBe(1000);
});
