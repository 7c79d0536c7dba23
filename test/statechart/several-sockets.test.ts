/** What several sockets of one client owe to each other, to their topics and to the worker. */

import { describe, expect, test } from 'vitest';
import { TOO_MANY_CHANNELS } from '../../src/protocol/names.js';
import { admit, answer, heard, ServedSockets } from '../support/chart-sockets.js';
import { lost } from '../../src/protocol/close.js';
import type {
  Connection,
  DialRequest,
  Transport,
  TransportSink,
} from '../../src/transport/transport.js';
import type { MemorySession } from '../../src/transport/memory-transport.js';

/** Opens at once; its connections end when the test says so. */
class LingeringTransport implements Transport {
  readonly name = 'lingering';
  readonly #sinks: TransportSink[] = [];

  get dials(): number {
    return this.#sinks.length;
  }

  dial(_request: DialRequest, sink: TransportSink): Connection {
    this.#sinks.push(sink);
    sink.opened();
    const silent = () => undefined;
    return {
      bufferedAmount: 0,
      send: silent,
      pause: silent,
      resume: silent,
      close: silent,
      terminate: silent,
    };
  }

  end(index: number): void {
    this.#sinks[index]?.closed(lost('network', 'the end'));
  }
}

const FULL = { reason: TOO_MANY_CHANNELS };

/** Refuses the next join, because the socket admits no more channels. */
async function refuseAsFull(session: MemorySession): Promise<void> {
  answer(session, await heard(session), 'error', FULL);
}

/** Comes after all that needs no time. */
function nextTurn<T>(value: T): Promise<T> {
  return new Promise((resolve) => setImmediate(resolve, value));
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

  test('why the others are away, when the only open one is closed for want of topics', async () => {
    await using served = new ServedSockets();
    const [first, second] = await openTwo(served);
    first.cut();
    expect(served.told).toEqual(['connected']);
    served.sockets.channels.leave('b');
    answer(second, await heard(second), 'ok');
    expect(served.told).toEqual(['connected', 'disconnected: peer']);
    expect(served.sockets.status.state).toBe('backingOff');
  });

  test('once, when the last one falls while its last topic is being left', async () => {
    await using served = new ServedSockets();
    const [first, second] = await openTwo(served);
    first.cut();
    served.sockets.channels.leave('b');
    second.cut();
    expect(served.told).toEqual(['connected', 'disconnected: peer']);
    expect(served.sockets.status.state).toBe('backingOff');
  });

  test('once, when it disconnects several', async () => {
    await using served = new ServedSockets();
    await openTwo(served);
    served.sockets.disconnect();
    expect(served.told).toEqual(['connected', 'disconnected: requested']);
  });
});

test('disconnect ends every socket, though the last topic of one ends with it', async () => {
  await using served = new ServedSockets();
  await openTwo(served);
  served.join('c');
  const third = await served.opened();
  await admit(third);
  served.sockets.disconnect();
  expect(served.sockets.isAtRest).toBe(true);
  expect((await third.closed).code).toBe(1000);
});

describe('stop waits for every transport', () => {
  test('though its socket has long opened another one', async () => {
    const lingering = new LingeringTransport();
    await using served = new ServedSockets({ transports: [lingering] });
    served.sockets.disconnect();
    served.sockets.connect();
    served.clock.advance(10_000);
    expect(lingering.dials).toBe(2);
    const stopped = served.sockets.stop().then(() => 'stopped');
    lingering.end(1);
    expect(await Promise.race([stopped, nextTurn('open')])).toBe('open');
    lingering.end(0);
    expect(await stopped).toBe('stopped');
  });

  test('though its socket was let go for want of topics', async () => {
    const lingering = new LingeringTransport();
    await using served = new ServedSockets({ maxChannelsPerSocket: 1, transports: [lingering] });
    served.join('a');
    served.join('b', false);
    expect(lingering.dials).toBe(2);
    served.sockets.channels.leave('b');
    served.clock.advance(10_000);
    const stopped = served.sockets.stop().then(() => 'stopped');
    lingering.end(0);
    expect(await Promise.race([stopped, nextTurn('open')])).toBe('open');
    lingering.end(1);
    expect(await stopped).toBe('stopped');
  });
});
