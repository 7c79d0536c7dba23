/** Upgrades that are answered with a redirect. */

import { Agent } from 'node:http';
import { describe, expect, test } from 'vitest';
import { certificate } from '../support/certificate.js';
import { headerOf, RawServer } from '../support/raw-server.js';
import { Dialed } from './dialed.js';

const SECRETS = {
  headers: { authorization: 'Bearer secret', 'x-key': 'secret' },
  authToken: 'abc',
};

describe('a redirect', () => {
  test('is a refusal unless redirects are allowed', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);

    await redirect(server, '/elsewhere');

    expect(await client.closed).toMatchObject({
      cause: 'refused',
      code: 1006,
      status: 302,
      reason: 'Found: redirect not followed: websocket.redirects is 0',
      response: { headers: { location: '/elsewhere' } },
    });
    expect(server.waiting).toBe(0);
  });

  test('without a location is a refusal', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { redirects: 5 });
    const peer = await server.accepted();

    peer.head(304, 'Not Modified', {});

    expect(await client.closed).toMatchObject({ status: 304, reason: 'Not Modified' });
  });

  test('is followed no further than allowed, and so does a loop end', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { redirects: 2 });

    await redirect(server, '/loop');
    await redirect(server, '/loop');
    await redirect(server, '/loop');

    expect(await client.closed).toMatchObject({
      cause: 'refused',
      status: 302,
      reason: 'Found: redirect not followed: websocket.redirects is 2',
    });
    expect(server.waiting).toBe(0);
  });

  test.each(['ws://', 'http://'])('is not followed from wss to %s', async (scheme) => {
    await using server = await RawServer.start(certificate());
    await using plain = await RawServer.start();
    await using client = new Dialed(server.url, {
      redirects: 5,
      tls: { ca: certificate().cert },
      ...SECRETS,
    });

    await redirect(server, `${scheme}${plain.url.host}/socket/websocket`);

    expect(await client.closed).toMatchObject({
      cause: 'refused',
      status: 302,
      reason: 'Found: redirect not followed: it leads from wss to ws',
    });
    expect(plain.waiting).toBe(0);
  });

  test.each(['ftp://127.0.0.1/', 'http://', 'javascript:alert(1)'])(
    'is not followed to %s',
    async (location) => {
      await using server = await RawServer.start();
      await using client = new Dialed(server.url, { redirects: 5 });

      await redirect(server, location);

      expect(await client.closed).toMatchObject({
        cause: 'refused',
        reason: 'Found: redirect not followed: its location is no WebSocket address',
      });
    },
  );

  test('is followed on the same host with headers, token and password', async () => {
    await using server = await RawServer.start();
    const url = new URL(server.url);
    url.username = 'user';
    url.password = 'pass';
    await using client = new Dialed(url, {
      redirects: 1,
      headers: { 'x-key': 'k' },
      authToken: 'abc',
    });

    await redirect(server, `http://${url.host}/moved?vsn=2.0.0#part`);
    const head = await (await server.accepted()).upgrade({ 'Sec-WebSocket-Protocol': 'phoenix' });

    await client.opened();
    expect(head.split('\r\n')[0]).toBe('GET /moved?vsn=2.0.0 HTTP/1.1');
    expect(headerOf(head, 'x-key')).toBe('k');
    expect(headerOf(head, 'authorization')).toBe('Basic dXNlcjpwYXNz');
    expect(headerOf(head, 'sec-websocket-protocol')).toBe('phoenix,base64url.bearer.phx.YWJj');
    expect(client.reports).toEqual(['opened']);
  });

  test('is followed from ws to wss', async () => {
    await using server = await RawServer.start();
    await using secure = await RawServer.start(certificate());
    await using client = new Dialed(server.url, { redirects: 1, tls: { ca: certificate().cert } });

    await redirect(server, secure.url.href.replace('wss:', 'https:'));
    await secure.upgraded();

    await client.opened();
  });

  test('leaves the secrets behind on another host, also when it then leads back', async () => {
    await using server = await RawServer.start();
    await using other = await RawServer.start();
    const url = new URL(server.url);
    url.username = 'user';
    url.password = 'secret';
    await using client = new Dialed(url, { redirects: 2, ...SECRETS });

    await redirect(server, other.url.href);
    const away = await redirect(other, server.url.href);
    const back = await (await server.accepted()).upgrade();

    await client.opened();
    for (const head of [away, back]) {
      expect(headerOf(head, 'authorization')).toBeNull();
      expect(headerOf(head, 'x-key')).toBeNull();
      expect(headerOf(head, 'sec-websocket-protocol')).toBeNull();
    }
  });

  test('to where nobody listens is a failure of the network', async () => {
    await using server = await RawServer.start();
    const gone = await RawServer.start();
    await gone[Symbol.asyncDispose]();
    await using client = new Dialed(server.url, { redirects: 1 });

    await redirect(server, gone.url.href);

    expect(await client.closed).toMatchObject({ cause: 'network', code: 1006, status: null });
  });

  test('to where the agent cannot go is a failure of the network', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { redirects: 1, agent: new Agent() });

    await redirect(server, 'wss://127.0.0.1/');

    const close = await client.closed;
    expect(close).toMatchObject({ cause: 'network', code: 1006, status: null });
    expect(close.reason).toMatch(/^ERR_INVALID_PROTOCOL: /);
  });

  test('ends with the dial when the signal is aborted after it was followed', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { redirects: 1 });
    await redirect(server, '/slow');
    const peer = await server.accepted();

    client.abort();

    expect(await client.closed).toMatchObject({ cause: 'requested' });
    await peer.gone;
  });
});

/** Answers the next client with a redirect, and gives the head of its request. */
async function redirect(server: RawServer, location: string): Promise<string> {
  const peer = await server.accepted();
  const head = await peer.request();
  peer.head(302, 'Found', { Location: location, 'Content-Length': '0' });
  await peer.gone;
  return head;
}
