/** A worker over long poll through a real proxy, and to a server whose authority and whose demands are its own. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../../src/index.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { certificate } from '../support/certificate.js';
import { ConnectProxy } from '../support/connect-proxy.js';
import { QUICK } from '../support/fault-options.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { RecordingWorker } from '../support/recording-worker.js';

const TOPIC = 'ping:1';
const SECRET = 'hunter2';
/** Who is asked for a certificate must show one. */
const DEMANDING = { ca: certificate().cert, requestCert: true, rejectUnauthorized: true };

function polling(
  url: string,
  websocket: NonNullable<ClientOptions['websocket']>,
  options: ClientOptions = {},
) {
  const worker = new RecordingWorker({ [TOPIC]: {} });
  const client = worker.start({ ...QUICK, transports: ['longpoll'], ...options, url, websocket });
  const release = (): PromiseLike<void> => client[Symbol.asyncDispose]();
  return { worker, client, [Symbol.asyncDispose]: release };
}

async function echoed(worker: RecordingWorker): Promise<unknown> {
  await worker.next('handleJoined');
  return worker.pushEvent(TOPIC, 'echo', { there: 'and back' }).ok();
}

describe('long poll through a proxy', () => {
  test('asks it for the server by name, and carries pushes and messages', async () => {
    await using proxy = await ConnectProxy.start();
    await using double = await PhoenixDouble.start(seedChannels());
    const url = `ws://phoenix.example:${double.port}/socket`;
    await using run = polling(url, { proxy: proxy.url(`sam:${SECRET}@`) });

    expect(await echoed(run.worker)).toEqual({ there: 'and back' });
    double.push(TOPIC, 'news', { n: 1 });

    expect(await run.worker.next('handleMessage')).toMatchObject({ event: 'news' });
    expect(await proxy.asked.next()).toMatchObject({
      authority: `phoenix.example:${double.port}`,
      authorization: `Basic ${Buffer.from(`sam:${SECRET}`).toString('base64')}`,
    });
    expect(inspect(double.log, { depth: 9 })).not.toContain(SECRET);
  });

  test('is encrypted up to the server, which is shown a certificate', async () => {
    await using proxy = await ConnectProxy.start();
    await using double = await PhoenixDouble.start(seedChannels());
    const front = { certificate: { ...certificate(), ...DEMANDING } };
    await using server = await FaultProxy.start(double.port, front);
    const tls = { ca: certificate().cert, ...certificate() };
    await using run = polling(server.urlOf('/socket'), { proxy: proxy.url(), tls });

    expect(await echoed(run.worker)).toEqual({ there: 'and back' });

    expect(proxy.count).toBeGreaterThan(0);
    expect(server.count('accepted')).toBe(proxy.count);
  });

  test('goes over TLS to a proxy whose authority is given', async () => {
    await using proxy = await ConnectProxy.start(certificate());
    await using double = await PhoenixDouble.start(seedChannels());
    const url = `ws://phoenix.example:${double.port}/socket`;
    const tls = { ca: certificate().cert };
    await using run = polling(url, { proxy: proxy.url('', 'localhost'), tls });

    expect(await echoed(run.worker)).toEqual({ there: 'and back' });
  });

  test('comes back when the proxy goes away and returns', async () => {
    await using proxy = await ConnectProxy.start();
    await using double = await PhoenixDouble.start(seedChannels());
    const url = `ws://phoenix.example:${double.port}/socket`;
    await using run = polling(url, { proxy: proxy.url() });
    await echoed(run.worker);

    proxy.instead = 'HTTP/1.1 502 Bad Gateway\r\n\r\n';
    for (let left = proxy.count; left > 0; left -= 1) (await proxy.asked.next()).client.destroy();
    const { close } = await run.worker.next('handleDisconnected');
    proxy.instead = null;

    // A request that is under way is cut; one that is not yet is refused a tunnel.
    expect(['network', 'proxy']).toContain(close.cause);
    expect(await echoed(run.worker)).toEqual({ there: 'and back' });
  });
});

