/** Presence as the double keeps it: who is told what when channels are tracked, updated, untracked, or end. */

import { expect, test } from 'vitest';
import { noReply } from '../../src/testing/channel-double.js';
import type { ChannelDouble, ServerChannel } from '../../src/testing/channel-double.js';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import type { PresenceMeta, PresenceState } from '../../src/testing/presences.js';
import { connectRaw } from '../conformance/raw-client.js';
import type { RawClient } from '../conformance/raw-client.js';

type Diff = { readonly joins: PresenceState; readonly leaves: PresenceState };

const ok = { status: 'ok', response: {} };
const crashed = ['1', '1', 'room:1', 'phx_error', { reason: 'channel_crash' }];

/** Does with presence what the payload of an event of that name says. */
const trackers: ChannelDouble = {
  handle: {
    track: (payload, channel) => track(payload, channel),
    update: (payload, channel) => {
      const [key, meta] = payload as [string, object];
      channel.update(key, meta);
    },
    untrack: (payload, channel) => channel.untrack(payload as string),
    list: (_payload, channel) => channel.presences(),
    boom: () => {
      throw new Error('boom');
    },
    stop: (_payload, channel) => {
      channel.stop('normal');
      return noReply;
    },
    kill: (_payload, channel) => channel.killTransport(),
  },
};

function track(payload: unknown, channel: ServerChannel): void {
  const [key, meta] = payload as [string, object];
  channel.track(key, meta);
}

async function member(double: PhoenixDouble): Promise<RawClient> {
  const client = await connectRaw(`${double.url}/websocket?vsn=2.0.0`);
  client.say(['1', '1', 'room:1', 'phx_join', {}]);
  expect(await client.hear()).toEqual(['1', '1', 'room:1', 'phx_reply', ok]);
  return client;
}

async function heardDiff(client: RawClient): Promise<Diff> {
  const [joinRef, ref, topic, event, diff] = (await client.hear()) as readonly unknown[];
  expect([joinRef, ref, topic, event]).toEqual([null, null, 'room:1', 'presence_diff']);
  return diff as Diff;
}

/** Says an event, and returns the diff that comes of it; its reply follows. */
async function changed(client: RawClient, event: string, payload: unknown): Promise<Diff> {
  client.say(['1', '2', 'room:1', event, payload]);
  const diff = await heardDiff(client);
  expect(await client.hear()).toEqual(['1', '2', 'room:1', 'phx_reply', ok]);
  return diff;
}

async function listed(client: RawClient): Promise<PresenceState> {
  client.say(['1', '3', 'room:1', 'list', {}]);
  const [, , , , reply] = (await client.hear()) as readonly unknown[];
  return (reply as { readonly response: PresenceState }).response;
}

function refOf(state: PresenceState, key: string): string {
  return metasOf(state, key)[0]!.phx_ref;
}

function metasOf(state: PresenceState, key: string): readonly PresenceMeta[] {
  return Object.hasOwn(state, key) ? state[key]!.metas : [];
}

test('what is tracked, updated and untracked is one diff each, with a new phx_ref for each meta', async () => {
  await using double = await PhoenixDouble.start({ 'room:*': trackers });
  await using client = await member(double);

  const tracked = await changed(client, 'track', ['robin', { typing: false }]);
  const first = refOf(tracked.joins, 'robin');
  const old = { typing: false, phx_ref: first };
  expect(tracked).toEqual({ joins: { robin: { metas: [old] } }, leaves: {} });

  const updated = await changed(client, 'update', ['robin', { typing: true }]);
  const second = refOf(updated.joins, 'robin');
  expect(second).not.toBe(first);
  const now = { typing: true, phx_ref: second, phx_ref_prev: first };
  expect(updated).toEqual({
    joins: { robin: { metas: [now] } },
    leaves: { robin: { metas: [old] } },
  });
  expect(await listed(client)).toEqual({ robin: { metas: [now] } });

  const untracked = await changed(client, 'untrack', 'robin');
  expect(untracked).toEqual({ joins: {}, leaves: { robin: { metas: [now] } } });
  expect(await listed(client)).toEqual({});
});

test('two channels under one key are two metas, and one leaves without the other', async () => {
  await using double = await PhoenixDouble.start({ 'room:*': trackers });
  await using phone = await member(double);
  await using desk = await member(double);
  await changed(phone, 'track', ['robin', { on: 'phone' }]);
  await heardDiff(desk);
  await changed(desk, 'track', ['robin', { on: 'desk' }]);
  await heardDiff(phone);
  const both = metasOf(await listed(desk), 'robin');
  expect(both.map(({ on }) => on)).toEqual(['phone', 'desk']);
  phone.close();
  expect(await heardDiff(desk)).toEqual({ joins: {}, leaves: { robin: { metas: [both[0]] } } });
  expect(await listed(desk)).toEqual({ robin: { metas: [both[1]] } });
});

test('presences are kept by topic', async () => {
  await using double = await PhoenixDouble.start({ 'room:*': trackers });
  await using client = await member(double);
  client.say(['2', '2', 'room:2', 'phx_join', {}]);
  await client.hear();
  await changed(client, 'track', ['robin', {}]);
  client.say(['2', '3', 'room:2', 'list', {}]);
  expect(await client.hear()).toEqual(['2', '3', 'room:2', 'phx_reply', ok]);
});

