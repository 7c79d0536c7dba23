/** Confirmed pushes and their store: nothing goes out before it is kept, and what is kept outlives the client. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions, DeadLetter, OutboxStore } from '../../src/index.js';
import { confirm, confirming, delivered, factsOf, reply, TOPIC } from '../support/confirming.js';
import { OK } from '../support/memory-phoenix.js';
import { NotedStore } from '../support/noted-store.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

const NEVER_SENT = { code: 'PHX_PUSH_DROPPED', delivered: 'no' };

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

describe('a store that cannot be opened', () => {
  test("ends the client, after terminate, and is not closed: it may be another one's", async () => {
    const store = new NotedStore();
    store.isOpen = true;
    await using sim = await simulate(new SimulatedWorker(), { options: keptIn(store) });
    const error = { code: 'PHX_STORE_LOCKED' };
    expect(await sim.client.stopped).toMatchObject({ kind: 'crashed', error });
    expect(sim.given('terminate')).toMatchObject([{ kind: 'crashed', error }]);
    expect(store.isOpen).toBe(true);
  });

  test("of one's own, whatever it throws, is a PHX_STORE_FAILED", async () => {
    const store = Object.assign(new NotedStore(), {
      all: () => {
        throw new RangeError('no');
      },
    });
    await using sim = await simulate(new SimulatedWorker(), { options: keptIn(store) });
    const error = { code: 'PHX_STORE_FAILED', cause: expect.any(RangeError) };
    expect(await sim.client.stopped).toMatchObject({ error });
  });

  test('without the methods of a store is refused at the start', async () => {
    const store = {} as OutboxStore;
    await expect(confirming(keptIn(store))).rejects.toMatchObject({ code: 'PHX_BAD_OPTION' });
  });
});

describe('what the store cannot take', () => {
  test('fails with the error as its cause, and those behind it go on', async () => {
    const store = new NotedStore();
    await using sim = await confirming(keptIn(store), { push: () => OK });
    store.failing.add('put');
    const first = confirm(sim, 'ship');
    await sim.quiet();
    store.failing.clear();
    const second = confirm(sim, 'bill');
    await sim.quiet();

    const cause = { code: 'PHX_STORE_FAILED' };
    expect(sim.given('handlePushError')).toMatchObject([
      { event: 'ship', key: 'key:1', error: { ...NEVER_SENT, cause } },
    ]);
    await expect(first.queued()).rejects.toMatchObject(NEVER_SENT);
    expect(await second.outcome()).toMatchObject({ ok: true });
    expect(delivered(sim)).toEqual(['bill key:2']);
  });

  test('before the limit of a stop has an outcome all the same', async () => {
    const store = new NotedStore();
    await using sim = await confirming(keptIn(store));
    store.hold();
    const outcome = confirm(sim, 'ship').outcome();
    void sim.client.stop();
    await sim.quiet();
    await sim.pass(5000);
    expect(await outcome).toMatchObject({ error: NEVER_SENT });
    store.release();
  });
});

test('nothing is sent, or called queued, before the store has it', async () => {
  const store = new NotedStore();
  await using sim = await confirming(keptIn(store));
  store.hold();
  let isQueued = false;
  void confirm(sim, 'ship')
    .queued()
    .then(() => void (isQueued = true));
  await sim.quiet();
  expect(sim.client.confirmed.list()).toMatchObject([{ state: 'storing' }]);
  expect([isQueued, delivered(sim)]).toEqual([false, []]);
  store.release();
  await sim.quiet();
  expect([isQueued, delivered(sim)]).toEqual([true, ['ship key:1']]);
});

test('what is confirmed, cancelled, discarded or left is deleted', async () => {
  const store = new NotedStore();
  await using sim = await confirming(keptIn(store));
  const [, waits] = ['a', 'b', 'c', 'd'].map((event) => confirm(sim, event));
  await sim.quiet();
  expect(store.keys).toEqual(['key:1', 'key:2', 'key:3', 'key:4']);
  reply(sim, 'a');
  await sim.quiet();
  expect(store.keys).toEqual(['key:2', 'key:3', 'key:4']);
  expect(waits?.cancel()).toBe(false);
  sim.client.confirmed.discard('key:3');
  await sim.quiet();
  expect(store.keys).toEqual(['key:2', 'key:4']);
  sim.worker.leave(TOPIC);
  await sim.quiet();
  expect(store.keys).toEqual([]);
});

test('a dead letter stays in the store until its hook has ended', async () => {
  let letGo = (): void => undefined;
  const store = new NotedStore();
  const onDeadLetter = () => new Promise<void>((resolve) => (letGo = resolve));
  await using sim = await confirming(keptIn(store, { confirmed: { onDeadLetter } }));
  confirm(sim, 'ship', { ttl: 100 });
  await sim.pass(100);
  expect(store.keys).toEqual(['key:1']);
  letGo();
  await sim.quiet();
  expect(store.keys).toEqual([]);
});

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

  test('and is pushed again under its key is one push, in its old place', async () => {
    const store = left('a', 'b');
    store.hold();
    await using sim = await confirming(keptIn(store), { push: () => OK });
    const again = sim.worker.push(TOPIC, 'b', { n: 2 }, { delivery: 'confirmed', key: 'b' });
    store.release();
    await sim.quiet();
    expect(delivered(sim)).toEqual(['a a', 'b b']);
    expect(await again.outcome()).toMatchObject({ ok: true });
    expect(store.keys).toEqual([]);
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

describe('what is not confirmed when the client ends stays in the store, and whoever awaits it is told so:', () => {
  test('by a stop', async () => {
    const store = new NotedStore();
    const sim = await confirming(keptIn(store));
    const [sent, waits] = [confirm(sim, 'ship').outcome(), confirm(sim, 'bill').outcome()];
    await sim.quiet();
    await sim[Symbol.asyncDispose]();
    expect(await sent).toMatchObject({ error: { code: 'PHX_PUSH_KEPT', delivered: 'unknown' } });
    expect(await waits).toMatchObject({ error: { code: 'PHX_PUSH_KEPT', delivered: 'no' } });
    expect(sim.given('handlePushError')).toEqual([]);
    expect([store.keys, store.isOpen]).toEqual([['key:1', 'key:2'], false]);
  });

  test('but not what there was no room for: the store is closed by then, and stays so', async () => {
    const store = new NotedStore();
    const outbox = { store, messages: 1, whenFull: 'block' } as const;
    const sim = await confirming({ outbox });
    store.hold();
    const [held, blocked] = [confirm(sim, 'ship').outcome(), confirm(sim, 'bill').outcome()];
    await sim.quiet();
    const stopped = sim[Symbol.asyncDispose]();
    await sim.quiet();
    store.release();
    await stopped;
    expect(await held).toMatchObject({ error: { code: 'PHX_PUSH_KEPT' } });
    expect(await blocked).toMatchObject({ error: NEVER_SENT });
    expect([store.asked, store.isOpen]).toEqual([['put key:1'], false]);
  });

  test('by a drain, which lets what is in flight settle, and whose leaves settle nothing', async () => {
    const store = new NotedStore();
    await using sim = await confirming(keptIn(store));
    const [sent, waits] = [confirm(sim, 'ship').outcome(), confirm(sim, 'bill').outcome()];
    await sim.quiet();
    const report = sim.client.drain();
    await sim.quiet();
    expect(await waits).toMatchObject({ error: { code: 'PHX_PUSH_KEPT', delivered: 'no' } });
    reply(sim, 'ship');
    await sim.pass(0);
    expect(await sent).toMatchObject({ ok: true });
    expect(await report).toEqual({
      settled: 1,
      unsent: 0,
      unanswered: 0,
      persisted: 1,
      forced: false,
    });
    expect(store.keys).toEqual(['key:2']);
  });

  test('by a drain whose grace ends before the reply', async () => {
    const store = new NotedStore();
    await using sim = await confirming(keptIn(store));
    const sent = confirm(sim, 'ship').outcome();
    await sim.quiet();
    const report = sim.client.drain({ grace: 100 });
    await sim.pass(100);
    expect(await sent).toMatchObject({ error: { code: 'PHX_PUSH_KEPT', delivered: 'unknown' } });
    expect(await report).toMatchObject({ unanswered: 0, persisted: 1, forced: false });
    expect(store.keys).toEqual(['key:1']);
  });
});
