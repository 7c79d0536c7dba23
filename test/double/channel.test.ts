/** Writing a channel for a test: what its callbacks may do, and what a client then sees. */

import { once } from 'node:events';
import { expect, test } from 'vitest';
import { noReply, reply } from '../../src/testing/channel-double.js';
import type { ChannelDouble, ServerChannel } from '../../src/testing/channel-double.js';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { connectRaw } from '../conformance/raw-client.js';
import type { RawClient } from '../conformance/raw-client.js';

const join = ['1', '1', 'room:1', 'phx_join', {}];
const ok = { status: 'ok', response: {} };
const joined = ['1', '1', 'room:1', 'phx_reply', ok];
const crashed = ['1', '1', 'room:1', 'phx_error', { reason: 'channel_crash' }];
const closed = ['1', '1', 'room:1', 'phx_close', {}];

/** A double with this channel at `room:*`, and a client that has joined `room:1`. */
async function room(channel: ChannelDouble): Promise<{
  readonly double: PhoenixDouble;
  readonly client: RawClient;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}> {
  const double = await PhoenixDouble.start({ 'room:*': channel });
  const client = await connect(double);
  const dispose = async (): Promise<void> => {
    await client[Symbol.asyncDispose]();
    await double[Symbol.asyncDispose]();
  };
  return { double, client, [Symbol.asyncDispose]: dispose };
}

async function connect(double: PhoenixDouble): Promise<RawClient> {
  const client = await connectRaw(`${double.url}/websocket?vsn=2.0.0&name=robin`);
  client.say(join);
  expect(await client.hear()).toEqual(joined);
  return client;
}

test('a handler that throws crashes the channel and the double remembers why', async () => {
  const boom = new Error('boom');
  await using at = await room({
    handle: {
      boom: () => {
        throw boom;
      },
    },
  });
  at.client.say(['1', '2', 'room:1', 'boom', {}]);
  expect(await at.client.hear()).toEqual(crashed);
  expect(at.double.crashes).toEqual([{ topic: 'room:1', error: boom }]);
  expect(at.double.topics()).toEqual([]);
});

test.each(['unknown', 'constructor', 'phx_close'])(
  'an event without a handler crashes the channel: %s',
  async (event) => {
    await using at = await room({});
    at.client.say(['1', '2', 'room:1', event, {}]);
    expect(await at.client.hear()).toEqual(crashed);
  },
);

test('a join that throws or rejects is answered "join crashed"', async () => {
  await using double = await PhoenixDouble.start({
    'throws:*': {
      join: () => {
        throw new Error('boom');
      },
    },
    'rejects:*': { join: () => Promise.reject(new Error('boom')) },
    'pushes:*': { join: (_params, channel) => channel.push('early', {}) },
  });
  await using client = await connectRaw(`${double.url}/websocket?vsn=2.0.0`);
  for (const topic of ['throws:1', 'rejects:1', 'pushes:1']) {
    client.say(['1', '1', topic, 'phx_join', {}]);
    const response = { reason: 'join crashed' };
    const refused = ['1', '1', topic, 'phx_reply', { status: 'error', response }];
    expect(await client.hear()).toEqual(refused);
  }
  expect(double.crashes).toHaveLength(3);
});

test('what cannot be encoded as a payload crashes the channel that pushes it', async () => {
  await using at = await room({ handle: { list: (_, channel) => channel.push('list', [1]) } });
  at.client.say(['1', '2', 'room:1', 'list', {}]);
  expect(await at.client.hear()).toEqual(crashed);
});

test('a join response that cannot be encoded ends the whole socket', async () => {
  await using double = await PhoenixDouble.start({ 'room:*': { join: () => ({ n: 1n }) } });
  await using client = await connectRaw(`${double.url}/websocket?vsn=2.0.0`);
  client.say(join);
  expect(await client.closed).toEqual({ code: 1011, reason: '' });
});

test('a reply may have any status and any response, and may be no reply', async () => {
  await using at = await room({
    handle: {
      nothing: () => undefined,
      null: () => null,
      later: async () => [1, 2],
      accepted: () => reply('accepted'),
      refuse: (payload, channel) => channel.refuse(payload),
      bytes: () => Uint8Array.of(1, 2),
      silent: () => noReply,
    },
  });
  const cases: readonly (readonly [string, unknown])[] = [
    ['nothing', { status: 'ok', response: {} }],
    ['null', { status: 'ok', response: null }],
    ['later', { status: 'ok', response: [1, 2] }],
    ['accepted', { status: 'accepted', response: {} }],
    ['refuse', { status: 'error', response: 'no' }],
  ];
  for (const [event, answer] of cases) {
    at.client.say(['1', '2', 'room:1', event, 'no']);
    expect(await at.client.hear()).toEqual(['1', '2', 'room:1', 'phx_reply', answer]);
  }
  at.client.say(['1', '3', 'room:1', 'bytes', {}]);
  const frame = Buffer.concat([
    Buffer.of(1, 1, 1, 6, 2),
    Buffer.from('13room:1ok'),
    Buffer.of(1, 2),
  ]);
  expect(await at.client.next()).toEqual(frame);
  at.client.say(['1', '4', 'room:1', 'silent', {}]);
  await at.client.settle();
  expect(at.client.unread).toEqual([]);
});

