/** WebSockets through a proxy, and every way in which a proxy can fail. */

import { createServer } from 'node:net';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { certificate } from '../support/certificate.js';
import { ConnectProxy, elsewhere } from '../support/connect-proxy.js';
import { RawServer } from '../support/raw-server.js';
import { Dialed } from './dialed.js';
import { WsServer } from './ws-server.js';

const SECRET = 'hunter2';

describe('a dial through a proxy', () => {
  test('asks it for the server by name, and carries frames both ways', async () => {
    await using proxy = await ConnectProxy.start();
    await using server = await WsServer.start();
    const url = elsewhere(server.url);
    await using client = new Dialed(url, { proxy: proxy.url() });
    await client.opened();
    const peer = await server.accepted();

    client.connection.send('there');
    const [there] = (await once(peer, 'message')) as [Buffer];
    peer.send('and back');

    expect(there.toString()).toBe('there');
    expect(await client.frames.next()).toBe('and back');
    expect(await proxy.asked.next()).toMatchObject({ authority: url.host });
  });

  test('is encrypted up to the server', async () => {
    await using proxy = await ConnectProxy.start();
    await using server = await RawServer.start(certificate('elsewhere'));
    const tls = { ca: certificate('elsewhere').cert };
    await using client = new Dialed(elsewhere(server.url), { proxy: proxy.url(), tls });
    const peer = await server.upgraded();
    await client.opened();

    client.connection.send('a secret');

    expect((await peer.frames.next()).payload.toString()).toBe('a secret');
  });

  test('verifies the certificate of an address, not of the name of the proxy', async () => {
    await using proxy = await ConnectProxy.start();
    await using server = await RawServer.start(certificate('localhost'));
    const tls = { ca: certificate('localhost').cert };
    const url = elsewhere(server.url, '192.0.2.1');
    await using client = new Dialed(url, { proxy: proxy.url('', 'localhost'), tls });

    const close = await client.closed;

    expect(close.cause).toBe('network');
    expect(close.reason).toMatch(/^ERR_TLS_CERT_ALTNAME_INVALID: .*192\.0\.2\.1/);
  });

  test('goes over TLS to a proxy whose authority is given, beside the server', async () => {
    await using proxy = await ConnectProxy.start(certificate('localhost'));
    await using server = await RawServer.start(certificate('elsewhere'));
    const ca = [certificate('elsewhere').cert, certificate('localhost').cert];
    const options = { proxy: proxy.url('', 'localhost'), tls: { ca } };
    await using client = new Dialed(elsewhere(server.url), options);
    const peer = await server.upgraded();
    await client.opened();

    client.connection.send('x'.repeat(100_000));

    expect((await peer.frames.next()).payload).toHaveLength(100_000);
  });

  test('sends user and password to the proxy, and not to the server', async () => {
    await using proxy = await ConnectProxy.start();
    await using server = await RawServer.start();
    const access = `sam:${encodeURIComponent(`${SECRET}@%`)}@`;
    await using client = new Dialed(elsewhere(server.url), { proxy: proxy.url(access) });
    const head = await (await server.accepted()).upgrade();
    await client.opened();

    const { authorization } = await proxy.asked.next();
    expect(authorization).toBe(`Basic ${Buffer.from(`sam:${SECRET}@%`).toString('base64')}`);
    expect(head.toLowerCase()).not.toContain('proxy-');
  });

  test('is a new connection each time, and leaves none', async () => {
    await using proxy = await ConnectProxy.start();
    await using server = await WsServer.start();
    const options = { proxy: proxy.url() };
    for (const count of [1, 2]) {
      await using client = new Dialed(elsewhere(server.url), options);
      await client.opened();
      const { client: connection } = await proxy.asked.next();
      client.connection.close(1000, '');
      await client.closed;
      if (!connection.destroyed) await once(connection, 'close');
      expect(proxy.count).toBe(count);
    }
  });

  test('follows a redirect through the proxy, too', async () => {
    await using proxy = await ConnectProxy.start();
    await using server = await RawServer.start();
    await using other = await WsServer.start();
    const options = { proxy: proxy.url(), redirects: 1 };
    await using client = new Dialed(elsewhere(server.url), options);
    const peer = await server.accepted();
    await peer.request();

    peer.head(307, 'Temporary Redirect', { Location: elsewhere(other.url, 'other.example').href });

    await client.opened();
    const authorities = [await proxy.asked.next(), await proxy.asked.next()];
    expect(authorities.map(({ authority }) => authority.split(':')[0])).toEqual([
      'phoenix.example',
      'other.example',
    ]);
  });

  test('ends as any other when the proxy cuts it', async () => {
    await using proxy = await ConnectProxy.start();
    await using server = await WsServer.start();
    await using client = new Dialed(elsewhere(server.url), { proxy: proxy.url() });
    await client.opened();

    (await proxy.asked.next()).client.destroy();

    expect(await client.closed).toMatchObject({ cause: 'peer', code: 1006 });
  });
});

