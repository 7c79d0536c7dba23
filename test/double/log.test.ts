/** The log of a double: what it tells of dials, messages, joins and ends. */

import { expect, test } from 'vitest';
import type { EndCause, LogEntry } from '../../src/testing/log-entry.js';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { connectRaw, dialRaw } from '../conformance/raw-client.js';
import type { RawClient } from '../conformance/raw-client.js';

const TOPIC = 'ping:1';
const KEPT = 10_000;

const start = (): Promise<PhoenixDouble> => PhoenixDouble.start(seedChannels());
const connect = (double: PhoenixDouble, query = ''): Promise<RawClient> =>
  connectRaw(`${double.url}/websocket?vsn=2.0.0${query}`);

async function join(client: RawClient, params: unknown = {}): Promise<void> {
  client.say(['1', '1', TOPIC, 'phx_join', params]);
  await client.hear();
}

/** Without the time, which is another one each time. */
function told(log: readonly LogEntry[]): readonly object[] {
  return log.map(({ at: _at, ...rest }) => rest);
}

test('a session is told from the dial to the close', async () => {
  await using double = await start();
  await using client = await connect(double, '&name=robin');
  await join(client, { hello: 1 });
  client.say(['1', '2', TOPIC, 'echo', { a: 1 }]);
  await client.hear();
  client.say(['1', '3', TOPIC, 'push_me', {}]);
  await client.hear();
  client.say(['1', '4', TOPIC, 'bcast', { b: 2 }]);
  await client.hear();
  client.say(['1', '5', TOPIC, 'phx_leave', {}]);
  await client.hear();
  await client.hear();
  client.close(4001);
  await double.seen({ kind: 'closed' });

  const own = { socket: 1, topic: TOPIC, joinRef: '1' };
  const received = { ...own, kind: 'received' };
  const replied = { ...own, kind: 'replied', status: 'ok' };
  const path = '/socket/websocket?vsn=2.0.0&name=robin';
  expect(told(double.log)).toEqual([
    { socket: 1, kind: 'dialed', path },
    { socket: 1, kind: 'opened', params: { vsn: '2.0.0', name: 'robin' } },
    { ...received, event: 'phx_join', ref: '1', payload: { hello: 1 } },
    { ...replied, event: 'phx_join', ref: '1', response: { hello: 1 } },
    { ...own, kind: 'joined', params: { hello: 1 } },
    { ...received, event: 'echo', ref: '2', payload: { a: 1 } },
    { ...replied, event: 'echo', ref: '2', response: { a: 1 } },
    { ...received, event: 'push_me', ref: '3', payload: {} },
    { ...own, kind: 'pushed', event: 'pushed', ref: null, payload: {} },
    { ...received, event: 'bcast', ref: '4', payload: { b: 2 } },
    { socket: 1, kind: 'broadcast', topic: TOPIC, event: 'bcast', payload: { b: 2 } },
    { ...received, event: 'phx_leave', ref: '5', payload: {} },
    { ...replied, event: 'phx_leave', ref: '5', response: {} },
    { ...own, kind: 'ended', cause: 'left' },
    { ...own, kind: 'pushed', event: 'phx_close', ref: '1', payload: {} },
    { socket: 1, kind: 'closed', code: 4001 },
  ]);
});

test('each entry has its time', async () => {
  const before = Date.now();
  await using double = await start();
  await using _client = await connect(double);
  const times = double.log.map(({ at }) => at);
  expect(times).toHaveLength(2);
  for (const at of times) expect(at).toBeGreaterThanOrEqual(before);
});

test('each dial has its own number, those that are refused or stall as well', async () => {
  await using double = await start();
  const dial = (query = ''): ReturnType<typeof dialRaw> =>
    dialRaw(`${double.url}/websocket?vsn=2.0.0${query}`);
  await dial('&deny=1');
  double.faults.refuse(503);
  await dial();
  double.faults.heal();
  double.faults.stall();
  const stalled = expect(dial()).rejects.toThrow();
  await double.seen({ kind: 'dialed', socket: 3 });
  double.faults.heal();
  await using _client = await connect(double);
  const path = '/socket/websocket?vsn=2.0.0';
  expect(told(double.log)).toEqual([
    { socket: 1, kind: 'dialed', path: `${path}&deny=1` },
    { socket: 1, kind: 'refused', status: 403 },
    { socket: 2, kind: 'dialed', path },
    { socket: 2, kind: 'refused', status: 503 },
    { socket: 3, kind: 'dialed', path },
    { socket: 4, kind: 'dialed', path },
    { socket: 4, kind: 'opened', params: { vsn: '2.0.0' } },
  ]);
  await double.stop();
  await stalled;
});

test.each([
  ['by its channel', TOPIC, { deny: 'no' }, { reason: 'no' }],
  ['by a crash of it', TOPIC, { crash: 1 }, { reason: 'join crashed' }],
  ['for want of a channel', 'nobody', {}, { reason: 'unmatched topic' }],
  ['as one too many', 'ping:2', {}, { reason: 'too many channels joined' }],
])('a join refused %s is told with what it was answered', async (_how, topic, params, response) => {
  await using double = await PhoenixDouble.start(seedChannels(), { maxChannelsPerSocket: 1 });
  await using client = await connect(double);
  if (topic === 'ping:2') await join(client);
  const since = double.mark();
  client.say(['7', '7', topic, 'phx_join', params]);
  const entry = await double.seen({ kind: 'joinRefused' });
  expect(entry).toMatchObject({ socket: 1, topic, params, joinRef: '7', response });
  const kinds = since.log.map(({ kind }) => kind);
  expect(kinds).toEqual(['received', 'replied', 'joinRefused']);
});

