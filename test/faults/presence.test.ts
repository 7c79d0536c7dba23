/** A chat room with people who come, type, leave and are cut off: each sees who is there. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions, PresenceChanged } from '../../src/index.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { QUICK } from '../support/fault-options.js';
import { RecordingWorker } from '../support/recording-worker.js';

const TOPIC = 'room:lobby';

type Typist = { readonly phx_ref: string; readonly typing?: boolean };

class Guest extends RecordingWorker {
  readonly heard: PresenceChanged[] = [];

  constructor(username: string) {
    super({ [TOPIC]: { username } });
  }

  /** Each key with `t` for a device that types and `q` for one that does not. */
  get list(): string {
    const one = (key: string, metas: readonly Typist[]) =>
      `${key} ${metas.map(({ typing }) => (typing === true ? 't' : 'q')).join('')}`;
    const entries = this.presenceOf(TOPIC).list();
    return entries
      .map(({ key, metas }) => one(key, metas))
      .sort()
      .join(', ');
  }

  /** Reads what it is told until that is what it sees. */
  async sees(list: string): Promise<void> {
    while (this.list !== list || !this.presenceOf(TOPIC).synced) await this.hears();
  }

  async hears(): Promise<void> {
    this.heard.push(await this.next('handlePresence'));
  }

  /** What it sees it was told, or is about to take. */
  async hearsTheRest(): Promise<void> {
    while (this.untaken('handlePresence') > 0) await this.hears();
  }
}

/** The keys that the changes add up to. */
function sum(changes: readonly PresenceChanged[]): readonly string[] {
  return [...changes.reduce(after, new Set<string>())].sort();
}

function after(keys: ReadonlySet<string>, change: PresenceChanged): ReadonlySet<string> {
  if (change.type === 'synced') return new Set(change.entries.map(({ key }) => key));
  const others = [...keys].filter((key) => key !== change.entry.key);
  return new Set(change.type === 'left' ? others : [...others, change.entry.key]);
}

describe.each(['v1', 'v2'] as const)('on %s', (serializer) => {
  const options: ClientOptions = { ...QUICK, serializer };

  test('guests see each other come, type, take out a second device, and leave', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const [robin, marian, desk] = [new Guest('robin'), new Guest('marian'), new Guest('marian')];
    await using _robin = robin.start({ ...options, url: double.url });
    await robin.sees('robin q');
    await using _marian = marian.start({ ...options, url: double.url });
    await robin.sees('marian q, robin q');
    await marian.sees('marian q, robin q');
    marian.pushEvent(TOPIC, 'user:typing', { typing: true });
    await robin.sees('marian t, robin q');
    await using _desk = desk.start({ ...options, url: double.url });
    await robin.sees('marian tq, robin q');
    marian.leaveTopic(TOPIC);
    await robin.sees('marian q, robin q');
    desk.leaveTopic(TOPIC);
    await robin.sees('robin q');
    await robin.hearsTheRest();
    expect(robin.heard.map(({ type }) => type)).toEqual([
      'synced',
      'joined',
      'joined',
      'updated',
      'updated',
      'updated',
      'left',
    ]);
    expect(robin.untaken('handleMessage')).toBe(0);
  });

  test('who is cut off comes back to the right list, and what is told adds up to it', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const [robin, marian] = [new Guest('robin'), new Guest('marian')];
    await using _robin = robin.start({ ...options, url: double.url });
    await using _marian = marian.start({ ...options, url: double.url });
    await robin.sees('marian q, robin q');

    double.cut();
    await robin.next('handleDisconnected');
    await robin.sees('marian q, robin q');
    await marian.sees('marian q, robin q');
    marian.leaveTopic(TOPIC);
    await robin.sees('robin q');
    await robin.hearsTheRest();

    expect(sum(robin.heard)).toEqual(['robin']);
    expect(robin.heard.filter(({ type }) => type === 'synced')).toHaveLength(2);
  });
});
