/** The life of a double: who is there, restarts on the same port, and nothing left open at the end. */

import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { describe, expect, test } from 'vitest';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { connectRaw } from '../conformance/raw-client.js';
import type { RawClient } from '../conformance/raw-client.js';

const ok = { status: 'ok', response: {} };
const connect = (double: PhoenixDouble, query = ''): Promise<RawClient> =>
  connectRaw(`${double.url}/websocket?vsn=2.0.0${query}`);

async function join(client: RawClient, topic: string): Promise<void> {
  client.say(['1', '1', topic, 'phx_join', {}]);
  expect(await client.hear()).toEqual(['1', '1', topic, 'phx_reply', ok]);
}

test('a port that is taken rejects the start', async () => {
  await using double = await PhoenixDouble.start({});
  await expect(PhoenixDouble.start({}, { port: double.port })).rejects.toThrow(/EADDRINUSE/);
});

test('topics, subscribers and sockets follow joins, leaves and losses', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using one = await connect(double);
  await using two = await connect(double);
  await join(one, 'ping:1');
  await join(two, 'ping:1');
  await join(two, 'ping:2');
  expect([double.topics(), double.sockets]).toEqual([['ping:1', 'ping:2'], 2]);
  expect(double.subscribers('ping:1')).toBe(2);
  one.say(['1', '2', 'ping:1', 'phx_leave', {}]);
  await one.hear();
  expect(double.subscribers('ping:1')).toBe(1);
  two.close();
  await two.closed;
  expect([double.topics(), double.sockets]).toEqual([[], 1]);
});

test('every dial is kept with its time and path', async () => {
  const before = Date.now();
  await using double = await PhoenixDouble.start({});
  await using _client = await connect(double, '&a=1');
  await expect(connect(double, '&deny=1')).rejects.toThrow('refused with 403');
  const paths = ['/socket/websocket?vsn=2.0.0&a=1', '/socket/websocket?vsn=2.0.0&deny=1'];
  expect(double.dials.map(({ path }) => path)).toEqual(paths);
  for (const { at } of double.dials) expect(at).toBeGreaterThanOrEqual(before);
});

test('a restart keeps the port and cuts who was connected', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  const { url } = double;
  await using before = await connect(double);
  await double.restart();
  expect((await before.closed).code).toBe(1006);
  expect(double.url).toBe(url);
  await using after = await connect(double);
  await join(after, 'ping:1');
});

test('a stopped double refuses connections until it is restarted', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await double.stop();
  await expect(connect(double)).rejects.toThrow(/ECONNREFUSED/);
  await double.restart();
  await using client = await connect(double);
  await join(client, 'ping:1');
});

test('"disconnect" on a socket id closes the sockets of that user alone', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using gone = await connect(double, '&uid=42');
  await using kept = await connect(double, '&uid=43');
  double.broadcast('users:42', 'disconnect', {});
  expect(await gone.closed).toEqual({ code: 1001, reason: '' });
  await join(kept, 'ping:1');
});

test('a kick closes every socket with the code', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using one = await connect(double);
  await using two = await connect(double);
  double.kick(1013);
  expect([(await one.closed).code, (await two.closed).code]).toEqual([1013, 1013]);
});

describe.each([
  { server: 'cowboy', bare: 1006 },
  { server: 'bandit', bare: 1000 },
] as const)('as $server', ({ server, bare }) => {
  test('a drain ends sockets with a channel by 1012, and others as this server does', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    await using member = await connect(double);
    await join(member, 'ping:1');
    await using idler = await connect(double);
    await double.drain();
    expect((await member.closed).code).toBe(1012);
    expect((await idler.closed).code).toBe(bare);
    expect(double.sockets).toBe(0);
    await using _next = await connect(double);
  });
});

describe('after dispose nothing is left open', () => {
  test('with a member, a slow join, a delayed frame and a closing client', async () => {
    const double = await PhoenixDouble.start(seedChannels());
    const clients = [await connect(double), await connect(double), await connect(double)];
    const [member, slow, closing] = clients as [RawClient, RawClient, RawClient];
    await join(member, 'numbers:positive');
    slow.say(['1', '1', 'ping:1', 'phx_join', { slow: 60_000 }]);
    double.faults.delay(60_000);
    member.say([null, '2', 'phoenix', 'heartbeat', {}]);
    await member.settle();
    closing.close();
    await double[Symbol.asyncDispose]();
    await Promise.all(clients.map((client) => client.closed));
    expect([double.sockets, double.topics()]).toEqual([0, []]);
  });

  test.each(['stall', 'halfOpen'] as const)('with the fault %s', async (fault) => {
    const double = await PhoenixDouble.start(seedChannels());
    const client = await connect(double);
    double.faults[fault]();
    const tcp = connectTcp(double.port, '127.0.0.1');
    const closed = once(tcp, 'close');
    tcp.write(
      'GET /socket/websocket HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await expect.poll(() => double.dials.length).toBe(2);
    await double[Symbol.asyncDispose]();
    await Promise.all([closed, client.closed]);
  });

  test('twice, and after a stop', async () => {
    const double = await PhoenixDouble.start({});
    await double.stop();
    await double[Symbol.asyncDispose]();
    await double[Symbol.asyncDispose]();
    expect(double.sockets).toBe(0);
  });
});
