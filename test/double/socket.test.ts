/** One socket of the double: what it drops, what holds it, and the codes it closes with. */

import { describe, expect, test } from 'vitest';
import type { ChannelTable } from '../../src/testing/channel-double.js';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { connectRaw } from '../conformance/raw-client.js';
import type { RawClient } from '../conformance/raw-client.js';

const ok = { status: 'ok', response: {} };
const unmatched = { status: 'error', response: { reason: 'unmatched topic' } };
const heartbeat = [null, '9', 'phoenix', 'heartbeat', {}];
const heartbeatReply = [null, '9', 'phoenix', 'phx_reply', ok];

const connect = (double: PhoenixDouble, mount = '/socket'): Promise<RawClient> =>
  connectRaw(`${double.urlOf(mount)}/websocket?vsn=2.0.0`);

/** A channel whose join waits until the test lets it go. */
function slowJoin(): { readonly channels: ChannelTable; readonly release: () => void } {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => void (release = resolve));
  const slow = { join: () => gate };
  return { channels: { ...seedChannels(), 'slow:*': slow }, release: () => release() };
}

test('a slow join holds heartbeats, pongs and other channels of its socket, and of no other', async () => {
  const { channels, release } = slowJoin();
  await using double = await PhoenixDouble.start(channels);
  await using client = await connect(double);
  await using other = await connect(double);
  client.say(['1', '1', 'ping:1', 'phx_join', {}], ['2', '2', 'slow:1', 'phx_join', {}], heartbeat);
  expect(await client.hear()).toEqual(['1', '1', 'ping:1', 'phx_reply', ok]);
  double.push('ping:1', 'news', {});
  other.say(heartbeat);
  expect(await other.hear()).toEqual(heartbeatReply);
  await other.settle();
  expect(client.unread).toEqual([]);
  const ponged = client.ping();
  release();
  expect(await client.hear()).toEqual(['2', '2', 'slow:1', 'phx_reply', ok]);
  const rest = [await client.hear(), await client.hear()];
  expect(rest).toContainEqual(heartbeatReply);
  expect(rest).toContainEqual(['1', null, 'ping:1', 'news', {}]);
  await ponged;
});

test('a join that takes longer than the idle time is answered all the same', async () => {
  await using double = await PhoenixDouble.start(seedChannels(), { shortIdleTimeout: 150 });
  await using client = await connect(double, '/short');
  client.say(['1', '1', 'ping:1', 'phx_join', { slow: 300 }]);
  expect(await client.hear()).toEqual(['1', '1', 'ping:1', 'phx_reply', ok]);
});

test('a join that outlasts its client leaves no channel behind', async () => {
  const { channels, release } = slowJoin();
  await using double = await PhoenixDouble.start(channels);
  await using client = await connect(double);
  client.say(['1', '1', 'slow:1', 'phx_join', {}]);
  double.cut();
  await client.closed;
  release();
  expect(double.topics()).toEqual([]);
  expect(double.sockets).toBe(0);
});

test('a join overtakes the leave it follows, whose own reply is never sent', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using client = await connect(double);
  client.say(['1', '1', 'ping:1', 'phx_join', {}]);
  await client.hear();
  // In one TCP segment, as a client writes them that does not wait.
  client.cork(() => {
    client.say(['1', '2', 'ping:1', 'phx_leave', {}], ['3', '3', 'ping:1', 'phx_join', {}]);
  });
  expect(await client.hear()).toEqual(['3', '3', 'ping:1', 'phx_reply', ok]);
  expect(await client.hear()).toEqual(['1', '1', 'ping:1', 'phx_close', {}]);
  await client.settle();
  expect(client.unread).toEqual([]);
});

test('a refused second join ends the first all the same', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using client = await connect(double);
  client.say(
    ['1', '1', 'ping:1', 'phx_join', {}],
    ['2', '2', 'ping:1', 'phx_join', { deny: 'no' }],
  );
  await client.hear();
  const refused = { status: 'error', response: { reason: 'no' } };
  expect(await client.hear()).toEqual(['2', '2', 'ping:1', 'phx_reply', refused]);
  expect(await client.hear()).toEqual(['1', '1', 'ping:1', 'phx_close', {}]);
  expect(double.topics()).toEqual([]);
});

test.each([
  ['a string for an integer', 1, '1'],
  ['an integer for a string', '1', 1],
  ['any after null', null, '1'],
])('a message under another join_ref is dropped in silence: %s', async (_what, joined, said) => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using client = await connect(double);
  client.say([joined, '1', 'ping:1', 'phx_join', {}]);
  await client.hear();
  client.say([said, '2', 'ping:1', 'ping', {}], [said, '3', 'ping:1', 'phx_leave', {}]);
  await client.settle();
  expect(client.unread).toEqual([]);
  expect(double.subscribers('ping:1')).toBe(1);
});