describe('a proxy', () => {
  test.each([
    [407, 'Proxy Authentication Required', / 407 Proxy Authentication Required: give user and p/],
    [403, 'Forbidden', / 403 Forbidden$/],
    [502, 'Bad Gateway', / 502 Bad Gateway$/],
    [302, 'Found', / 302 Found$/],
    [101, 'Switching Protocols', / 101 Switching Protocols$/],
  ])('that refuses with %i is told from the server', async (status, text, reason) => {
    await using proxy = await ConnectProxy.start();
    proxy.instead = `HTTP/1.1 ${status} ${text}\r\nRetry-After: 7\r\nSet-Cookie: a=b\r\n\r\n`;
    const options = { proxy: proxy.url(`sam:${SECRET}@`), redirects: 3 };
    await using client = new Dialed('ws://phoenix.example/socket/websocket', options);

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'proxy', code: 1006, status });
    expect(close.reason).toMatch(/^the proxy 127\.0\.0\.1:\d+ refused with HTTP status/);
    expect(close.reason).toMatch(reason);
    expect(close.response).toEqual({ headers: { 'retry-after': '7' }, body: '' });
    expect(inspect(close, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  test('that nobody listens at is told by its place, without its password', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as { port: number };
    free.close();
    await once(free, 'close');
    const options = { proxy: `http://sam:${SECRET}@127.0.0.1:${port}` };
    await using client = new Dialed('wss://phoenix.example/socket/websocket', options);

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'proxy', status: null, error: { code: 'ECONNREFUSED' } });
    expect(close.reason).toMatch(/^the proxy 127\.0\.0\.1:\d+ cannot be used: .*ECONNREFUSED/);
    expect(inspect(close, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  test('that does not answer CONNECT is given up a little before the dial would be', async () => {
    await using proxy = await ConnectProxy.start();
    proxy.instead = '';
    const options = { proxy: proxy.url(), connectTimeout: 50 };
    await using client = new Dialed('ws://phoenix.example/socket/websocket', options);
    const { client: connection } = await proxy.asked.next();

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'proxy', status: null });
    expect(close.reason).toMatch(/cannot be used: it did not answer CONNECT within 45 ms$/);
    if (!connection.destroyed) await once(connection, 'close');
  });

  test('that is waited for keeps no connection when the dial is aborted', async () => {
    await using proxy = await ConnectProxy.start();
    proxy.instead = '';
    await using client = new Dialed('wss://phoenix.example/socket', { proxy: proxy.url() });
    const { client: connection } = await proxy.asked.next();

    client.abort();

    expect(await client.closed).toMatchObject({ cause: 'requested' });
    if (!connection.destroyed) await once(connection, 'close');
  });

  test.each([
    'SSH-2.0-OpenSSH_9.9\r\n',
    '\r\n\r\n',
    'hello\r\nthere\r\n\r\n',
    'HTTP/1.1 OK\r\n\r\n',
  ])('that speaks garbage is told: %j', async (words) => {
    await using proxy = await ConnectProxy.start();
    proxy.instead = words;
    await using client = new Dialed('ws://phoenix.example/socket', { proxy: proxy.url() });

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'proxy', status: null });
    expect(close.reason).toMatch(/^the proxy 127\.0\.0\.1:\d+ (cannot be used|does not speak)/);
  });

  test('over TLS that nobody vouches for is told from the server', async () => {
    await using proxy = await ConnectProxy.start(certificate());
    await using client = new Dialed('wss://phoenix.example/socket', { proxy: proxy.url() });

    const close = await client.closed;

    expect(close.cause).toBe('proxy');
    expect(close.reason).toMatch(/cannot be used: DEPTH_ZERO_SELF_SIGNED_CERT/);
  });

  test('cannot be used without its library, and that says which', async () => {
    vi.doMock('https-proxy-agent', () => {
      throw new Error('not installed');
    });
    try {
      await using client = new Dialed('ws://phoenix.example/', { proxy: 'http://127.0.0.1:1' });

      const close = await client.closed;

      expect(close).toMatchObject({ cause: 'proxy', error: { code: 'PHX_MISSING_DEPENDENCY' } });
      expect(close.reason).toContain('npm install https-proxy-agent');
    } finally {
      vi.doUnmock('https-proxy-agent');
    }
  });
});
