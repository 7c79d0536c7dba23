/** The transport without a network, both of its ends. */

import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { lost, type Close } from '../../src/protocol/close.js';
import type { Frame } from '../../src/protocol/serializer.js';
import { memoryTransport } from '../../src/transport/memory-transport.js';
import type { Connection } from '../../src/transport/transport.js';

const CUT = {
  cause: 'peer',
  code: 1006,
  reason: 'the connection ended without a Close frame',
  status: null,
};

describe('a dial in memory', () => {
  test('that is refused gives what an upgrade would', async () => {
    const { closes, server } = dialed();
    const dial = await server.dials.next();

    dial.refuse({ status: 429, headers: { 'Retry-After': '7' }, body: 'slow down' });

    expect(closes).toEqual([
      {
        cause: 'refused',
        code: 1006,
        reason: 'Too Many Requests',
        status: 429,
        response: { headers: { 'retry-after': '7' }, body: 'slow down' },
      },
    ]);
  });

  test('that fails gives the close that it was failed with', async () => {
    const { closes, server } = dialed();
    const close = lost('network', 'connect ECONNREFUSED');

    (await server.dials.next()).fail(close);

    expect(closes).toEqual([close]);
  });

  test('whose signal is aborted ends, and nobody hears the answer', async () => {
    const { abort, closes, reports, server } = dialed();
    const dial = await server.dials.next();

    abort.abort();
    const session = dial.accept();
    session.send('too late');

    expect(closes).toMatchObject([{ cause: 'requested', code: 1006 }]);
    expect(reports).toEqual(['closed']);
    expect(await session.closed).toEqual({ code: 1006, reason: '' });
  });

  test('whose signal was aborted before does not reach the server', () => {
    const { closes, server } = dialed({ aborted: true });

    expect(closes).toMatchObject([{ cause: 'requested' }]);
    expect(server.dials.pending).toBe(0);
  });

  test('that is closed before it is open had no Close frame', () => {
    const { connection, closes } = dialed();

    connection.send('too early');
    connection.close(1000, 'changed my mind');

    expect(closes).toMatchObject([{ cause: 'requested', code: 1006, reason: 'changed my mind' }]);
  });

  test('may be answered once', async () => {
    const { server } = dialed();
    const dial = await server.dials.next();

    dial.accept();

    expect(() => dial.accept()).toThrow('answered before');
    expect(() => dial.refuse({ status: 403 })).toThrow('answered before');
  });

  test('waits for the server, or the server for it, and shows its request', async () => {
    const { transport, server } = memoryTransport();
    const early = server.dials.next();
    const { signal } = new AbortController();
    const request = { url: new URL('ws://x/'), headers: { a: 'b' }, authToken: 't', signal };
    const deaf = { opened: () => {}, frame: () => {}, closed: () => {} };

    transport.dial(request, deaf);
    transport.dial({ ...request, authToken: null }, deaf);

    expect((await early).request).toBe(request);
    expect(server.dials.pending).toBe(1);
    expect((await server.dials.next()).request.authToken).toBeNull();
    expect(server.dials.pending).toBe(0);
  });
});

