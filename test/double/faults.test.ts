/** Faults on demand: each does what its name says, to old and new connections, until it is healed. */

import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { expect, test } from 'vitest';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { connectRaw, dialRaw } from '../conformance/raw-client.js';
import type { RawClient } from '../conformance/raw-client.js';

const ok = { status: 'ok', response: {} };
const heartbeat = [null, '9', 'phoenix', 'heartbeat', {}];
const heartbeatReply = [null, '9', 'phoenix', 'phx_reply', ok];
const PATH = '/socket/websocket?vsn=2.0.0';

const start = (): Promise<PhoenixDouble> => PhoenixDouble.start(seedChannels());
const connect = (double: PhoenixDouble): Promise<RawClient> =>
  connectRaw(`${double.url}/websocket?vsn=2.0.0`);

async function join(client: RawClient): Promise<void> {
  client.say(['1', '1', 'ping:1', 'phx_join', {}]);
  expect(await client.hear()).toEqual(['1', '1', 'ping:1', 'phx_reply', ok]);
}

test('refuse answers every dial with the status, headers and body, until heal', async () => {
  await using double = await start();
  double.faults.refuse(503, { 'retry-after': '7' }, 'full');
  const answer = await dialRaw(`${double.url}/websocket`);
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '7' }, body: 'full' });
  double.faults.heal();
  await using _client = await connect(double);
  expect(double.sockets).toBe(1);
});

test('stall accepts the connection and never answers the upgrade', async () => {
  await using double = await start();
  double.faults.stall();
  const tcp = connectTcp(double.port, '127.0.0.1');
  const chunks: unknown[] = [];
  tcp.on('data', (chunk) => chunks.push(chunk));
  tcp.write(upgradeRequest());
  await expect.poll(() => double.dials.length).toBe(1);
  double.faults.heal();
  await using _client = await connect(double);
  expect(chunks).toEqual([]);
  const closed = once(tcp, 'close');
  await double.stop();
  await closed;
});

test('delay holds frames back without changing their order', async () => {
  await using double = await start();
  await using client = await connect(double);
  double.faults.delay(250);
  client.say(['1', '1', 'ping:1', 'phx_join', {}], ['1', '2', 'ping:1', 'burst', { n: 3 }]);
  await client.settle();
  expect(client.unread).toEqual([]);
  double.faults.heal();
  client.say(heartbeat);
  const heard = [];
  for (let frame = 0; frame < 6; frame += 1) heard.push(await client.hear());
  expect(heard[0]).toEqual(['1', '1', 'ping:1', 'phx_reply', ok]);
  expect(heard[3]).toEqual(['1', null, 'ping:1', 'tick', { i: 3 }]);
  expect(heard[5]).toEqual(heartbeatReply);
});

test('drop loses the frames of one event, or of several, or all', async () => {
  await using double = await start();
  await using client = await connect(double);
  client.say(['1', '1', 'ping:1', 'phx_join', {}]);
  await client.hear();
  double.faults.drop('pushed');
  client.say(['1', '2', 'ping:1', 'push_me', {}], heartbeat);
  expect(await client.hear()).toEqual(heartbeatReply);
  double.faults.drop('phx_reply');
  client.say(heartbeat, ['1', '3', 'ping:1', 'push_me', {}], ['1', '4', 'ping:1', 'bcast', {}]);
  expect(await client.hear()).toEqual([null, null, 'ping:1', 'bcast', {}]);
  double.faults.drop();
  client.say(heartbeat, ['1', '5', 'ping:1', 'bcast', {}]);
  await client.settle();
  expect(client.unread).toEqual([]);
  double.faults.heal();
  client.say(heartbeat);
  expect(await client.hear()).toEqual(heartbeatReply);
});

test('duplicate sends each frame twice', async () => {
  await using double = await start();
  await using client = await connect(double);
  double.faults.duplicate();
  client.say(heartbeat);
  expect([await client.hear(), await client.hear()]).toEqual([heartbeatReply, heartbeatReply]);
});

test('reorder swaps frames in pairs, and lets the last one go alone', async () => {
  await using double = await start();
  await using client = await connect(double);
  await join(client);
  double.faults.reorder();
  client.say(['1', '2', 'ping:1', 'burst', { n: 4 }]);
  const heard = [];
  for (let frame = 0; frame < 5; frame += 1) heard.push(await client.hear());
  const tick = (i: number): unknown => ['1', null, 'ping:1', 'tick', { i }];
  const reply = ['1', '2', 'ping:1', 'phx_reply', { status: 'ok', response: { n: 4 } }];
  expect(heard).toEqual([tick(2), tick(1), tick(4), tick(3), reply]);
});

