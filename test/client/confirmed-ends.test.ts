/** How confirmed pushes end that are not replied to: by their limits, by whoever pushed, by the topic's end, by a drain. */

import { describe, expect, test } from 'vitest';
import { confirm, confirming, delivered, factsOf, reply, TOPIC } from '../support/confirming.js';
import { OK } from '../support/memory-phoenix.js';
import { SimulatedWorker } from '../support/worker-simulation.js';

describe('the limits of the outbox', () => {
  const AT_MOST_ONE = { messages: 1 } as const;

  test.each(['reject', 'dropOldest', 'dropNewest'] as const)(
    'refuse the push itself, and drop nothing for it, with %s',
    async (whenFull) => {
      await using sim = await confirming({ outbox: { ...AT_MOST_ONE, whenFull } });
      const first = confirm(sim, 'ship');
      const error = { code: 'PHX_PUSH_DROPPED', delivered: 'no' };
      expect(await confirm(sim, 'bill').outcome()).toMatchObject({ error });
      reply(sim, 'ship');
      expect(await first.outcome()).toMatchObject({ ok: true });
    },
  );

  test('delay `queued` with `block`, up to as much again', async () => {
    await using sim = await confirming({ outbox: { ...AT_MOST_ONE, whenFull: 'block' } });
    confirm(sim, 'ship');
    let isQueued = false;
    const blocked = confirm(sim, 'bill');
    void blocked.queued().then(() => void (isQueued = true));
    const third = await confirm(sim, 'thank').outcome();
    expect(third).toMatchObject({ error: { code: 'PHX_PUSH_DROPPED' } });
    expect(isQueued).toBe(false);
    await sim.quiet();
    reply(sim, 'ship');
    await sim.quiet();
    expect(isQueued).toBe(true);
    expect(delivered(sim)).toEqual(['ship key:1', 'bill key:2']);
  });
});

describe('its time to live passes', () => {
  test('before it was sent: it was never sent', async () => {
    await using sim = await confirming({}, { join: () => null });
    const outcome = confirm(sim, 'ship', { ttl: 3000 }).outcome();
    await sim.pass(3000);
    const error = { code: 'PHX_PUSH_DROPPED', delivered: 'no' };
    expect(await outcome).toMatchObject({ error });
    expect(factsOf(sim)).toEqual(['push.dropped', 'push.abandoned']);
  });

  test('while the machine slept: it does not go out when that wakes up', async () => {
    await using sim = await confirming({}, { push: () => OK });
    sim.phoenix.cut();
    const expired = confirm(sim, 'ship', { ttl: '10m' }).outcome();
    const next = confirm(sim, 'bill').outcome();
    await sim.quiet();
    sim.clock.sleep(600_000);
    await sim.pass(60_000);
    const error = { code: 'PHX_PUSH_DROPPED', delivered: 'no' };
    expect(await expired).toMatchObject({ error });
    expect(await next).toMatchObject({ ok: true });
    expect(delivered(sim)).toEqual(['bill key:2']);
  });

  test('after it was sent: nobody knows', async () => {
    await using sim = await confirming();
    const outcome = confirm(sim, 'ship', { ttl: 3000 }).outcome();
    await sim.pass(3000);
    const error = { code: 'PHX_PUSH_TIMEOUT', delivered: 'unknown' };
    expect(await outcome).toMatchObject({ error });
  });
});

