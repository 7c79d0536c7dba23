/** The list of who is there: what each state and each diff changes, and what is no presence at all. */

import { describe, expect, test } from 'vitest';
import {
  type PresenceChange,
  type PresenceEntries,
  PresenceList,
} from '../../../src/protocol/presence.js';
import { readPresence } from '../../../src/protocol/presence-news.js';

/** `robin:a,b` is the key `robin` with two metas; after a slash stands what `fetch/2` has added. */
function entries(...shorts: readonly string[]): PresenceEntries {
  return new Map(shorts.map((short) => [short.split(':')[0] ?? '', entry(short)]));
}

function entry(short: string) {
  const [presence = '', extra] = short.split('/');
  const [key = '', refs = ''] = presence.split(':');
  const metas = refs.split(',').map((phx_ref) => ({ phx_ref }));
  return { ...(extra !== undefined && { extra }), metas, key };
}

function listOf(...state: readonly string[]): PresenceList {
  const list = new PresenceList();
  list.sync(entries(...state));
  return list;
}

/** `updated robin:b`, and the list as it is written above. */
function told(changes: readonly PresenceChange[]): readonly string[] {
  return changes.flatMap((change) =>
    change.type === 'synced' ? [] : [`${change.type} ${short(change.entry)}`],
  );
}

function short({ key, metas, extra }: ReturnType<PresenceList['list']>[number]): string {
  const refs = metas.map(({ phx_ref }) => phx_ref).join();
  return `${key}:${refs}${typeof extra === 'string' ? `/${extra}` : ''}`;
}

describe('a diff', () => {
  test.each([
    ['of a key that appears', [], ['ann:1'], [], ['joined ann:1'], ['ann:1']],
    ['of a key that vanishes', ['ann:1'], [], ['ann:1'], ['left ann:1'], []],
    ['of a second device', ['ann:1'], ['ann:2'], [], ['updated ann:1,2'], ['ann:1,2']],
    ['of a device that goes', ['ann:1,2'], [], ['ann:1'], ['updated ann:2'], ['ann:2']],
    ['of a new meta', ['ann:1'], ['ann:2'], ['ann:1'], ['updated ann:2'], ['ann:2']],
    ['of one new meta of two', ['ann:1,2'], ['ann:3'], ['ann:1'], ['updated ann:2,3'], ['ann:2,3']],
    ['of who comes and goes at once', [], ['ann:1'], ['ann:1'], [], []],
    ['of who comes as the last device goes', ['ann:1'], ['ann:2'], ['ann:1,2'], ['left ann:1'], []],
    ['of a join that is known', ['ann:1,2'], ['ann:1'], [], [], ['ann:1,2']],
    ['of a leave that is unknown', ['ann:1'], [], ['ann:2', 'bob:1'], [], ['ann:1']],
    ['of a join half known', ['ann:1,2'], ['ann:1,3'], [], ['updated ann:2,1,3'], ['ann:2,1,3']],
    [
      'that brings other extras',
      ['ann:1/old'],
      ['ann:2/new'],
      [],
      ['updated ann:1,2/new'],
      ['ann:1,2/new'],
    ],
    [
      'that takes a meta and its extras',
      ['ann:1,2/kept'],
      [],
      ['ann:1/gone'],
      ['updated ann:2/kept'],
      ['ann:2/kept'],
    ],
    [
      'of several keys',
      ['ann:1'],
      ['bob:1', 'cy:1'],
      ['ann:1'],
      ['left ann:1', 'joined bob:1', 'joined cy:1'],
      ['bob:1', 'cy:1'],
    ],
  ])('%s', (_, before, joins, leaves, changes, after) => {
    const list = listOf(...before);
    const diff = { joins: entries(...joins), leaves: entries(...leaves) };
    expect(told(list.diff(diff))).toEqual(changes);
    expect(list.list().map(short)).toEqual(after);
    expect(list.size).toBe(after.length);
  });

  test('tells what an entry was before, and leaves that as it was', () => {
    const list = listOf('ann:1');
    const before = list.get('ann');
    const [change] = list.diff({ joins: entries('ann:2'), leaves: entries('ann:1') });
    expect(change).toEqual({ type: 'updated', entry: entry('ann:2'), previous: entry('ann:1') });
    expect(before).toEqual(entry('ann:1'));
    expect(list.get('ann')).not.toBe(before);
  });
});

