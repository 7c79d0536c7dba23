/** WebSockets over TLS, and through an agent. */

import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { certificate } from '../support/certificate.js';
import { RawServer } from '../support/raw-server.js';
import { Dialed } from './dialed.js';

describe('wss', () => {
  test('refuses a self-signed certificate that nobody vouches for', async () => {
    await using server = await RawServer.start(certificate());
    await using client = new Dialed(server.url);

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'network', code: 1006, status: null });
    expect(close.reason).toBe('DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate');
  });

  test('refuses a certificate for another name', async () => {
    await using server = await RawServer.start(certificate());
    const tls = { ca: certificate().cert, servername: 'phoenix.example' };
    await using client = new Dialed(server.url, { tls });

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'network', code: 1006 });
    expect(close.reason).toMatch(/^ERR_TLS_CERT_ALTNAME_INVALID: /);
  });

  test('accepts a self-signed certificate that is given as the authority', async () => {
    await using server = await RawServer.start(certificate());
    await using client = new Dialed(server.url, { tls: { ca: certificate().cert } });
    const peer = await server.upgraded();
    await client.opened();

    client.connection.send('over TLS');

    expect((await peer.frames.next()).payload.toString()).toBe('over TLS');
  });

  test('says so when TLS options make no sense, and throws nothing', async () => {
    await using server = await RawServer.start(certificate());
    await using client = new Dialed(server.url, {
      tls: { ca: 'x', minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' },
    });

    expect(await client.closed).toMatchObject({ cause: 'network', code: 1006 });
  });

  test('says that an agent of the other scheme can never dial', async () => {
    await using server = await RawServer.start(certificate());
    await using client = new Dialed(server.url, { agent: new Agent() });

    const close = await client.closed;

    expect(close).toMatchObject({
      cause: 'network',
      code: 1006,
      error: { code: 'PHX_BAD_OPTION' },
    });
    expect(close.reason).toBe(
      'ERR_INVALID_PROTOCOL: Protocol "https:" not supported. Expected "http:"',
    );
  });

  test('leaves what an agent throws of its own to a later dial', async () => {
    const addRequest = (): void => {
      throw Object.assign(new Error('no room'), { code: 'EMFILE' });
    };
    const agent = Object.assign(new Agent(), { addRequest });
    await using server = await RawServer.start();
    await using client = new Dialed(server.url, { agent });

    expect(await client.closed).toMatchObject({ cause: 'network', error: { code: 'EMFILE' } });
  });

  test('says so when the server speaks no TLS', async () => {
    await using server = await RawServer.start();
    const url = new URL(server.url);
    url.protocol = 'wss:';
    await using client = new Dialed(url);
    const peer = await server.accepted();

    peer.socket.end('220 mail.example.com ESMTP\r\n');

    expect(await client.closed).toMatchObject({ cause: 'network', code: 1006 });
  });

  test('ends when it is terminated in the middle of the TLS handshake', async () => {
    await using server = await RawServer.start();
    const url = new URL(server.url);
    url.protocol = 'wss:';
    await using client = new Dialed(url);
    const peer = await server.accepted();

    client.connection.terminate();

    expect(await client.closed).toMatchObject({ cause: 'requested' });
    await peer.gone;
  });
});

describe('an agent', () => {
  test('makes the connection, and keeps none of a refused upgrade', async () => {
    await using server = await RawServer.start();
    const agent = new CountingAgent({ keepAlive: true });
    await using client = new Dialed(server.url, { agent });
    const peer = await server.accepted();
    await peer.request();

    peer.head(403, 'Forbidden', { 'Content-Length': '0' });

    expect(await client.closed).toMatchObject({ cause: 'refused', status: 403 });
    await peer.gone;
    expect(agent.connections).toBe(1);
    expect(Object.keys(agent.freeSockets)).toEqual([]);
  });

  test('of the wrong scheme is said, and throws nothing', async () => {
    await using server = await RawServer.start(certificate());
    await using client = new Dialed(server.url, { agent: new Agent() });

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'network', code: 1006 });
    expect(close.reason).toMatch(/^ERR_INVALID_PROTOCOL: /);
  });
});

class CountingAgent extends Agent {
  connections = 0;

  override createConnection(...args: Parameters<Agent['createConnection']>): Socket {
    this.connections += 1;
    return super.createConnection(...args) as Socket;
  }
}
