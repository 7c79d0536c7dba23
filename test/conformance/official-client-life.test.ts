/** The double against the official client left to itself: it joins, reconnects and rejoins as with a real server. */

import { describe, expect, test } from 'vitest';
import { noReply, reply } from '../../src/testing/channel-double.js';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { OfficialClient, answer } from './official-client.js';
import { SERVERS } from './recording.js';

const SOON = { reconnectAfterMs: () => 10, rejoinAfterMs: () => 10 };

describe.each(SERVERS)('as %s', (server) => {
  test('a channel of a few lines answers joins and pushes', async () => {
    await using double = await PhoenixDouble.start(
      {
        'room:*': {
          join: (params, channel) => {
            if (channel.topic === 'room:secret') channel.refuse({ reason: 'unauthorized' });
            return { welcome: params };
          },
          handle: {
            sum: (payload) => ({ sum: (payload as number[]).reduce((a, b) => a + b, 0) }),
            no: () => reply('error', { reason: 'no' }),
            silence: () => noReply,
          },
        },
      },
      { server },
    );
    await using client = new OfficialClient(double.url, SOON);
    await client.connect();
    await expect(client.join('room:secret')).rejects.toEqual({ reason: 'unauthorized' });
    const room = await client.join('room:1', { name: 'robin' });
    expect(await answer(room, 'sum', [1, 2])).toEqual({ status: 'ok', response: { sum: 3 } });
    expect(await answer(room, 'no')).toEqual({ status: 'error', response: { reason: 'no' } });
    expect(await answer(room, 'silence')).toMatchObject({ status: 'timeout' });
  });

  test('a client rejoins after its channel crashed', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    await using client = new OfficialClient(double.url, SOON);
    await client.connect();
    const channel = await client.join('ping:wild');
    const crashed = new Promise((resolve) => channel.onError(resolve));
    channel.push('crash', {}, 0);
    expect(await crashed).toEqual({ reason: 'channel_crash' });
    await client.until(() => channel.state === 'joined');
    expect(await answer(channel, 'ping')).toEqual({ status: 'ok', response: { ping: 'pong' } });
  });

  test('a second channel on the same topic replaces the first', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    await using client = new OfficialClient(double.url, SOON);
    await client.connect();
    const first = await client.join('ping:wild');
    const second = await client.join('ping:wild');
    expect([first.state, second.state]).toEqual(['closed', 'joined']);
    expect(await answer(second, 'ping')).toMatchObject({ status: 'ok' });
    expect(double.subscribers('ping:wild')).toBe(1);
  });

  test.each([
    [
      'kicked',
      1001,
      async (double: PhoenixDouble) => {
        double.kick();
      },
    ],
    [
      'cut',
      1006,
      async (double: PhoenixDouble) => {
        double.cut();
      },
    ],
    ['drained', 1012, (double: PhoenixDouble) => double.drain()],
    ['restarted', 1006, (double: PhoenixDouble) => double.restart()],
    ['restarted after a drain', 1012, (double: PhoenixDouble) => double.restart({ drain: true })],
  ])('a client comes back and rejoins after it was %s', async (_how, code, end) => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    await using client = new OfficialClient(double.url, SOON);
    await client.connect();
    const channel = await client.join('ping:wild');
    await end(double);
    await client.until(() => client.codes.length > 0);
    expect(client.codes[0]).toBe(code);
    await client.until(() => channel.state === 'joined');
    expect(await answer(channel, 'ping')).toMatchObject({ status: 'ok' });
  });

  test('heartbeats keep a socket alive that the server would close as idle', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { server, idleTimeout: 500 });
    await using client = new OfficialClient(double.url, { ...SOON, heartbeatIntervalMs: 50 });
    await client.connect();
    await client.until(() => client.heard.length >= 12);
    expect(client.codes).toEqual([]);
  });

  test('a client whose auth token is refused tries again until it is accepted', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    const tokens = ['expired', 'expired', 'fresh'];
    const authToken = () => tokens.shift() ?? 'fresh';
    // The types know only the token itself, not the function that may give it.
    const options = { ...SOON, authToken: authToken as unknown as string };
    await using client = new OfficialClient(double.url, options);
    client.socket.connect();
    await client.until(() => client.socket.isConnected());
    expect(client.errors).toHaveLength(2);
    expect(double.dials).toHaveLength(3);
  });
});