test('a push can be replied to several times, also after its handler', async () => {
  let finish = (): void => undefined;
  await using at = await room({
    handle: {
      work: (_payload, _channel, push) => {
        finish = () => push.reply('ok', { done: true });
        push.reply('accepted');
        return noReply;
      },
    },
  });
  at.client.say(['1', '2', 'room:1', 'work', {}]);
  const accepted = { status: 'accepted', response: {} };
  expect(await at.client.hear()).toEqual(['1', '2', 'room:1', 'phx_reply', accepted]);
  finish();
  const done = { status: 'ok', response: { done: true } };
  expect(await at.client.hear()).toEqual(['1', '2', 'room:1', 'phx_reply', done]);
});

test('a channel handles its pushes in order, and waits for no other channel', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => void (release = resolve));
  await using at = await room({ handle: { wait: () => gate, quick: () => ({}) } });
  at.client.say(['2', '2', 'room:2', 'phx_join', {}]);
  await at.client.hear();
  at.client.say(['1', '3', 'room:1', 'wait', {}], ['1', '4', 'room:1', 'quick', {}]);
  at.client.say(['2', '5', 'room:2', 'quick', {}]);
  expect(await at.client.hear()).toEqual(['2', '5', 'room:2', 'phx_reply', ok]);
  release();
  expect(await at.client.hear()).toEqual(['1', '3', 'room:1', 'phx_reply', ok]);
  expect(await at.client.hear()).toEqual(['1', '4', 'room:1', 'phx_reply', ok]);
});

test('a push goes to one member, a broadcast to all, broadcastFrom to all but one', async () => {
  await using at = await room({
    handle: {
      say: (payload, channel) => {
        channel.push('push', { payload });
        channel.broadcast('broadcast', { payload });
        channel.broadcastFrom('broadcastFrom', { payload });
        return noReply;
      },
    },
  });
  await using other = await connect(at.double);
  at.client.say(['1', '2', 'room:1', 'say', 'x']);
  expect(await at.client.hear()).toEqual(['1', null, 'room:1', 'push', { payload: 'x' }]);
  const broadcast = [null, null, 'room:1', 'broadcast', { payload: 'x' }];
  expect(await at.client.hear()).toEqual(broadcast);
  expect(await other.hear()).toEqual(broadcast);
  expect(await other.hear()).toEqual([null, null, 'room:1', 'broadcastFrom', { payload: 'x' }]);
  expect(at.client.unread).toEqual([]);
});

test('joined pushes after the join reply, and the test from outside at any time', async () => {
  await using at = await room({
    join: async () => undefined,
    joined: (channel) => channel.push('welcome', { to: channel.connectParams['name'] }),
  });
  expect(await at.client.hear()).toEqual(['1', null, 'room:1', 'welcome', { to: 'robin' }]);
  at.double.push('room:1', 'news', { n: 1 });
  expect(await at.client.hear()).toEqual(['1', null, 'room:1', 'news', { n: 1 }]);
  at.double.broadcast('room:1', 'news', { n: 2 });
  expect(await at.client.hear()).toEqual([null, null, 'room:1', 'news', { n: 2 }]);
});

test.each([
  ['normal', closed],
  ['shutdown', closed],
  ['error', crashed],
] as const)('a channel that stops with %s replies first', async (reason, ending) => {
  const stop = (_payload: unknown, channel: ServerChannel): unknown => {
    channel.stop(reason);
    return { bye: true };
  };
  await using at = await room({ handle: { stop } });
  at.client.say(['1', '2', 'room:1', 'stop', {}]);
  const bye = { status: 'ok', response: { bye: true } };
  expect(await at.client.hear()).toEqual(['1', '2', 'room:1', 'phx_reply', bye]);
  expect(await at.client.hear()).toEqual(ending);
});

test('a channel told to stop or to crash from outside says so at once', async () => {
  await using at = await room({ handle: { wait: () => new Promise(() => undefined) } });
  at.double.stopChannel('room:1');
  expect(await at.client.hear()).toEqual(closed);
  at.client.say(join, ['1', '2', 'room:1', 'wait', {}]);
  await at.client.hear();
  at.double.crash('room:1');
  expect(await at.client.hear()).toEqual(crashed);
});

test('many handlers may wait for the end of their channel at once', async () => {
  const aborted = (channel: ServerChannel): Promise<unknown> => once(channel.signal, 'abort');
  await using at = await room({
    handle: {
      wait: (_payload, channel) => {
        void aborted(channel);
        return noReply;
      },
    },
  });
  for (let ref = 2; ref < 22; ref += 1) at.client.say(['1', String(ref), 'room:1', 'wait', {}]);
  await at.client.settle();
  expect(at.double.crashes).toEqual([]);
});

test('leave is called once however the channel ends, and its signal is aborted', async () => {
  const left: string[] = [];
  await using double = await PhoenixDouble.start({
    '*': {
      join: (params, channel) => (params === 'no' ? channel.refuse({}) : undefined),
      leave: (channel) => left.push(`${channel.topic} ${String(channel.signal.aborted)}`),
    },
  });
  await using client = await connectRaw(`${double.url}/websocket?vsn=2.0.0`);
  client.say(['1', '1', 'refused', 'phx_join', 'no']);
  for (const topic of ['left', 'crashed', 'replaced', 'cut']) {
    client.say(['1', '1', topic, 'phx_join', {}]);
  }
  client.say(['1', '2', 'left', 'phx_leave', {}], ['1', '2', 'crashed', 'unknown', {}]);
  client.say(['2', '2', 'replaced', 'phx_join', 'no']);
  await client.settle();
  double.cut();
  const topics = ['crashed', 'cut', 'left', 'refused', 'replaced', 'replaced'];
  expect(left.sort()).toEqual(topics.map((topic) => `${topic} true`));
});