test.each<readonly [string, (client: RawClient, double: PhoenixDouble) => unknown]>([
  ['leaves', (client) => client.say(['1', '9', 'room:1', 'phx_leave', {}])],
  ['stops', (client) => client.say(['1', '9', 'room:1', 'stop', {}])],
  ['crashes', (client) => client.say(['1', '9', 'room:1', 'boom', {}])],
  ['is joined again', (client) => client.say(['2', '9', 'room:1', 'phx_join', {}])],
  ['loses its client', (client) => client.close()],
  ['loses its socket', (client) => client.say(['1', '9', 'room:1', 'kill', {}])],
])('a channel that %s is untracked for all its keys, in one diff', async (_how, end) => {
  await using double = await PhoenixDouble.start({ 'room:*': trackers });
  await using client = await member(double);
  await using witness = await member(double);
  for (const key of ['a', 'b']) {
    await changed(client, 'track', [key, { key }]);
    await heardDiff(witness);
  }
  const before = await listed(witness);
  end(client, double);
  expect(await heardDiff(witness)).toEqual({ joins: {}, leaves: before });
  expect(await listed(witness)).toEqual({});
});

test('a channel that is untracked by hand leaves no second diff when it ends', async () => {
  await using double = await PhoenixDouble.start({ 'room:*': trackers });
  await using client = await member(double);
  await using witness = await member(double);
  await changed(client, 'track', ['a', {}]);
  await changed(client, 'untrack', 'a');
  client.say(['1', '9', 'room:1', 'phx_leave', {}]);
  await client.settle();
  await witness.settle();
  expect(witness.unread).toHaveLength(2);
});

test('a join that tracks and is then refused leaves nobody behind', async () => {
  const refusing: ChannelDouble = {
    join: (params, channel) => {
      channel.track('early', {});
      if (params === 'no') channel.refuse({});
    },
    handle: { list: (_payload, channel) => channel.presences() },
  };
  await using double = await PhoenixDouble.start({ 'room:*': refusing });
  await using client = await connectRaw(`${double.url}/websocket?vsn=2.0.0`);
  client.say(['1', '1', 'room:1', 'phx_join', 'no']);
  const refused = { status: 'error', response: {} };
  expect(await client.hear()).toEqual(['1', '1', 'room:1', 'phx_reply', refused]);
  client.say(['1', '1', 'room:1', 'phx_join', {}]);
  await client.hear();
  expect(metasOf(await listed(client), 'early')).toHaveLength(1);
});

test('a handler that goes on after its channel ended tracks nobody', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => void (release = resolve));
  const lasting: ChannelDouble = {
    handle: {
      ...trackers.handle,
      late: async (_payload, channel) => {
        await gate;
        channel.track('ghost', {});
        channel.update('ghost', {});
        channel.untrack('ghost');
      },
    },
  };
  await using double = await PhoenixDouble.start({ 'room:*': lasting });
  await using client = await member(double);
  await using witness = await member(double);
  client.say(['1', '2', 'room:1', 'late', {}]);
  await client.settle();
  double.cut();
  release();
  await client.closed;
  await using after = await member(double);
  expect(await listed(after)).toEqual({});
  expect([double.crashes, witness.unread]).toEqual([[], []]);
});

test.each([
  ['a key that it tracks already', 'track', ['robin', {}]],
  ['the update of a key that it does not track', 'update', ['marian', {}]],
  ['a meta that is no object', 'track', ['marian', 7]],
  ['a meta that is an array', 'update', ['robin', []]],
  ['a meta that is null', 'track', ['marian', null]],
] as const)('%s crashes the channel, and the others stay as they are', async (_what, event, of) => {
  await using double = await PhoenixDouble.start({ 'room:*': trackers });
  await using client = await member(double);
  await using witness = await member(double);
  await changed(witness, 'track', ['marian', { on: 'desk' }]);
  await heardDiff(client);
  await changed(client, 'track', ['robin', {}]);
  await heardDiff(witness);
  client.say(['1', '9', 'room:1', event, of]);
  expect(await client.hear()).toEqual(crashed);
  expect(double.crashes).toHaveLength(1);
  const { joins, leaves } = await heardDiff(witness);
  expect([Object.keys(joins), Object.keys(leaves)]).toEqual([[], ['robin']]);
  expect(Object.keys(await listed(witness))).toEqual(['marian']);
});

test('a meta that cannot be told crashes its channel alone, and tracks nobody', async () => {
  const unspeakable: ChannelDouble = {
    handle: { ...trackers.handle, big: (_payload, channel) => channel.track('big', { n: 1n }) },
  };
  await using double = await PhoenixDouble.start({ 'room:*': unspeakable });
  await using client = await member(double);
  await using witness = await member(double);
  client.say(['1', '2', 'room:1', 'big', {}]);
  expect(await client.hear()).toEqual(crashed);
  expect(await listed(witness)).toEqual({});
});

test('a meta is what it was when it was tracked, whatever becomes of the object', async () => {
  const meta = { typing: false };
  const holding: ChannelDouble = {
    joined: (channel) => channel.track('robin', meta),
    handle: { list: (_payload, channel) => channel.presences() },
  };
  await using double = await PhoenixDouble.start({ 'room:*': holding });
  await using client = await member(double);
  await heardDiff(client);
  meta.typing = true;
  expect(metasOf(await listed(client), 'robin')).toMatchObject([{ typing: false }]);
});

test.each(['__proto__', 'constructor', 'toString', ''])(
  'the key "%s" is a key like any other',
  async (key) => {
    await using double = await PhoenixDouble.start({ 'room:*': trackers });
    await using client = await member(double);
    const { joins } = await changed(client, 'track', [key, { n: 1 }]);
    expect(Object.keys(joins)).toEqual([key]);
    expect(metasOf(joins, key)).toMatchObject([{ n: 1 }]);
    const { leaves } = await changed(client, 'update', [key, { n: 2 }]);
    expect(metasOf(leaves, key)).toMatchObject([{ n: 1 }]);
    expect(metasOf(await listed(client), key)).toMatchObject([{ n: 2 }]);
    await changed(client, 'untrack', key);
    expect(Object.keys(await listed(client))).toEqual([]);
  },
);
