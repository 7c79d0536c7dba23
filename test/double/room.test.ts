/** The seeds' chat room: who joins it, what the members are told, in both versions. */

import { describe, expect, test } from 'vitest';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { connectRaw } from '../conformance/raw-client.js';
import type { RawClient } from '../conformance/raw-client.js';

/** What a frame says, but for the refs. */
type Heard = { readonly event: string; readonly payload: unknown };

const ok = { event: 'phx_reply', payload: { status: 'ok', response: {} } };
const TOPIC = 'room:lobby';

const versions = {
  '1.0.0': {
    frame: (ref: string, event: string, payload: unknown) => ({
      topic: TOPIC,
      event,
      payload,
      ref,
    }),
    heard: (frame: unknown) => {
      const { topic, event, payload } = frame as Heard & { readonly topic: string };
      expect(topic).toBe(TOPIC);
      return { event, payload };
    },
  },
  '2.0.0': {
    frame: (ref: string, event: string, payload: unknown) => ['1', ref, TOPIC, event, payload],
    heard: (frame: unknown) => {
      const [, , topic, event, payload] = frame as readonly [
        string,
        string,
        string,
        string,
        object,
      ];
      expect(topic).toBe(TOPIC);
      return { event, payload };
    },
  },
};

describe.each(['1.0.0', '2.0.0'] as const)('in version %s', (vsn) => {
  const { frame, heard } = versions[vsn];
  const connect = (double: PhoenixDouble): Promise<RawClient> =>
    connectRaw(`${double.url}/websocket?vsn=${vsn}`);
  const hear = async (client: RawClient): Promise<Heard> => heard(await client.hear());

  /** Joins, and takes the reply, the state and the diff of the own presence. */
  async function enter(client: RawClient, username: string): Promise<Heard> {
    client.say(frame('1', 'phx_join', { username }));
    expect(await hear(client)).toEqual(ok);
    const state = await hear(client);
    expect(state.event).toBe('presence_state');
    expect(await hear(client)).toEqual({
      event: 'presence_diff',
      payload: { joins: present(username, false), leaves: {} },
    });
    return state;
  }

  test.each([{}, null, [], 'robin'])('a join with %j is refused', async (params) => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using client = await connect(double);
    client.say(frame('1', 'phx_join', params));
    const response = { reason: 'username required' };
    expect(await hear(client)).toEqual({
      event: 'phx_reply',
      payload: { status: 'error', response },
    });
    expect(double.topics()).toEqual([]);
  });

  test('who joins is shown who was there before, and then joins', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using one = await connect(double);
    expect((await enter(one, 'robin')).payload).toEqual({});
    await using two = await connect(double);
    expect((await enter(two, 'marian')).payload).toEqual(present('robin', false));
    const joined = { joins: present('marian', false), leaves: {} };
    expect(await hear(one)).toEqual({ event: 'presence_diff', payload: joined });
  });

  test('a shout is heard by all and answered by nobody', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using one = await connect(double);
    await using two = await connect(double);
    await enter(one, 'robin');
    await enter(two, 'marian');
    await hear(one);
    one.say(frame('2', 'shout', { body: 'hey' }));
    const shout = { event: 'shout', payload: { body: 'hey' } };
    expect([await hear(one), await hear(two)]).toEqual([shout, shout]);
    await one.settle();
    expect([one.unread, two.unread]).toEqual([[], []]);
  });

  test('typing is answered, and is an update for all', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using client = await connect(double);
    await enter(client, 'robin');
    client.say(frame('2', 'user:typing', { typing: true }));
    expect(await hear(client)).toEqual({
      event: 'presence_diff',
      payload: { joins: present('robin', true), leaves: present('robin', false) },
    });
    expect(await hear(client)).toEqual(ok);
  });

  test('typing without saying what crashes the channel', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using client = await connect(double);
    await enter(client, 'robin');
    client.say(frame('2', 'user:typing', {}));
    expect((await hear(client)).event).toBe('phx_error');
  });
});

function present(username: string, typing: boolean): object {
  return { [username]: { metas: [expect.objectContaining({ username, typing })] } };
}
