/** Who is there, as a worker's view shows it; and what is a message all the same. */

import { describe, expect, test } from 'vitest';
import {
  diff,
  Member,
  member,
  sayDiff,
  sayState,
  shortOf,
  state,
  told,
  TOPIC,
  view,
} from '../support/presence-stage.js';

describe('what is no presence', () => {
  test.each([
    ['presence_state', []],
    ['presence_state', { ann: { name: 'Ann' } }],
    ['presence_diff', { joins: {} }],
    ['presence_diff', { joins: { ann: { metas: [{}] } }, leaves: {} }],
  ])('is a message: %s %j', async (event, payload) => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    sim.phoenix.broadcast(TOPIC, event, payload);
    await sim.quiet();
    expect(sim.given('handleMessage')).toEqual([{ topic: TOPIC, event, payload }]);
    expect(told(sim)).toEqual(['synced ann:1']);
    expect(view(sim)).toEqual({ synced: true, list: ['ann:1'] });
  });
});

describe('presence: false', () => {
  test('makes messages of it, also after a rejoin', async () => {
    await using sim = await member({ presence: false });
    await sayState(sim, 'ann:1');
    sim.phoenix.cut();
    await sim.pass(2000);
    await sayDiff(sim, ['bob:1']);
    expect(sim.given('handleMessage')).toEqual([
      { topic: TOPIC, event: 'presence_state', payload: state('ann:1') },
      { topic: TOPIC, event: 'presence_diff', payload: diff(['bob:1']) },
    ]);
    expect(told(sim)).toEqual([]);
    expect(view(sim)).toEqual({ synced: false, list: [] });
  });

  test('may be said later, and ends the list that was kept', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    sim.worker.join(TOPIC, {}, { presence: false });
    expect(view(sim)).toEqual({ synced: false, list: [] });
    await sayDiff(sim, ['bob:1']);
    expect(sim.given('handleMessage')).toHaveLength(1);
    sim.worker.join(TOPIC);
    await sayDiff(sim, ['bob:2']);
    expect(sim.given('handleMessage')).toHaveLength(2);
    sim.worker.join(TOPIC, {}, { presence: true });
    await sayState(sim, 'cy:1');
    expect(told(sim)).toEqual(['synced ann:1', 'synced cy:1']);
  });

  test('must be said in so many words', async () => {
    await using sim = await member();
    expect(() => sim.worker.join(TOPIC, {}, { presence: 0 as never })).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: 'presence is 0: write true or false',
      }),
    );
  });
});

describe('the view', () => {
  test('of a topic that nobody wants is empty, and is never in sync', async () => {
    await using sim = await member();
    const never = sim.worker.presence('room:2');
    expect([never.synced, never.size, never.get('ann'), never.list()]).toEqual([
      false,
      0,
      undefined,
      [],
    ]);
    expect([...never]).toEqual([]);
  });

  test('of a topic that is left is empty, and the next one begins anew', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    const before = sim.worker.presence(TOPIC);
    sim.worker.leave(TOPIC);
    expect([before.synced, before.size]).toEqual([false, 0]);
    sim.worker.join(TOPIC);
    await sim.pass(1000);
    await sayState(sim, 'bob:1');
    expect(told(sim)).toEqual(['synced ann:1', 'synced bob:1']);
    expect(view(sim)).toEqual({ synced: true, list: ['bob:1'] });
  });

  test('of a topic that its policy gives up is empty', async () => {
    await using sim = await member({ rejoin: false });
    await sayState(sim, 'ann:1');
    const before = sim.worker.presence(TOPIC);
    sim.phoenix.crash(TOPIC);
    await sim.quiet();
    expect(sim.given('handleChannelClosed')).toMatchObject([{ cause: 'crashed', retryIn: null }]);
    expect([before.synced, before.size]).toEqual([false, 0]);
  });

  test('of a worker that has stopped is empty', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    const before = sim.worker.presence(TOPIC);
    await sim.client.stop();
    expect([before.synced, before.size]).toEqual([false, 0]);
    expect(view(sim)).toEqual({ synced: false, list: [] });
  });

  test('cannot be had before the worker has started', () => {
    expect(() => new Member().presence(TOPIC)).toThrow(
      expect.objectContaining({ code: 'PHX_NOT_STARTED' }),
    );
  });

  test('shows the moment in which it is iterated over', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1', 'bob:1');
    const entries = sim.worker.presence(TOPIC)[Symbol.iterator]();
    await sayDiff(sim, ['cy:1'], ['bob:1']);
    expect([...{ [Symbol.iterator]: () => entries }].map(shortOf)).toEqual(['ann:1', 'bob:1']);
  });

  test('is right in the callback of whatever comes behind it', async () => {
    await using sim = await member();
    await sayState(sim, 'ann:1');
    sim.phoenix.broadcast(TOPIC, 'presence_diff', diff(['bob:1']));
    sim.phoenix.broadcast(TOPIC, 'said');
    await sim.quiet();
    expect(sim.story.slice(-2)).toEqual([`handlePresence ${TOPIC}`, `handleMessage ${TOPIC} said`]);
    expect(view(sim).list).toEqual(['ann:1', 'bob:1']);
  });
});
