/** Confirmed pushes that an earlier client left in the store, and what becomes of them in the next one. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions, DeadLetter, OutboxStore } from '../../src/index.js';
import { confirm, confirming, delivered, factsOf, TOPIC } from '../support/confirming.js';
import { OK } from '../support/memory-phoenix.js';
import { NotedStore } from '../support/noted-store.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

const NEVER_SENT = { code: 'PHX_PUSH_DROPPED', delivered: 'no' };
const MAY_BE_SENT = { code: 'PHX_PUSH_LOST', delivered: 'unknown' };

/** A store in which an earlier client has left pushes with these keys, the key being the event, too. */
function left(...keys: readonly string[]): NotedStore {
  const store = new NotedStore();
  for (const key of keys) {
    store.kept.set(key, { key, topic: TOPIC, event: key, payload: { n: 1 }, expires: null });
  }
  return store;
}

function keptIn(store: OutboxStore, rest: ClientOptions = {}): ClientOptions {
  return { outbox: { store }, ...rest };
}

describe('what an earlier client left', () => {
  test('goes out in order, before what is pushed now, and its outcomes are told with their keys', async () => {
    const store = left('a', 'b');
    await using sim = await simulate(new SimulatedWorker(), {
      options: keptIn(store, { heartbeat: false }),
      script: { push: () => OK },
    });
    sim.worker.join(TOPIC);
    sim.worker.push(TOPIC, 'c', {}, { delivery: 'confirmed', key: 'c' });
    await sim.quiet();
    expect(delivered(sim)).toEqual(['a a', 'b b', 'c c']);
    expect(sim.given('handleReply').map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(factsOf(sim)).toEqual(['outbox.restored']);
    expect(store.keys).toEqual([]);
  });

  test('is orphaned until somebody joins its topic, which it does not do by itself', async () => {
    const store = left('a');
    await using sim = await simulate(new SimulatedWorker(), { options: keptIn(store) });
    expect(sim.client.confirmed.orphans()).toEqual(new Map([[TOPIC, 1]]));
    expect(sim.phoenix.sent('phx_join')).toEqual([]);
    sim.worker.join(TOPIC);
    await sim.quiet();
    expect(delivered(sim)).toEqual(['a a']);
  });

  test('ends with the topic that is left before the store has been read; what is pushed later goes on', async () => {
    const store = left('a', 'b');
    store.hold();
    await using sim = await confirming(keptIn(store), { push: () => OK });
    sim.worker.leave(TOPIC);
    sim.worker.join(TOPIC);
    sim.worker.push(TOPIC, 'b', { n: 1 }, { delivery: 'confirmed', key: 'b' });
    confirm(sim, 'c', { key: 'c' });
    store.release();
    await sim.quiet();
    expect(sim.given('handlePushError')).toMatchObject([{ key: 'a', error: MAY_BE_SENT }]);
    expect(delivered(sim)).toEqual(['b b', 'c c']);
    expect([sim.client.confirmed.list(), store.keys]).toEqual([[], []]);
  });

  test.each(['drain', 'stop'] as const)(
    'stays for the next one when a %s comes before the store has been read, and whoever awaits it is told so',
    async (end) => {
      const store = left('a');
      store.hold();
      await using sim = await confirming(keptIn(store));
      const twin = sim.worker.push(TOPIC, 'a', { n: 1 }, { delivery: 'confirmed', key: 'a' });
      const outcome = twin.outcome();
      const ended = sim.client[end]();
      await sim.quiet();
      store.release();
      expect(await outcome).toMatchObject({ error: { code: 'PHX_PUSH_PERSISTED' } });
      await sim.pass(0);
      await ended;
      expect([store.keys, store.asked, store.isOpen]).toEqual([['a'], [], false]);
    },
  );

  test('is not left by the leaves of a drain that ends before the store has been read', async () => {
    const store = left('a');
    store.hold();
    await using sim = await confirming(keptIn(store));
    void sim.client.drain({ grace: 100 });
    await sim.pass(100);
    store.release();
    await sim.quiet();
    expect([store.keys, store.asked]).toEqual([['a'], []]);
  });

  test('and is pushed again under its key is one push, in its old place', async () => {
    const store = left('a', 'b');
    store.hold();
    await using sim = await confirming(keptIn(store), { push: () => OK });
    const again = sim.worker.push(TOPIC, 'b', { n: 1 }, { delivery: 'confirmed', key: 'b' });
    store.release();
    await sim.quiet();
    expect(delivered(sim)).toEqual(['a a', 'b b']);
    expect(await again.outcome()).toMatchObject({ ok: true });
    expect(store.keys).toEqual([]);
  });

  test('and whose key comes again with another payload stays, and the new one fails', async () => {
    const store = left('a');
    store.hold();
    await using sim = await confirming(keptIn(store), { push: () => OK });
    const other = sim.worker.push(TOPIC, 'a', { n: 2 }, { delivery: 'confirmed', key: 'a' });
    store.release();
    await sim.quiet();
    expect(await other.outcome()).toMatchObject({ error: NEVER_SENT });
    expect(sim.given('handleReply')).toMatchObject([{ key: 'a', status: 'ok' }]);
    expect(delivered(sim)).toEqual(['a a']);
  });

  test('and whose time has passed is a dead letter, of which nobody knows whether it was sent', async () => {
    const letters: DeadLetter[] = [];
    const onDeadLetter = (letter: DeadLetter) => void letters.push(letter);
    const store = left('a');
    store.kept.set('a', { ...store.kept.get('a')!, expires: 1 });
    await using sim = await confirming(keptIn(store, { confirmed: { onDeadLetter } }));
    const error = { code: 'PHX_PUSH_TIMEOUT', delivered: 'unknown' };
    expect(letters).toMatchObject([{ key: 'a', sendings: 0, error }]);
    expect(sim.given('handlePushError')).toMatchObject([{ key: 'a', error }]);
    expect([delivered(sim), store.keys]).toEqual([[], []]);
  });
});

test.each([
  ['cannot write', { n: 2n }, 'PHX_ENCODING'],
  ['has no room for the key in, because it is no object,', 'text', 'PHX_BAD_OPTION'],
])(
  'what an earlier client left and this one %s is a dead letter, and all else goes on',
  async (_, payload, code) => {
    const letters: DeadLetter[] = [];
    const onDeadLetter = (letter: DeadLetter) => void letters.push(letter);
    const store = left('a', 'b', 'c');
    store.kept.set('b', { ...store.kept.get('b')!, payload });
    const options = keptIn(store, { confirmed: { onDeadLetter } });
    await using sim = await confirming(options, { push: () => OK });
    const error = { ...MAY_BE_SENT, cause: { code } };
    expect(letters).toMatchObject([{ key: 'b', payload, sendings: 0, error }]);
    expect(JSON.stringify(String(letters[0]?.error.cause))).not.toContain('text');
    expect(sim.given('handlePushError')).toMatchObject([{ key: 'b', error }]);
    expect([delivered(sim), store.keys]).toEqual([['a a', 'c c'], []]);
  },
);
