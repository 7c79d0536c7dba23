/** Upgrades that are answered with an HTTP status. */

import { describe, expect, test, vi } from 'vitest';
import { RawServer, type RawPeer } from '../support/raw-server.js';
import { Dialed, type DialOptions } from './dialed.js';

type Answer = (peer: RawPeer) => void;

describe('a refused upgrade', () => {
  test.each([
    [200, 'OK'],
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [404, 'Not Found'],
    [429, 'Too Many Requests'],
    [503, 'Service Unavailable'],
  ])('gives its status: %i', async (status, text) => {
    const close = await refusal((peer) => peer.head(status, text, { 'Content-Length': '0' }));

    expect(close).toEqual({
      cause: 'refused',
      code: 1006,
      reason: text,
      status,
      response: { headers: { 'content-length': '0' }, body: '' },
    });
  });

  test('has a reason also where the server wrote none', async () => {
    const close = await refusal((peer) => peer.head(403, '', { 'Content-Length': '0' }));

    expect(close.reason).toBe('Forbidden');
  });

  test('keeps its headers by lower-case name, repeated ones joined', async () => {
    const close = await refusal((peer) => {
      peer.socket.write('HTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\nRETRY-AFTER: 9\r\n');
      peer.socket.write('X-Why: a\r\nX-Why: b\r\nContent-Length: 0\r\n\r\n');
    });

    expect(close.response?.headers).toEqual({
      'retry-after': '7, 9',
      'x-why': 'a, b',
      'content-length': '0',
    });
  });

  test('keeps no cookie, and no params of the address it points to', async () => {
    const close = await refusal((peer) => {
      peer.head(302, 'Found', {
        'Set-Cookie': 'session=secret',
        Location: 'https://user:secret@example.com/login?token=secret#secret',
        'Content-Length': '25',
      });
      peer.socket.write('<a href="/?token=secret">');
    });

    expect(close.response?.headers).toEqual({
      location: 'https://example.com/login',
      'content-length': '25',
    });
    expect(JSON.stringify(close)).not.toContain('secret');
  });

  test('keeps its body', async () => {
    const close = await refusal((peer) => {
      peer.head(403, 'Forbidden', { 'Content-Length': '17' });
      peer.socket.write('{"error":"banned"');
    });

    expect(close.response?.body).toBe('{"error":"banned"');
  });

  test('keeps 1 KiB of a body without an end, whole characters only', async () => {
    const close = await refusal((peer) => {
      peer.head(503, 'Service Unavailable', {});
      peer.socket.write(`x${'é'.repeat(100_000)}`);
    });

    expect(close.response?.body).toBe(`x${'é'.repeat(511)}`);
  });

  test('is not held by a body that comes too slowly: what has come is kept', async () => {
    const close = await refusal(
      (peer) => {
        peer.head(503, 'Service Unavailable', { 'Content-Length': '100' });
        peer.socket.write('maintenance until');
      },
      { closeTimeout: 100 },
    );

    expect(close).toMatchObject({ cause: 'refused', status: 503 });
    expect(close.response?.body).toBe('maintenance until');
  });

  test('keeps what came of a body that was cut', async () => {
    const close = await refusal((peer) => {
      peer.head(503, 'Service Unavailable', { 'Content-Length': '100' });
      peer.socket.end('half');
    });

    expect(close).toMatchObject({ cause: 'refused', status: 503 });
    expect(close.response?.body).toBe('half');
  });

  test('remains the cause when its body breaks the rules of HTTP', async () => {
    const close = await refusal((peer) => {
      peer.head(503, 'Service Unavailable', { 'Transfer-Encoding': 'chunked' });
      peer.socket.write('4\r\nbusy\r\nno length\r\n');
    });

    expect(close).toMatchObject({ cause: 'refused', status: 503 });
  });

  test('remains the cause when it is terminated in the middle of its body', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { closeTimeout: 60_000 });
    const peer = await server.accepted();
    peer.head(401, 'Unauthorized', { 'Content-Length': '100' });
    peer.socket.write('expired');
    await vi.waitFor(() => expect(client.timersRunning).toBe(1));

    client.connection.terminate();

    expect(await client.closed).toMatchObject({ cause: 'refused', status: 401 });
    await peer.gone;
  });
});

/** What the client reports of one refusal, after which the connection must be gone. */
async function refusal(answer: Answer, options: DialOptions = { closeTimeout: 60_000 }) {
  await using server = await RawServer.start();
  await using client = new Dialed(server.url, options);
  const peer = await server.accepted();
  await peer.request();
  answer(peer);
  const close = await client.closed;
  await peer.gone;
  return close;
}
