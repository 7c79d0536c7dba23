/** The ways to a socket: over TLS, with an auth token, compressed. */

import { describe, expect, test } from 'vitest';
import type { CredentialsRequest } from '../../src/index.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { certificate } from '../support/certificate.js';
import { QUICK } from '../support/fault-options.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { RecordingWorker } from '../support/recording-worker.js';

const TOPIC = 'ping:1';

describe('over TLS', () => {
  test('a server with a self-signed certificate is reached when it is given as the authority', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using proxy = await FaultProxy.start(double.port, { certificate: certificate() });
    const worker = new RecordingWorker({ [TOPIC]: {} });
    const websocket = { tls: { ca: certificate().cert } };
    await using _client = worker.start({ ...QUICK, url: proxy.urlOf('/socket'), websocket });

    await worker.next('handleJoined');
    expect(await worker.pushEvent(TOPIC, 'echo', { n: 1 }).ok()).toEqual({ n: 1 });

    proxy.obey([{ to: 'client', when: { bytes: 10 }, do: { kind: 'cut' }, times: 1 }]);
    double.push(TOPIC, 'news', {});
    expect((await worker.next('handleDisconnected')).close).toMatchObject({ code: 1006 });
    expect((await worker.next('handleJoined')).gap).not.toBeNull();
  });

  test('a certificate that nobody vouches for is a network failure, and is tried again', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using proxy = await FaultProxy.start(double.port, { certificate: certificate() });
    const worker = new RecordingWorker({ [TOPIC]: {} });
    await using _client = worker.start({ ...QUICK, url: proxy.urlOf('/socket') });

    const { close } = await worker.next('handleDisconnected');

    expect(close).toMatchObject({ cause: 'network', code: 1006 });
    expect(close.reason).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(await worker.next('handleDisconnected')).toMatchObject({ attempt: 2 });
    expect(double.dials).toEqual([]);
  });
});

describe('an auth token', () => {
  test.each(['/socket', '/auth'])('reaches connect/3 of the mount %s', async (mount) => {
    const tokens: (string | null)[] = [];
    await using double = await PhoenixDouble.start(seedChannels(), {
      connect: ({ authToken }) => void tokens.push(authToken),
    });
    const worker = new RecordingWorker({ [TOPIC]: {} });
    const credentials = { authToken: 'SFMyNTY.g2gDYQ-_.x1' };
    await using _client = worker.start({ ...QUICK, url: double.urlOf(mount), credentials });

    await worker.next('handleJoined');

    expect(tokens).toEqual(['SFMyNTY.g2gDYQ-_.x1']);
  });

  test('that has expired is answered 401, and a fresh one is let in', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const worker = new RecordingWorker({ [TOPIC]: {} });
    const credentials = ({ refused }: CredentialsRequest) => ({
      authToken: refused ? 'fresh' : 'expired',
    });
    await using _client = worker.start({ ...QUICK, url: double.urlOf('/auth'), credentials });

    const { close } = await worker.next('handleDisconnected');
    await worker.next('handleJoined');

    expect(close).toMatchObject({ cause: 'refused', status: 401 });
    expect(double.dials).toHaveLength(2);
  });

  test('for a mount that takes none is a failure that says what to do', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const worker = new RecordingWorker({ [TOPIC]: {} });
    const credentials = { authToken: 'token' };
    await using _client = worker.start({ ...QUICK, url: double.urlOf('/deflate'), credentials });

    const { close } = await worker.next('handleDisconnected');

    expect(close).toMatchObject({ cause: 'peer', code: 1006 });
    expect(close.reason).toContain('auth_token: true');
  });
});

describe('a mount with permessage-deflate', () => {
  const text = 'the same again and again. '.repeat(2000);

  test.each([
    ['compresses what it says to a client that offers it', true],
    ['says it as it is to a client that does not', false],
  ])('%s', async (_what, deflate) => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using proxy = await FaultProxy.start(double.port);
    const worker = new RecordingWorker({ [TOPIC]: {} });
    const options = { ...QUICK, url: proxy.urlOf('/deflate'), websocket: { deflate } };
    await using _client = worker.start(options);

    await worker.next('handleJoined');
    expect(await worker.pushEvent(TOPIC, 'echo', { text }).ok()).toEqual({ text });

    expect(proxy.bytesToClients < text.length / 10).toBe(deflate);
  });
});