describe('whoever pushed', () => {
  test('takes back what waits, for the first time or again, and nobody is told', async () => {
    await using sim = await confirming();
    const [sent, waits] = [confirm(sim, 'ship'), confirm(sim, 'bill')];
    await sim.quiet();
    expect(sent.cancel()).toBe(false);
    expect(waits.cancel()).toBe(true);
    sim.phoenix.crash(TOPIC);
    await sim.quiet();
    expect(sent.cancel()).toBe(true);
    await sim.pass(10_000);
    expect(await waits.outcome()).toMatchObject({ error: { code: 'PHX_PUSH_DROPPED' } });
    const error = { code: 'PHX_PUSH_ABORTED', delivered: 'unknown' };
    expect(await sent.outcome()).toMatchObject({ error });
    expect(delivered(sim)).toHaveLength(1);
    expect(sim.given('handlePushError')).toEqual([]);
  });

  test('aborts its signal, before the call, before it was sent, or after', async () => {
    await using sim = await confirming();
    const controller = new AbortController();
    const { signal } = controller;
    const [sent, waits] = [confirm(sim, 'ship', { signal }), confirm(sim, 'bill', { signal })];
    await sim.quiet();
    controller.abort();
    const late = confirm(sim, 'late', { signal });
    expect(await sent.outcome()).toMatchObject({ error: { code: 'PHX_PUSH_ABORTED' } });
    for (const push of [waits, late])
      expect(await push.outcome()).toMatchObject({ error: { code: 'PHX_PUSH_DROPPED' } });
    expect(delivered(sim)).toHaveLength(1);
  });

  test('leaves the topic, which settles all of it', async () => {
    await using sim = await confirming();
    const [sent, waits] = [confirm(sim, 'ship'), confirm(sim, 'bill')];
    await sim.quiet();
    sim.worker.leave(TOPIC);
    const lost = { code: 'PHX_PUSH_LOST', delivered: 'unknown' };
    expect(await sent.outcome()).toMatchObject({ error: lost });
    const dropped = { code: 'PHX_PUSH_DROPPED', delivered: 'no' };
    expect(await waits.outcome()).toMatchObject({ error: dropped });
    expect(delivered(sim)).toHaveLength(1);
    expect(sim.client.confirmed.list()).toEqual([]);
  });

  test('may await it in the handleJoined of its topic', async () => {
    class Greeter extends SimulatedWorker {
      answer: unknown = null;
      override async handleJoined({ topic }: { topic: string }): Promise<void> {
        this.answer = await this.push(topic, 'ship', {}, { delivery: 'confirmed' }).ok();
      }
    }
    const worker = new Greeter();
    await using _ = await confirming({}, { push: () => OK }, worker);
    expect(worker.answer).toEqual({});
  });
});

test('a topic that its policy gives up leaves orphans, which go out when it is joined again', async () => {
  await using sim = await confirming({ rejoin: false });
  confirm(sim, 'ship');
  confirm(sim, 'bill');
  await sim.quiet();
  sim.phoenix.crash(TOPIC);
  await sim.quiet();
  expect(sim.client.confirmed.orphans()).toEqual(new Map([[TOPIC, 2]]));
  expect(sim.client.confirmed.list().map(({ state }) => state)).toEqual(['orphaned', 'orphaned']);

  sim.worker.join(TOPIC);
  await sim.pass(1000);
  expect(sim.client.confirmed.orphans().size).toBe(0);
  expect(delivered(sim)).toEqual(['ship key:1', 'ship key:1']);
});

test('what waits is listed in order, and can be discarded, sent or not', async () => {
  await using sim = await confirming();
  confirm(sim, 'ship');
  confirm(sim, 'bill', { ttl: '1h' });
  await sim.quiet();
  const since = new Date(sim.clock.now());
  const both = { topic: TOPIC, since };
  expect(sim.client.confirmed.list(TOPIC)).toEqual([
    {
      ...both,
      key: 'key:1',
      event: 'ship',
      payload: { of: 'ship' },
      state: 'sent',
      sendings: 1,
      expires: null,
    },
    {
      ...both,
      key: 'key:2',
      event: 'bill',
      payload: { of: 'bill' },
      state: 'waiting',
      sendings: 0,
      expires: new Date(since.getTime() + 3_600_000),
    },
  ]);
  expect(sim.client.confirmed.discard('key:3')).toBe(false);
  expect(sim.client.confirmed.discard('key:1')).toBe(true);
  await sim.quiet();
  expect(delivered(sim)).toEqual(['ship key:1', 'bill key:2']);
  expect(sim.client.confirmed.list('orders:2')).toEqual([]);
});

test('a hook that throws is told, and the worker goes on', async () => {
  const onDeadLetter = () => {
    throw new Error('the letter box is full');
  };
  await using sim = await confirming({ confirmed: { onDeadLetter } });
  confirm(sim, 'ship', { ttl: 100 });
  await sim.pass(100);
  expect(sim.telemetry).toContainEqual(
    expect.objectContaining({ name: 'callback.failed', callback: 'onDeadLetter' }),
  );
  expect(sim.client.status.state).toBe('connected');
});

test('without a store a drain waits for it as for any other, and at its end it fails', async () => {
  await using sim = await confirming();
  const [sent, waits] = [confirm(sim, 'ship').outcome(), confirm(sim, 'bill').outcome()];
  await sim.quiet();
  const report = sim.client.drain({ grace: 1000, force: 1000 });
  await sim.pass(2000);
  expect(await report).toMatchObject({ unsent: 1, unanswered: 1, persisted: 0 });
  expect(await sent).toMatchObject({ error: { code: 'PHX_PUSH_LOST' } });
  expect(await waits).toMatchObject({ error: { code: 'PHX_PUSH_DROPPED' } });
});