describe('a session in memory', () => {
  test('that the server closes gives its code and reason', async () => {
    const { closes, session } = await accepted();

    session.close(1012, 'service restart');
    session.close(1000, 'again');
    session.send('too late');

    expect(closes).toEqual([
      { cause: 'peer', code: 1012, reason: 'service restart', status: null },
    ]);
    expect(await session.closed).toEqual({ code: 1012, reason: 'service restart' });
  });

  test('that the server cuts has no Close frame', async () => {
    const { closes, session } = await accepted();

    session.cut();

    expect(closes).toEqual([CUT]);
    expect(await session.closed).toEqual({ code: 1006, reason: '' });
  });

  test('that the client closes tells the server, with a code that may be sent', async () => {
    const { connection, closes, session } = await accepted();

    connection.close(5000, 'bye');
    connection.close(1001, 'again');
    connection.terminate();
    connection.send('too late');

    expect(await session.closed).toEqual({ code: 1000, reason: 'bye' });
    expect(closes).toEqual([{ cause: 'requested', code: 1000, reason: 'bye', status: null }]);
    expect(session.received.frames).toEqual([]);
  });

  test('that the client terminates tells the server nothing', async () => {
    const { connection, closes, session } = await accepted();

    connection.terminate();

    expect(await session.closed).toEqual({ code: 1006, reason: '' });
    expect(closes).toMatchObject([{ cause: 'requested', code: 1006 }]);
  });

  test('outlives its signal, and lets go of it', async () => {
    const { abort, closes } = await accepted();

    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
    abort.abort();

    expect(closes).toEqual([]);
  });

  test('carries frames at once in both directions, and keeps the client’s until they are taken', async () => {
    const { connection, reports, session } = await accepted();
    const waiting = session.received.next();

    session.send('down');
    session.send(Uint8Array.of(1));
    connection.send('up');
    connection.send('up again');

    expect(reports).toEqual(['opened', 'down', Uint8Array.of(1)]);
    expect(await waiting).toBe('up');
    expect(session.received.pending).toBe(1);
    expect(await session.received.next()).toBe('up again');
    expect(session.received.frames).toEqual(['up', 'up again']);
  });

  test('holds frames and the end while the client is paused, and gives them in order', async () => {
    const { connection, reports, session } = await accepted();

    connection.pause();
    session.send('one');
    session.send('two');
    session.cut();
    expect(session.paused).toBe(true);
    expect(reports).toEqual(['opened']);
    connection.resume();

    expect(session.paused).toBe(false);
    expect(reports).toEqual(['opened', 'one', 'two', 'closed']);
  });

  test('holds what is left when the client pauses in the middle', async () => {
    const { connection, reports, session, whenFramed } = await accepted();
    whenFramed.push(() => connection.pause());

    connection.pause();
    session.send('one');
    session.send('two');
    connection.resume();
    expect(reports).toEqual(['opened', 'one']);
    whenFramed.length = 0;
    connection.resume();

    expect(reports).toEqual(['opened', 'one', 'two']);
  });

  test('keeps the order when the server sends while a held frame is taken', async () => {
    const { connection, reports, session, whenFramed } = await accepted();
    whenFramed.push(() => {
      whenFramed.length = 0;
      session.send('three');
    });

    connection.pause();
    session.send('one');
    session.send('two');
    connection.resume();

    expect(reports).toEqual(['opened', 'one', 'two', 'three']);
  });

  test('has the buffered amount that the server sets', async () => {
    const { connection, session } = await accepted();

    expect(connection.bufferedAmount).toBe(0);
    session.bufferedAmount = 2_000_000;

    expect(connection.bufferedAmount).toBe(2_000_000);
    expect(session.bufferedAmount).toBe(2_000_000);
  });

  test('hears what the client sends while it is told that it is open', async () => {
    const { transport, server } = memoryTransport();
    const { signal } = new AbortController();
    const url = new URL('ws://x/');
    const connection: Connection = transport.dial(
      { url, headers: {}, authToken: null, signal },
      { opened: () => connection.send('join'), frame: () => {}, closed: () => {} },
    );

    const session = (await server.dials.next()).accept();

    expect(session.received.frames).toEqual(['join']);
  });
});

function dialed({ aborted = false } = {}) {
  const { transport, server } = memoryTransport();
  const abort = new AbortController();
  if (aborted) abort.abort();
  const reports: Frame[] = [];
  const closes: Close[] = [];
  const whenFramed: (() => void)[] = [];
  const connection = transport.dial(
    { url: new URL('ws://phoenix/'), headers: {}, authToken: null, signal: abort.signal },
    {
      opened: () => void reports.push('opened'),
      frame(frame) {
        reports.push(frame);
        for (const act of whenFramed) act();
      },
      closed(close) {
        reports.push('closed');
        closes.push(close);
      },
    },
  );
  return { abort, connection, reports, closes, server, whenFramed };
}

async function accepted() {
  const all = dialed();
  const session = (await all.server.dials.next()).accept();
  return { ...all, session };
}
