/** The double's presence against the official client's `Presence`: who it lists, and what it says of each change. */

import { Presence } from 'phoenix';
import type { Channel } from 'phoenix';
import { describe, expect, test } from 'vitest';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import { seedChannels } from '../../src/testing/seed-channels.js';
import { OfficialClient } from './official-client.js';
import { SERVERS } from './recording.js';

type Meta = { readonly typing: boolean };
type Entry = { readonly metas: readonly Meta[] };

const SOON = { reconnectAfterMs: () => 10, rejoinAfterMs: () => 10 };
const TOPIC = 'room:lobby';

/** A member of the room, with all that its `Presence` has called. */
class Member extends OfficialClient {
  readonly calls: string[] = [];
  #presence: Presence | null = null;

  async enter(username: string): Promise<Channel> {
    await this.connect();
    const channel = this.channel(TOPIC, { username });
    const presence = new Presence(channel);
    this.#presence = presence;
    presence.onJoin((key, current: Entry | undefined, joined: Entry) => {
      this.calls.push(`${String(key)} ${count(current)}+${count(joined)}`);
    });
    presence.onLeave((key, remaining: Entry, left: Entry) => {
      this.calls.push(`${String(key)} ${count(remaining)}-${count(left)}`);
    });
    await new Promise((resolve) => channel.join().receive('ok', resolve));
    await this.until(() => this.list.includes(username));
    return channel;
  }

  /** Each key with a letter for each meta: `t` types, `q` is quiet. */
  get list(): string {
    const one = (key: string, { metas }: Entry): string =>
      `${key} ${metas.map(({ typing }) => (typing ? 't' : 'q')).join('')}`;
    return this.#presence?.list(one).sort().join(', ') ?? '';
  }

  async lists(expected: string): Promise<void> {
    await this.until(() => this.list === expected);
  }
}

function count(entry: Entry | undefined): number {
  return entry?.metas.length ?? 0;
}

describe.each(SERVERS)('as %s', (server) => {
  test('members see each other come, type and leave', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    await using robin = new Member(double.url, SOON);
    await using marian = new Member(double.url, SOON);
    await robin.enter('robin');
    const channel = await marian.enter('marian');
    await marian.lists('marian q, robin q');
    channel.push('user:typing', { typing: true });
    await robin.lists('marian t, robin q');
    await marian.lists('marian t, robin q');
    channel.leave();
    await robin.lists('robin q');
    expect(robin.calls).toEqual([
      'robin 0+1',
      'marian 0+1',
      // An update: the new meta joins the old one, which then leaves.
      'marian 1+1',
      'marian 1-1',
      'marian 0-1',
    ]);
  });

  test('one user on two sockets is one key with two metas, which leave one at a time', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    await using witness = new Member(double.url, SOON);
    await witness.enter('witness');
    await using phone = new Member(double.url, SOON);
    await using desk = new Member(double.url, SOON);
    await phone.enter('robin');
    const channel = await desk.enter('robin');
    await witness.lists('robin qq, witness q');
    channel.push('user:typing', { typing: true });
    await witness.lists('robin qt, witness q');
    await phone.disconnect();
    await witness.lists('robin t, witness q');
    await desk.disconnect();
    await witness.lists('witness q');
    expect(witness.calls.slice(-2)).toEqual(['robin 1-1', 'robin 0-1']);
  });

  test('after a loss a member learns only what has changed meanwhile', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    await using robin = new Member(double.url, SOON);
    await using marian = new Member(double.url, SOON);
    await robin.enter('robin');
    const channel = await marian.enter('marian');
    await robin.lists('marian q, robin q');
    await marian.disconnect();
    await robin.lists('robin q');
    const before = robin.calls.length;
    double.cut();
    await robin.until(() => robin.codes.length === 1);
    marian.socket.connect();
    await marian.until(() => channel.state === 'joined');
    await robin.lists('marian q, robin q');
    await marian.lists('marian q, robin q');
    const own = robin.calls.slice(before).filter((call) => call.startsWith('marian'));
    expect(own).toEqual(['marian 0+1']);
  });

  test('a crash is a leave, and the rejoin a join', async () => {
    await using double = await PhoenixDouble.start(seedChannels(), { server });
    await using robin = new Member(double.url, SOON);
    await using marian = new Member(double.url, SOON);
    await robin.enter('robin');
    const channel = await marian.enter('marian');
    await robin.lists('marian q, robin q');
    channel.push('crash', {}, 0);
    await robin.until(() => robin.calls.length === 4);
    await robin.lists('marian q, robin q');
    expect(robin.calls).toEqual(['robin 0+1', 'marian 0+1', 'marian 0-1', 'marian 0+1']);
  });
});