describe('a state', () => {
  test.each([
    [
      'that is the first',
      [],
      ['ann:1', 'bob:1'],
      ['joined ann:1', 'joined bob:1'],
      ['ann:1', 'bob:1'],
    ],
    ['that is the same', ['ann:1,2'], ['ann:2,1'], [], ['ann:1,2']],
    ['that is empty', ['ann:1', 'bob:1'], [], ['left ann:1', 'left bob:1'], []],
    [
      'with other keys',
      ['ann:1', 'bob:1'],
      ['bob:1', 'cy:1'],
      ['left ann:1', 'joined cy:1'],
      ['bob:1', 'cy:1'],
    ],
    ['with other metas', ['ann:1,2'], ['ann:3,2'], ['updated ann:2,3'], ['ann:2,3']],
    ['with all other metas', ['ann:1'], ['ann:2'], ['updated ann:2'], ['ann:2']],
    ['with other extras', ['ann:1/old'], ['ann:1,2/new'], ['updated ann:1,2/new'], ['ann:1,2/new']],
  ])('%s', (_, before, state, changes, after) => {
    const list = listOf(...before);
    expect(told(list.sync(entries(...state)))).toEqual(changes);
    expect(list.list().map(short)).toEqual(after);
  });
});

describe('what the server says', () => {
  const ann = { metas: [{ phx_ref: 'a', typing: true }], user: { name: 'Ann' } };

  test('is a state, with all that fetch/2 has added', () => {
    expect(readPresence('presence_state', { ann })).toEqual({
      kind: 'state',
      entries: new Map([['ann', { ...ann, key: 'ann' }]]),
    });
  });

  test('is a diff', () => {
    expect(readPresence('presence_diff', { joins: { ann }, leaves: {} })).toEqual({
      kind: 'diff',
      joins: new Map([['ann', { ...ann, key: 'ann' }]]),
      leaves: new Map(),
    });
  });

  test.each(['__proto__', 'constructor', 'toString', ''])('may have the key %j', (key) => {
    const text = `{${JSON.stringify(key)}:{"metas":[{"phx_ref":"a"}],"__proto__":{"x":1}}}`;
    const news = readPresence('presence_state', JSON.parse(text));
    if (news?.kind !== 'state') throw new Error('it is no state');
    const list = new PresenceList();
    expect(told(list.sync(news.entries))).toEqual([`joined ${key}:a`]);
    expect(list.get(key)).toHaveProperty('key', key);
    expect(list.get(key)).not.toHaveProperty('x');
    expect(list.get('hasOwnProperty')).toBeUndefined();
    expect({}).not.toHaveProperty('x');
    expect(told(list.diff({ joins: new Map(), leaves: news.entries }))).toEqual([`left ${key}:a`]);
  });

  test('may have a key without metas, which is nobody', () => {
    const news = readPresence('presence_state', { ann, bob: { metas: [] } });
    expect(news).toMatchObject({ entries: new Map([['ann', {}]]) });
  });

  test.each([
    null,
    'text',
    7,
    [],
    new Uint8Array(),
    new ArrayBuffer(0),
    { ann: null },
    { ann: [] },
    { ann: { metas: {} } },
    { ann: { metas: [null] } },
    { ann: { metas: [{}] } },
    { ann: { metas: [{ phx_ref: 1 }] } },
    { ann, bob: {} },
  ])('is no presence: %j', (payload) => {
    expect(readPresence('presence_state', payload)).toBeNull();
    expect(readPresence('presence_diff', payload)).toBeNull();
    expect(readPresence('presence_diff', { joins: payload, leaves: {} })).toBeNull();
    expect(readPresence('presence_diff', { joins: {}, leaves: payload })).toBeNull();
  });

  test.each(['presence', 'presence_', 'presence_states', 'PRESENCE_DIFF', 'said', ''])(
    'is another event: %j',
    (event) => {
      expect(readPresence(event, { joins: {}, leaves: {} })).toBeNull();
    },
  );
});
