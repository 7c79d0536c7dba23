/** Peers that read too slowly, and a client that does. */

import { describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { certificate } from '../support/certificate.js';
import { OPCODES, rawFrame } from '../support/raw-frame.js';
import { RawServer, type RawPeer } from '../support/raw-server.js';
import { Dialed, type DialOptions } from './dialed.js';
import { WsServer } from './ws-server.js';

/** More than the kernel takes for a loopback connection. */
const TOO_MUCH = 32 * 1024 * 1024;

describe('a peer that stops reading', () => {
  test.each(['ws', 'wss'])(
    'is closed once nothing has left for the write timeout: %s',
    async (scheme) => {
      await using server = await RawServer.start(scheme === 'wss' ? certificate() : undefined);
      await using client = new Dialed(server.url, trusting({ writeTimeout: 100 }));
      const peer = await server.upgraded();
      await client.opened();
      peer.socket.pause();

      client.connection.send(Buffer.alloc(TOO_MUCH));
      expect(client.connection.bufferedAmount).toBeGreaterThan(TOO_MUCH);

      expect(await client.closed).toMatchObject({
        cause: 'writeTimeout',
        code: 1006,
        reason: 'bytes waited and none left for 100 ms',
        status: null,
      });
      peer.socket.resume();
      await peer.gone;
    },
  );

  test('is closed also when frames still come from it', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { writeTimeout: 100 });
    const peer = await server.upgraded();
    await client.opened();
    peer.socket.pause();
    client.connection.send(Buffer.alloc(TOO_MUCH));

    const chatter = setInterval(() => peer.socket.write(rawFrame(OPCODES.text, 'hi')), 10);

    expect(await client.closed).toMatchObject({ cause: 'writeTimeout' });
    clearInterval(chatter);
    peer.socket.resume();
    await peer.gone;
  });

  test.each(['ws', 'wss'])(
    'is not closed while it reads one long frame, slowly: %s',
    async (scheme) => {
      await using server = await RawServer.start(scheme === 'wss' ? certificate() : undefined);
      await using client = new Dialed(server.url, trusting({ writeTimeout: 100 }));
      const peer = await server.upgraded();
      await client.opened();
      const began = performance.now();

      client.connection.send(Buffer.alloc(TOO_MUCH));
      await readSlowly(peer, 400);

      expect(performance.now() - began).toBeGreaterThan(200);
      expect(client.reports).toEqual(['opened']);
    },
  );

  test('costs no timer where all is written at once', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    await server.upgraded();
    await client.opened();

    client.connection.send('small');
    await Promise.resolve(); // Frames are held back for the rest of the turn, to be written together.

    expect(client.connection.bufferedAmount).toBe(0);
    expect(client.timersRunning).toBe(0);
  });
});

describe('pause', () => {
  test('makes the peer feel it, and resume brings all of it in order', async () => {
    await using server = await WsServer.start();
    await using client = new Dialed(server.url);
    const socket = await server.accepted();
    await client.opened();
    const frame = Buffer.alloc(1024 * 1024);

    client.connection.pause();
    for (let at = 0; at < 32; at += 1) socket.send(Buffer.from(frame.fill(at)));
    await expect.poll(held(socket)).toBe(true);
    expect(client.reports).toEqual(['opened']);
    client.connection.resume();

    for (let at = 0; at < 32; at += 1) {
      expect(await client.frames.next()).toHaveProperty([0], at);
    }
  });

  test('holds from the first frame when it was asked for before the connection was open', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    client.connection.pause();
    const peer = await server.accepted();
    peer.socket.cork();
    await peer.upgrade();
    peer.socket.write(rawFrame(OPCODES.text, 'held'));
    peer.socket.uncork();
    await client.opened();
    await new Promise(setImmediate);

    expect(client.reports).toEqual(['opened']);
    client.connection.resume();

    expect(await client.frames.next()).toBe('held');
  });

  test('and resume are harmless at any time', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const both = () => {
      client.connection.pause();
      client.connection.resume();
    };

    both();
    client.connection.terminate();
    both();

    expect(await client.closed).toMatchObject({ cause: 'requested' });
    both();
  });
});

function trusting(options: DialOptions): DialOptions {
  return { ...options, tls: { ca: certificate().cert } };
}

/** Reads a bit, then rests, so that all takes about that many milliseconds. */
function readSlowly({ socket }: RawPeer, duration: number): Promise<void> {
  const bits = 20;
  let read = 0;
  let rested = 0;
  socket.removeAllListeners('data');
  return new Promise((resolve) => {
    socket.on('close', resolve);
    socket.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (read >= TOO_MUCH) resolve();
      if (read - rested < TOO_MUCH / bits) return;
      rested = read;
      socket.pause();
      setTimeout(() => socket.resume(), duration / bits);
    });
  });
}

/** Whether a server has given up writing for now: bytes wait, and as many as when it was asked before. */
function held(socket: WebSocket): () => boolean {
  let before = 0;
  return () => {
    const now = socket.bufferedAmount;
    const same = now > 0 && now === before;
    before = now;
    return same;
  };
}
