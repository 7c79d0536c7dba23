/** Confirmed pushes and their store: nothing goes out before it is kept, and what is kept outlives the client. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions, OutboxStore } from '../../src/index.js';
import { confirm, confirming, delivered, reply, TOPIC } from '../support/confirming.js';
import { OK } from '../support/memory-phoenix.js';
import { NotedStore } from '../support/noted-store.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

const MAY_BE_THERE = { code: 'PHX_PUSH_LOST', delivered: 'unknown' };
const NEVER_SENT = { code: 'PHX_PUSH_DROPPED', delivered: 'no' };

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

  test('because what is in it is no push, is closed again: it was opened for this client', async () => {
    const store = new NotedStore();
    store.kept.set('b', null as never);
    await using sim = await simulate(new SimulatedWorker(), { options: keptIn(store) });
    const error = { code: 'PHX_STORE_FAILED', cause: expect.any(TypeError) };
    expect(await sim.client.stopped).toMatchObject({ error });
    expect([store.isOpen, store.keys]).toEqual([false, ['b']]);
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

  test('before the limit of a stop, or before it is aborted meanwhile, may be there all the same', async () => {
    const store = new NotedStore();
    await using sim = await confirming(keptIn(store));
    store.hold();
    const abort = new AbortController();
    const aborted = confirm(sim, 'ship', { signal: abort.signal }).outcome();
    const late = confirm(sim, 'bill');
    const [outcome, queued, sent] = [late.outcome(), late.queued(), late.sent()];
    const rejected = Promise.all([
      expect(queued).rejects.toMatchObject(MAY_BE_THERE),
      expect(sent).rejects.toMatchObject(MAY_BE_THERE),
    ]);
    void sim.client.stop();
    await sim.quiet();
    abort.abort();
    await sim.pass(5000);
    expect(await aborted).toMatchObject({
      error: { code: 'PHX_PUSH_ABORTED', delivered: 'unknown' },
    });
    expect(await outcome).toMatchObject({ error: MAY_BE_THERE });
    await rejected;
    store.release();
    await sim.quiet();
    expect(store.keys).toEqual(['key:1', 'key:2']);
  });
});

test('a push has its outcome when the client has stopped, though its store closed without an answer', async () => {
  const store = Object.assign(new NotedStore(), { put: () => new Promise<void>(() => undefined) });
  const sim = await confirming(keptIn(store));
  const push = confirm(sim, 'ship');
  await sim.quiet();
  await sim.client.stop();
  const outcome = await Promise.race([push.outcome(), Promise.resolve().then(() => 'none')]);
  await sim[Symbol.asyncDispose]();
  expect(outcome).toMatchObject({ error: MAY_BE_THERE });
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

test('a dead letter that was pushed anew, for which there was no room, does not come back', async () => {
  let letGo = (): void => undefined;
  const store = new NotedStore();
  const onDeadLetter = () => new Promise<void>((resolve) => (letGo = resolve));
  const outbox = { store, messages: 1, whenFull: 'block' } as const;
  await using sim = await confirming({ outbox, confirmed: { onDeadLetter } });
  confirm(sim, 'ship', { key: 'a', ttl: 100 });
  await sim.pass(100);
  confirm(sim, 'bill', { key: 'b' });
  confirm(sim, 'ship', { key: 'a' });
  await sim.quiet();
  letGo();
  await sim.quiet();
  sim.client.confirmed.discard('a');
  await sim.quiet();
  expect(store.keys).toEqual(['b']);
});

test('a store that is closed is asked for nothing more: a letter whose hook ends later comes back', async () => {
  let letGo = (): void => undefined;
  const store = new NotedStore();
  const onDeadLetter = () => new Promise<void>((resolve) => (letGo = resolve));
  const sim = await confirming(keptIn(store, { confirmed: { onDeadLetter } }));
  confirm(sim, 'ship', { ttl: 100 });
  await sim.pass(100);
  await sim[Symbol.asyncDispose]();
  letGo();
  await sim.quiet();
  expect([store.asked, store.keys]).toEqual([['put key:1'], ['key:1']]);
});

describe('what is not confirmed when the client ends stays in the store, and whoever awaits it is told so:', () => {
  test('by a stop', async () => {
    const store = new NotedStore();
    const sim = await confirming(keptIn(store));
    const [sent, waits] = [confirm(sim, 'ship').outcome(), confirm(sim, 'bill').outcome()];
    await sim.quiet();
    await sim[Symbol.asyncDispose]();
    expect(await sent).toMatchObject({
      error: { code: 'PHX_PUSH_PERSISTED', delivered: 'unknown' },
    });
    expect(await waits).toMatchObject({ error: { code: 'PHX_PUSH_PERSISTED', delivered: 'no' } });
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
    expect(await held).toMatchObject({ error: { code: 'PHX_PUSH_PERSISTED' } });
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
    expect(await waits).toMatchObject({ error: { code: 'PHX_PUSH_PERSISTED', delivered: 'no' } });
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
    expect(await sent).toMatchObject({
      error: { code: 'PHX_PUSH_PERSISTED', delivered: 'unknown' },
    });
    expect(await report).toMatchObject({ unanswered: 0, persisted: 1, forced: false });
    expect(store.keys).toEqual(['key:1']);
  });
});
