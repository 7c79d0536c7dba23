/** How an open connection ends. */

import { describe, expect, test } from 'vitest';
import { OPCODES, rawClose, rawFrame } from '../support/raw-frame.js';
import { RawServer, type RawPeer } from '../support/raw-server.js';
import { Dialed, type DialOptions } from './dialed.js';
import { WsServer } from './ws-server.js';

const WITHOUT_CLOSE_FRAME = {
  cause: 'peer',
  code: 1006,
  reason: 'the connection ended without a Close frame',
  status: null,
};

describe('a peer that ends', () => {
  test('without a Close frame is a close by the peer, code 1006', async () => {
    const close = await closeOf((peer) => peer.socket.end());

    expect(close).toEqual(WITHOUT_CLOSE_FRAME);
  });

  test('with a TCP reset is a close by the peer, code 1006', async () => {
    const close = await closeOf((peer) => peer.socket.resetAndDestroy());

    expect(close).toEqual(WITHOUT_CLOSE_FRAME);
  });

  test('in the middle of a frame is a close by the peer, and the half frame is lost', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.upgraded();
    await client.opened();

    peer.socket.write(rawFrame(OPCODES.text, 'whole'));
    peer.socket.end(rawFrame(OPCODES.text, 'half of it', 20));

    expect(await client.closed).toEqual(WITHOUT_CLOSE_FRAME);
    expect(client.reports).toEqual(['opened', 'whole', 'closed']);
  });

  test('with an empty Close frame is code 1005', async () => {
    const close = await closeOf((peer) => peer.socket.write(rawFrame(OPCODES.close, '')));

    expect(close).toEqual({ cause: 'peer', code: 1005, reason: '', status: null });
  });

  test.each([
    [1000, ''],
    [1001, 'disconnect'],
    [1002, 'protocol error'],
    [1011, 'internal error'],
    [1012, 'service restart'],
    [4321, 'own code'],
  ])('with code %i is reported with it and its reason', async (code, reason) => {
    await using server = await WsServer.start();
    await using client = new Dialed(server.url);
    const socket = await server.accepted();
    await client.opened();

    socket.close(code, reason);

    expect(await client.closed).toEqual({ cause: 'peer', code, reason, status: null });
  });

  test('with a Close frame and then nothing is not waited for longer than the close timeout', async () => {
    const close = await closeOf((peer) => peer.socket.write(rawClose(1012)), { closeTimeout: 100 });

    expect(close).toMatchObject({ cause: 'peer', code: 1012 });
  });

  test('is the cause also when this side closes and terminates a moment later', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.upgraded();
    await client.opened();
    peer.socket.write(rawClose(1012));
    await peer.frames.next();

    client.connection.close(1000, '');
    client.connection.terminate();

    expect(await client.closed).toMatchObject({ cause: 'peer', code: 1012 });
  });
});

describe('close', () => {
  test('is answered by the peer, and keeps its own code where the answer has another', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.upgraded();
    await client.opened();

    client.connection.close(1001, 'going away');

    const { opcode, payload } = await peer.frames.next();
    expect(opcode).toBe(OPCODES.close);
    expect(payload.readUInt16BE()).toBe(1001);
    expect(payload.toString('utf8', 2)).toBe('going away');
    peer.socket.end(rawClose(1000));
    const asked = { cause: 'requested', code: 1001, reason: 'going away', status: null };
    expect(await client.closed).toEqual(asked);
  });

  test('waits for an answer only as long as the close timeout, and says 1006 then', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { closeTimeout: 100 });
    const peer = await server.upgraded();
    await client.opened();

    client.connection.close(1000, 'bye');

    expect(await client.closed).toMatchObject({ cause: 'requested', code: 1006, reason: 'bye' });
    await peer.gone;
  });

  test('does not wait any longer when it is terminated', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { closeTimeout: 60_000 });
    await server.upgraded();
    await client.opened();

    client.connection.close(1000, 'bye');
    client.connection.close(1000, 'bye again');
    client.connection.terminate();
    client.connection.terminate();

    expect(await client.closed).toMatchObject({ cause: 'requested', reason: 'bye' });
  });

  test.each([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 3000.5, Number.NaN])(
    'sends 1000 for %d, which may not be sent',
    async (code) => {
      await using server = await RawServer.start();
      await using client = new Dialed(server.url);
      const peer = await server.upgraded();
      await client.opened();

      client.connection.close(code, '');

      expect((await peer.frames.next()).payload.readUInt16BE()).toBe(1000);
    },
  );

  test('cuts a reason to what a Close frame holds, between two characters', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.upgraded();
    await client.opened();

    client.connection.close(3000, 'é'.repeat(100));

    expect((await peer.frames.next()).payload.toString('utf8', 2)).toBe('é'.repeat(61));
  });

  test('reports no frame that comes after it', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.upgraded();
    await client.opened();

    client.connection.close(1000, '');
    peer.socket.end(Buffer.concat([rawFrame(OPCODES.text, 'late'), rawClose(1000)]));

    await client.closed;
    expect(client.reports).toEqual(['opened', 'closed']);
  });

  test('of a paused connection still gets its answer', async () => {
    await using server = await WsServer.start();
    await using client = new Dialed(server.url, { closeTimeout: 60_000 });
    await server.accepted();
    await client.opened();

    client.connection.pause();
    client.connection.close(1000, 'bye');

    expect(await client.closed).toMatchObject({ cause: 'requested', code: 1000, reason: 'bye' });
  });
});

describe('terminate', () => {
  test('lets go what was sent before it in the same turn', async () => {
    await using server = await WsServer.start();
    await using client = new Dialed(server.url);
    const socket = await server.accepted();
    const last = new Promise((resolve) =>
      socket.on('message', (data: Buffer) => resolve(data.toString())),
    );
    await client.opened();

    client.connection.send('last words');
    client.connection.terminate();

    expect(await last).toBe('last words');
    await client.closed;
  });

  test('ends a connection whose peer went silent, without waiting for it', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { closeTimeout: 60_000 });
    const peer = await server.upgraded();
    await client.opened();
    peer.socket.pause();

    client.connection.terminate();

    expect(await client.closed).toMatchObject({ cause: 'requested', code: 1006, status: null });
    peer.socket.resume();
    await peer.gone;
  });

  test('ends a connection that is paused with frames waiting, and reports none of them', async () => {
    await using server = await WsServer.start();
    await using client = new Dialed(server.url);
    const socket = await server.accepted();
    await client.opened();
    client.connection.pause();
    await new Promise((resolve) => socket.send('x'.repeat(10_000), resolve));

    client.connection.terminate();

    await client.closed;
    expect(client.reports).toEqual(['opened', 'closed']);
  });
});

/** What the client reports when the peer, after the upgrade, does that. */
async function closeOf(act: (peer: RawPeer) => void, options: DialOptions = {}) {
  await using server = await RawServer.start();
  await using client = new Dialed(server.url, options);
  const peer = await server.upgraded();
  await client.opened();
  act(peer);
  const close = await client.closed;
  await peer.gone;
  return close;
}