test('reorder lets what waits go at heal, before all that follows', async () => {
  await using double = await start();
  await using client = await connect(double);
  await join(client);
  double.faults.reorder();
  double.broadcast('ping:1', 'first', {});
  double.faults.heal();
  double.broadcast('ping:1', 'second', {});
  expect(await client.hear()).toEqual([null, null, 'ping:1', 'first', {}]);
  expect(await client.hear()).toEqual([null, null, 'ping:1', 'second', {}]);
});

test('reorder pairs the frames of each socket, and counts none that is dropped', async () => {
  await using double = await start();
  await using one = await connect(double);
  await using two = await connect(double);
  await join(one);
  await join(two);
  double.faults.reorder();
  double.faults.drop('lost');
  for (const event of ['first', 'lost', 'second']) double.broadcast('ping:1', event, {});
  for (const client of [one, two]) {
    expect(await client.hear()).toEqual([null, null, 'ping:1', 'second', {}]);
    expect(await client.hear()).toEqual([null, null, 'ping:1', 'first', {}]);
  }
});

test('reorder and duplicate swap pairs of which each frame comes twice', async () => {
  await using double = await start();
  await using client = await connect(double);
  await join(client);
  double.faults.reorder();
  double.faults.duplicate();
  for (const event of ['first', 'second']) double.broadcast('ping:1', event, {});
  for (const event of ['second', 'second', 'first', 'first']) {
    expect(await client.hear()).toEqual([null, null, 'ping:1', event, {}]);
  }
});

test('reorder and delay hold a pair back that is swapped', async () => {
  await using double = await start();
  await using client = await connect(double);
  await join(client);
  double.faults.reorder();
  double.faults.delay(10);
  for (const event of ['first', 'second']) double.broadcast('ping:1', event, {});
  for (const event of ['second', 'first']) {
    expect(await client.hear()).toEqual([null, null, 'ping:1', event, {}]);
  }
});

test('what reorder holds back is lost when its socket closes', async () => {
  await using double = await start();
  await using client = await connect(double);
  await join(client);
  double.faults.reorder();
  double.broadcast('ping:1', 'first', {});
  double.kick();
  expect((await client.closed).code).toBe(1001);
  expect(client.unread).toEqual([]);
});

test('a half-open server keeps the connection and answers nothing, not even pings', async () => {
  await using double = await start();
  await using client = await connect(double);
  client.say(['1', '1', 'ping:1', 'phx_join', {}]);
  await client.hear();
  double.faults.halfOpen();
  client.say(heartbeat);
  const ponged = client.ping();
  double.broadcast('ping:1', 'news', {});
  const late = connectTcp(double.port, '127.0.0.1');
  late.write(upgradeRequest());
  await expect.poll(() => double.dials.length).toBe(2);
  expect(client.unread).toEqual([]);
  double.faults.heal();
  expect(await client.hear()).toEqual([null, null, 'ping:1', 'news', {}]);
  expect(await client.hear()).toEqual(heartbeatReply);
  await ponged;
  late.destroy();
});

test('a half-open server is silent about what it had read before', async () => {
  let started = (): void => undefined;
  let release = (): void => undefined;
  const joining = new Promise<void>((resolve) => void (started = resolve));
  const gate = new Promise<void>((resolve) => void (release = resolve));
  const slow = {
    join: () => {
      started();
      return gate;
    },
  };
  await using double = await PhoenixDouble.start({ 'slow:*': slow });
  await using client = await connect(double);
  client.cork(() => {
    client.say(['1', '1', 'slow:1', 'phx_join', {}], heartbeat);
    client.sendPing();
  });
  await joining;
  double.faults.halfOpen();
  release();
  await expect.poll(() => double.topics()).toEqual(['slow:1']);
  double.faults.heal();
  expect(await client.hear()).toEqual(['1', '1', 'slow:1', 'phx_reply', ok]);
  expect(await client.hear()).toEqual(heartbeatReply);
  expect(client.pongs).toBe(0);
});

test('a half-open server does not count silence as idle', async () => {
  await using double = await PhoenixDouble.start(seedChannels(), { shortIdleTimeout: 50 });
  await using client = await connectRaw(`${double.urlOf('/short')}/websocket?vsn=2.0.0`);
  double.faults.halfOpen();
  // Another server's idle timeout, twice as long, tells that the time is over.
  await using probe = await PhoenixDouble.start({}, { shortIdleTimeout: 100 });
  await using other = await connectRaw(`${probe.urlOf('/short')}/websocket?vsn=2.0.0`);
  await other.closed;
  expect(double.sockets).toBe(1);
  double.faults.heal();
  expect((await client.closed).code).toBe(1002);
});

function upgradeRequest(): string {
  const headers = [
    'Host: double',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ];
  return [`GET ${PATH} HTTP/1.1`, ...headers, '', ''].join('\r\n');
}
