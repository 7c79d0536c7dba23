/** TLS options and addresses as Node gives them: client certificates, SNI, IPv6, several addresses, and a name that moves. */

import { once } from 'node:events';
import type { LookupFunction } from 'node:net';
import { describe, expect, test } from 'vitest';
import { certificate } from '../support/certificate.js';
import { QUICK } from '../support/fault-options.js';
import { RawServer } from '../support/raw-server.js';
import { RecordingWorker } from '../support/recording-worker.js';
import { Dialed } from './dialed.js';
import { WsServer } from './ws-server.js';

/** Answers with these, whatever is asked. */
function lookupOf(addresses: () => readonly string[]): LookupFunction {
  return (_host, options, answer) => {
    const found = addresses().map((address) => ({ address, family: familyOf(address) }));
    if (options.all === true) answer(null, found);
    else answer(null, found[0]?.address ?? '', found[0]?.family);
  };
}

function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

describe('a client certificate', () => {
  const ca = certificate().cert;
  const asking = { ...certificate(), ca, requestCert: true, rejectUnauthorized: true };

  test('is shown to a server that asks for one', async () => {
    await using server = await RawServer.start(asking);
    await using client = new Dialed(server.url, { tls: { ...certificate(), ca } });
    const peer = await server.upgraded();

    await client.opened();

    expect(peer.socket).toMatchObject({ authorized: true });
  });

  test('that is missing ends the dial', async () => {
    await using server = await RawServer.start(asking);
    await using client = new Dialed(server.url, { tls: { ca } });

    expect(await client.closed).toMatchObject({ cause: 'network', code: 1006 });
  });
});

test('the server name is sent as SNI, and the certificate has to have it', async () => {
  const named: string[] = [];
  const server = await RawServer.start({
    ...certificate('elsewhere'),
    SNICallback: (name, done) => {
      named.push(name);
      done(null);
    },
  });
  await using _server = server;
  const tls = { ca: certificate('elsewhere').cert, servername: 'phoenix.example' };
  await using client = new Dialed(server.url, { tls });
  await server.upgraded();

  await client.opened();

  expect(named).toEqual(['phoenix.example']);
});

test('a client that verifies nothing says so, once', async () => {
  await using server = await RawServer.start(certificate('expired'));
  const warned = once(process, 'warning');
  await using client = new Dialed(server.url, { tls: { rejectUnauthorized: false } });
  await server.upgraded();
  await client.opened();

  const [warning] = (await warned) as [Error];

  expect(warning).toMatchObject({ name: 'SecurityWarning', code: 'PHX_UNVERIFIED' });
  expect(warning.message).toMatch(/^websocket\.tls\.rejectUnauthorized is false: /);
});

describe('an address', () => {
  test('of version 6 is dialed in brackets', async () => {
    await using server = await WsServer.start({ host: '::1' });
    const url = new URL(server.url);
    url.hostname = '[::1]';
    await using client = new Dialed(url);

    await client.opened();
  });

  test('that is dead is passed over for another one of the same name', async () => {
    await using server = await WsServer.start();
    const url = new URL(server.url);
    url.hostname = 'phoenix.example';
    const lookup = lookupOf(() => ['::1', '127.0.0.2', '127.0.0.1']);
    await using client = new Dialed(url, { tls: { lookup } });

    await client.opened();
  });

  test('is looked up anew at each attempt, so that a name may move', async () => {
    await using before = await WsServer.start();
    const { port } = before.url;
    await using after = await WsServer.start({ host: '127.0.0.2', port: Number(port) });
    let address = '127.0.0.1';
    let asked = 0;
    const lookup = lookupOf(() => {
      asked += 1;
      return [address];
    });
    const worker = new RecordingWorker({});
    const url = `ws://phoenix.example:${port}/socket`;
    const websocket = { ...QUICK.websocket, tls: { lookup } };
    await using _client = worker.start({ ...QUICK, url, websocket, heartbeat: false });
    const first = await before.accepted();
    await worker.next('handleConnected');

    address = '127.0.0.2';
    first.terminate();

    await after.accepted();
    await worker.next('handleConnected');
    expect(asked).toBe(2);
  });
});