test.each<readonly [EndCause, (double: PhoenixDouble, client: RawClient) => unknown]>([
  ['left', (_, client) => client.say(['1', '2', TOPIC, 'phx_leave', {}])],
  ['stopped', (_, client) => client.say(['1', '2', TOPIC, 'stop', {}])],
  ['stopped', (_, client) => client.say(['1', '2', TOPIC, 'stop_shutdown', {}])],
  ['stopped', (double) => double.stopChannel(TOPIC)],
  ['crashed', (_, client) => client.say(['1', '2', TOPIC, 'stop_error', {}])],
  ['crashed', (_, client) => client.say(['1', '2', TOPIC, 'crash', {}])],
  ['crashed', (double) => double.crash(TOPIC)],
  ['replaced', (_, client) => client.say(['2', '2', TOPIC, 'phx_join', { deny: 1 }])],
  ['disconnected', (double) => double.cut()],
  ['disconnected', (_, client) => client.close()],
])('the end of a channel is told once, with its cause: %s', async (cause, end) => {
  await using double = await start();
  await using client = await connect(double);
  await join(client);
  end(double, client);
  expect(await double.seen({ kind: 'ended' })).toMatchObject({ topic: TOPIC, joinRef: '1', cause });
  double.cut();
  expect(double.log.filter(({ kind }) => kind === 'ended')).toHaveLength(1);
  expect(double.log.filter(({ kind }) => kind === 'joined')).toHaveLength(1);
});

test.each<readonly [string, number, (double: PhoenixDouble, client: RawClient) => unknown]>([
  ['a client closes with a code', 4001, (_, client) => client.close(4001)],
  ['a client closes without a code', 1005, (_, client) => client.close()],
  ['a client goes away', 1006, (_, client) => client[Symbol.asyncDispose]()],
  ['a client says what is no message', 1011, (_, client) => client.send('{')],
  ['the server kicks', 1013, (double) => double.kick(1013)],
  ['the server cuts', 1006, (double) => double.cut()],
  ['the server drains', 1012, (double) => double.drain()],
])('the close is the last that is told of a socket: %s', async (_how, code, end) => {
  await using double = await start();
  await using client = await connect(double);
  await join(client);
  await end(double, client);
  expect(await double.seen({ kind: 'closed' })).toMatchObject({ socket: 1, code });
  await client.closed;
  expect(double.log.at(-1)).toMatchObject({ kind: 'closed', code });
  expect(double.log.filter(({ kind }) => kind === 'closed')).toHaveLength(1);
});

test('a broadcast is told for each member that it reaches, and of no other socket', async () => {
  await using double = await start();
  const clients = [await connect(double), await connect(double), await connect(double)];
  for (const client of clients.slice(1)) await join(client);
  const since = double.mark();
  double.broadcast(TOPIC, 'news', {});
  expect(since.log.map(({ kind, socket }) => [kind, socket])).toEqual([
    ['broadcast', 2],
    ['broadcast', 3],
  ]);
  for (const client of clients) await client[Symbol.asyncDispose]();
});

test('heartbeats, stale messages and version 1 are told as they are', async () => {
  await using double = await start();
  await using client = await connect(double);
  await join(client);
  client.say([null, 9, 'phoenix', 'heartbeat', {}], ['0', '2', TOPIC, 'ping', {}]);
  const beat = { topic: 'phoenix', event: 'heartbeat', ref: 9 };
  await double.seen({ kind: 'received', ...beat });
  await double.seen({ kind: 'replied', ...beat, status: 'ok' });
  await double.seen({ kind: 'received', topic: TOPIC, event: 'ping', joinRef: '0' });
  await using old = await connectRaw(`${double.url}/websocket?vsn=1.0.0`);
  old.send(JSON.stringify({ topic: TOPIC, event: 'phx_join', payload: {}, ref: '1' }));
  expect(await double.seen({ kind: 'joined', socket: 2 })).toMatchObject({ joinRef: null });
});

test('what the server says is told once, whatever a fault does to it', async () => {
  await using double = await start();
  await using client = await connect(double);
  await join(client);
  const since = double.mark();
  double.faults.drop('lost');
  double.faults.duplicate();
  double.broadcast(TOPIC, 'lost', {});
  double.broadcast(TOPIC, 'twice', {});
  const events = since.log.map((entry) => 'event' in entry && entry.event);
  expect(events).toEqual(['lost', 'twice']);
});

test('of more entries than 10 000 the newest are kept', async () => {
  await using double = await start();
  await using client = await connect(double);
  await join(client);
  double.faults.drop();
  const since = double.mark();
  for (let n = 1; n <= 3 * KEPT + 5; n += 1) {
    double.push(TOPIC, 'tick', { n });
    if (n % 4999 === 0) expect(double.log.length).toBeLessThanOrEqual(KEPT);
  }
  const kept = double.log.map((entry) => 'payload' in entry && entry.payload);
  expect(kept).toEqual(Array.from({ length: KEPT }, (_, at) => ({ n: 2 * KEPT + 6 + at })));
  expect(since.log).toEqual(double.log);
});

test('a mark stays where it is when older entries are forgotten', async () => {
  await using double = await start();
  await using client = await connect(double);
  await join(client);
  double.faults.drop();
  for (let n = 0; n < 1.5 * KEPT; n += 1) double.push(TOPIC, 'before', {});
  const since = double.mark();
  for (let n = 0; n < 0.9 * KEPT; n += 1) double.push(TOPIC, 'after', {});
  const events = since.log.map((entry) => 'event' in entry && entry.event);
  expect(events).toEqual(Array(0.9 * KEPT).fill('after'));
});
