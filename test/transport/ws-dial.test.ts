/** Dials that come to nothing, and what a dial asks for. */

import { describe, expect, test } from 'vitest';
import { headerOf, RawServer } from '../support/raw-server.js';
import { rawFrame, OPCODES } from '../support/raw-frame.js';
import { Dialed } from './dialed.js';

describe('a dial that fails', () => {
  test('says that nobody listens there', async () => {
    const server = await RawServer.start();
    await server[Symbol.asyncDispose]();
    await using client = new Dialed(server.url);

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'network', code: 1006, status: null });
    expect(close.reason).toBe(`connect ECONNREFUSED 127.0.0.1:${server.url.port}`);
    expect(close.error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('says that the host is unknown', async () => {
    await using client = new Dialed('ws://nowhere.invalid/socket/websocket?token=secret');

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'network', code: 1006, status: null });
    expect(close.reason).toMatch(/^getaddrinfo (ENOTFOUND|EAI_AGAIN) nowhere\.invalid$/);
  });

  test('says that the connection was cut before an answer', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.accepted();
    await peer.request();

    peer.socket.destroy();

    const close = await client.closed;
    expect(close).toMatchObject({ cause: 'network', code: 1006, status: null });
    expect(close.reason).toBe('ECONNRESET: socket hang up');
  });

  test('says that the answer is not HTTP', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.accepted();

    peer.socket.end('220 mail.example.com ESMTP\r\n');

    const close = await client.closed;
    expect(close).toMatchObject({ cause: 'network', code: 1006, status: null });
    expect(close.reason).toMatch(/^HPE_\w+: Parse Error/);
  });

  test('says that the upgrade was agreed to with a wrong key', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.accepted();

    peer.head(101, 'Switching Protocols', {
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Accept': 'wrong',
    });

    expect(await client.closed).toMatchObject({
      cause: 'peer',
      code: 1006,
      reason: 'Invalid Sec-WebSocket-Accept header',
      status: null,
    });
    await peer.gone;
  });

  test('says that a header cannot be sent, and not what it holds', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { headers: { 'x-key': 'secret\nsecret' } });

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'network', code: 1006, status: null });
    expect(close.reason).toBe('ERR_INVALID_CHAR: Invalid character in header content ["x-key"]');
    expect(server.waiting).toBe(0);
  });

  test('says that an auth token cannot be sent, and not what it is', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { authToken: '???secret' });

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'credentials', code: 1006, status: null });
    expect(close.reason).toContain('auth token');
    expect(close.reason).not.toContain('secret');
    expect(server.waiting).toBe(0);
  });

  test('says that the server does not enable auth_token when it chooses no subprotocol', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { authToken: 'abc' });
    const peer = await server.upgraded();

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'peer', code: 1006, status: null });
    expect(close.reason).toContain('auth_token: true');
    await peer.gone;
  });
});

describe('a dial that nobody wants any more', () => {
  test('is not begun when its signal was aborted before', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { aborted: true });

    expect(await client.closed).toMatchObject({ cause: 'requested', code: 1006, status: null });
    expect(server.waiting).toBe(0);
  });

  test('ends when its signal is aborted while the server is silent', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.accepted();
    await peer.request();

    client.abort();

    expect(await client.closed).toMatchObject({ cause: 'requested', code: 1006, status: null });
    await peer.gone;
  });

  test('ends when it is terminated while the server is silent', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.accepted();

    client.connection.terminate();

    expect(await client.closed).toMatchObject({ cause: 'requested', code: 1006, status: null });
    await peer.gone;
  });

  test('ends when it is terminated before it has a connection', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);

    client.connection.terminate();

    expect(await client.closed).toMatchObject({ cause: 'requested', code: 1006 });
    expect(client.reports).toEqual(['closed']);
  });

  test('ends when it is closed before it is open, and no code was sent', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.accepted();

    client.connection.close(1001, 'going away');

    expect(await client.closed).toMatchObject({
      cause: 'requested',
      code: 1006,
      reason: 'going away',
    });
    await peer.gone;
  });

  test('stays open when its signal is aborted after it opened', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.upgraded();
    await client.opened();

    client.abort();
    peer.socket.write(rawFrame(OPCODES.text, 'still here'));

    expect(await client.frames.next()).toBe('still here');
  });
});

describe('a dial', () => {
  test('asks for the address with the headers, and sends no Origin', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(`${server.url.href}?vsn=2.0.0&user=7`, {
      headers: { 'x-tenant': 'acme' },
    });
    const peer = await server.accepted();

    const head = await peer.upgrade();

    expect(head.split('\r\n')[0]).toBe('GET /socket/websocket?vsn=2.0.0&user=7 HTTP/1.1');
    expect(headerOf(head, 'x-tenant')).toBe('acme');
    expect(headerOf(head, 'origin')).toBeNull();
    expect(headerOf(head, 'sec-websocket-protocol')).toBeNull();
    expect(headerOf(head, 'sec-websocket-extensions')).toBeNull();
    await client.opened();
  });

  test('carries the auth token as a subprotocol beside phoenix', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { authToken: 'abc' });
    const peer = await server.accepted();

    const head = await peer.upgrade({ 'Sec-WebSocket-Protocol': 'phoenix' });

    expect(headerOf(head, 'sec-websocket-protocol')).toBe('phoenix,base64url.bearer.phx.YWJj');
    await client.opened();
  });

  test('reports frames that come together with the answer after it reported to be open', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);
    const peer = await server.accepted();
    peer.socket.cork();
    const upgraded = peer.upgrade();
    await upgraded;
    peer.socket.write(rawFrame(OPCODES.text, 'early'));
    peer.socket.uncork();

    await client.frames.next();

    expect(client.reports).toEqual(['opened', 'early']);
  });

  test('loses without a throw what is sent before it is open', async () => {
    await using server = await RawServer.start();
    await using client = new Dialed(server.url);

    client.connection.send('too early');
    const peer = await server.upgraded();
    await client.opened();
    client.connection.send('in time');

    expect((await peer.frames.next()).payload.toString()).toBe('in time');
    expect(client.connection.bufferedAmount).toBe(0);
  });
});