describe('without a proxy', () => {
  test('the authority and the certificate that are given hold for long poll, too', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const front = { certificate: { ...certificate(), ...DEMANDING } };
    await using server = await FaultProxy.start(double.port, front);
    const tls = { ca: certificate().cert, ...certificate() };
    await using run = polling(server.urlOf('/socket'), { tls });

    expect(await echoed(run.worker)).toEqual({ there: 'and back' });
  });

  test('a server that nobody vouches for is not talked to', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using server = await FaultProxy.start(double.port, { certificate: certificate() });
    await using run = polling(server.urlOf('/socket'), {});

    const { close } = await run.worker.next('handleDisconnected');

    expect(close).toMatchObject({ cause: 'network', code: 1006 });
    expect(close.reason).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(double.dials).toEqual([]);
  });

  test('a server that asks for a certificate does not talk to who has none', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const front = { certificate: { ...certificate(), ...DEMANDING } };
    await using server = await FaultProxy.start(double.port, front);
    await using run = polling(server.urlOf('/socket'), { tls: { ca: certificate().cert } });

    const { close } = await run.worker.next('handleDisconnected');

    expect(close).toMatchObject({ cause: 'network', code: 1006, status: null });
    expect(double.dials).toEqual([]);
  });
});

describe('a proxy', () => {
  test.each([
    [407, 'Proxy Authentication Required', / 407 Proxy Authentication Required: give user and p/],
    [403, 'Forbidden', / 403 Forbidden$/],
    [502, 'Bad Gateway', / 502 Bad Gateway$/],
    [302, 'Found', / 302 Found$/],
  ])(
    'that refuses with %i is told from the server, as over WebSocket',
    async (status, text, why) => {
      await using proxy = await ConnectProxy.start();
      proxy.instead = `HTTP/1.1 ${status} ${text}\r\nX-Why: no\r\nSet-Cookie: a=b\r\n\r\n`;
      const url = 'ws://phoenix.example/socket';
      await using run = polling(url, { proxy: proxy.url(`sam:${SECRET}@`) });

      const { close } = await run.worker.next('handleDisconnected');

      expect(close).toMatchObject({ cause: 'proxy', code: 1006, status });
      expect(close.reason).toMatch(/^the proxy 127\.0\.0\.1:\d+ refused with HTTP status/);
      expect(close.reason).toMatch(why);
      expect(close.response).toEqual({ headers: { 'x-why': 'no' }, body: '' });
      expect(inspect(close, { depth: 9, showHidden: true })).not.toContain(SECRET);
    },
  );

  test('that never answers CONNECT is told from the server, as over WebSocket', async () => {
    await using proxy = await ConnectProxy.start();
    proxy.instead = '';
    const url = 'ws://phoenix.example/socket';
    await using run = polling(url, { proxy: proxy.url() }, { timeouts: { connect: 500 } });

    const { close } = await run.worker.next('handleDisconnected');

    expect(close).toMatchObject({ cause: 'proxy', code: 1006, status: null });
    expect(close.reason).toMatch(/cannot be used: it did not answer CONNECT within 450 ms$/);
  });

  test('that nobody listens at is told by its place, without its password', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as { port: number };
    free.close();
    await once(free, 'close');
    const proxy = `http://sam:${SECRET}@127.0.0.1:${port}`;
    await using run = polling('wss://phoenix.example/socket', { proxy });

    const { close } = await run.worker.next('handleDisconnected');

    expect(close).toMatchObject({ cause: 'proxy', status: null, error: { code: 'ECONNREFUSED' } });
    expect(close.reason).toMatch(/^the proxy 127\.0\.0\.1:\d+ cannot be used: .*ECONNREFUSED/);
    expect(inspect(close, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  test('over TLS that nobody vouches for is told from the server', async () => {
    await using proxy = await ConnectProxy.start(certificate());
    await using run = polling('wss://phoenix.example/socket', { proxy: proxy.url() });

    const { close } = await run.worker.next('handleDisconnected');

    expect(close.cause).toBe('proxy');
    expect(close.reason).toMatch(/cannot be used: DEPTH_ZERO_SELF_SIGNED_CERT/);
  });
});