test('a message with a null join_ref is delivered', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using client = await connect(double);
  client.say(['1', '1', 'ping:1', 'phx_join', {}], [null, '2', 'ping:1', 'just_ok', {}]);
  await client.hear();
  expect(await client.hear()).toEqual(['1', '2', 'ping:1', 'phx_reply', ok]);
});

test('after a join without join_ref pushes carry its ref, and the close carries null', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using client = await connect(double);
  client.say([null, '1', 'ping:1', 'phx_join', {}], [null, '2', 'ping:1', 'push_me', {}]);
  expect(await client.hear()).toEqual([null, '1', 'ping:1', 'phx_reply', ok]);
  expect(await client.hear()).toEqual(['1', null, 'ping:1', 'pushed', {}]);
  double.stopChannel('ping:1');
  expect(await client.hear()).toEqual([null, null, 'ping:1', 'phx_close', {}]);
});

test('the phoenix topic knows heartbeats only, and answers them without join_ref', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using client = await connect(double);
  client.say(['1', '9', 'phoenix', 'heartbeat', {}], ['1', '2', 'phoenix', 'phx_join', {}]);
  expect(await client.hear()).toEqual(heartbeatReply);
  expect(await client.hear()).toEqual([null, '2', 'phoenix', 'phx_reply', unmatched]);
});

test('a socket admits so many channels and no more, until one has left', async () => {
  await using double = await PhoenixDouble.start(seedChannels(), { maxChannelsPerSocket: 2 });
  await using client = await connect(double);
  const join = (ref: string): void => client.say([ref, ref, `ping:${ref}`, 'phx_join', {}]);
  for (const ref of ['1', '2', '3']) join(ref);
  await client.hear();
  await client.hear();
  const full = { status: 'error', response: { reason: 'too many channels joined' } };
  expect(await client.hear()).toEqual(['3', '3', 'ping:3', 'phx_reply', full]);
  client.say(['1', '4', 'ping:1', 'phx_leave', {}]);
  await client.hear();
  await client.hear();
  join('3');
  expect(await client.hear()).toEqual(['3', '3', 'ping:3', 'phx_reply', ok]);
});

test.each([
  ['a binary frame of another kind', Buffer.of(1, 1, 1, 1, 1)],
  ['a binary frame cut short', Buffer.of(0, 1, 1, 9, 9, 49, 49)],
  ['JSON with the binary opcode', Buffer.from('["1","1","ping:1","phx_join",{}]')],
  ['an array of four', '["1","1","ping:1","phx_join"]'],
  ['a topic that is no string', '["1","1",7,"ping",{}]'],
])('%s closes the socket with 1011', async (_what, frame) => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using client = await connect(double);
  client.send(frame);
  expect(await client.closed).toEqual({ code: 1011, reason: '' });
});

test('elements beyond the fifth are ignored', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using client = await connect(double);
  client.say([...heartbeat, 'more']);
  expect(await client.hear()).toEqual(heartbeatReply);
});

test('version 1 takes JSON with either opcode, and closes with 1011 without a ref', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using client = await connectRaw(`${double.url}/websocket?vsn=1.0.0`);
  const join = { topic: 'ping:1', event: 'phx_join', payload: {} };
  client.send(Buffer.from(JSON.stringify({ ...join, ref: '1' })));
  const reply = { topic: 'ping:1', event: 'phx_reply', payload: ok, ref: '1' };
  expect(await client.hear()).toEqual(reply);
  client.send(JSON.stringify(join));
  expect((await client.closed).code).toBe(1011);
});

test('a frame of 10 MB passes and a longer one closes the socket with 1009', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using client = await connect(double);
  const frame = (size: number): string => {
    const empty = JSON.stringify([null, '9', 'phoenix', 'heartbeat', '']);
    return empty.replace('""', `"${'x'.repeat(size - empty.length)}"`);
  };
  client.send(frame(10_000_000));
  expect(await client.hear()).toEqual(heartbeatReply);
  client.send(frame(10_000_001));
  expect((await client.closed).code).toBe(1009);
});

describe.each([
  { server: 'cowboy', idle: 1000, echo: [1005, 4001] },
  { server: 'bandit', idle: 1002, echo: [1000, 1000] },
] as const)('as $server', ({ server, idle, echo }) => {
  test('a client that closes gets the code that this server answers', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    await using bare = await connect(double);
    await using coded = await connect(double);
    bare.close();
    coded.close(4001);
    expect([(await bare.closed).code, (await coded.closed).code]).toEqual(echo);
  });

  test('a WebSocket ping resets the idle time, and silence ends the socket', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), {
      server,
      shortIdleTimeout: 300,
    });
    await using client = await connect(double, '/short');
    const opened = performance.now();
    while (performance.now() - opened < 500) await client.ping();
    expect((await client.closed).code).toBe(idle);
  });
});
