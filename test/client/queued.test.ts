/** What `queued()` of a push tells: that the outbox holds it or that it was written, or that neither will ever be. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions, Push } from '../../src/index.js';
import { OK } from '../support/memory-phoenix.js';
import { OwnTransport } from '../support/own-transport.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

/** Wants a topic, and is not connected. */
async function down(outbox: ClientOptions['outbox'] = {}): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), { options: { autoConnect: false, outbox } });
  sim.worker.join('room:1');
  return sim;
}

/** How a promise stands once everything has happened that can without time passing. */
async function standing(promise: Promise<void>): Promise<unknown> {
  const waiting = new Promise((resolve) => {
    setImmediate(resolve, 'waiting');
  });
  const settled = promise.then(
    () => 'held',
    (error: unknown) => error,
  );
  return await Promise.race([settled, waiting]);
}

const DROPPED = { code: 'PHX_PUSH_DROPPED', delivered: 'no' };

describe('queued', () => {
  test('resolves when the outbox holds the push, long before it is sent', async () => {
    await using sim = await down();
    const push = sim.worker.push('room:1', 'waiting');

    await expect(push.queued()).resolves.toBeUndefined();
    await expect(standing(push.sent())).resolves.toBe('waiting');
  });

  test('resolves for a push that was written at once, and for one that was replied to', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: { push: () => OK } });
    sim.worker.join('room:1');
    await sim.quiet();
    const push = sim.worker.push('room:1', 'now', {}, { delivery: 'volatile' });

    await expect(standing(push.queued())).resolves.toBe('held');
    await push.ok();
    await expect(standing(push.queued())).resolves.toBe('held');
  });

  test.each<[string, (sim: Simulation) => Push]>([
    ['is volatile', ({ worker }) => worker.push('room:1', 'a', {}, { delivery: 'volatile' })],
    ['is for a topic that nobody wants', ({ worker }) => worker.push('room:9', 'a')],
    [
      'finds the outbox full',
      ({ worker }) => {
        worker.push('room:1', 'first');
        return worker.push('room:1', 'a');
      },
    ],
  ])('rejects with the error of a push that %s', async (_, make) => {
    await using sim = await down({ messages: 1 });
    const push = make(sim);
    const error = await standing(push.queued());

    expect(error).toMatchObject(DROPPED);
    await expect(push.outcome()).resolves.toEqual({ ok: false, error });
  });

  test('and sent resolve for a push that was being written when the connection ended', async () => {
    const own: OwnTransport = new OwnTransport((event) => {
      if (event === 'last') own.cut();
      return 0;
    });
    await using sim = await simulate(new SimulatedWorker(), { options: { transports: [own] } });
    sim.worker.join('room:1');
    await sim.quiet();
    const push = sim.worker.push('room:1', 'last');

    await expect(standing(push.queued())).resolves.toBe('held');
    await expect(standing(push.sent())).resolves.toBe('held');
    await expect(push.outcome()).resolves.toMatchObject({
      error: { code: 'PHX_PUSH_LOST', delivered: 'unknown' },
    });
  });

  test('still resolves after the outbox has dropped what it held', async () => {
    await using sim = await down();
    const push = sim.worker.push('room:1', 'late', {}, { ttl: 1 });
    await sim.pass(1);

    await expect(standing(push.queued())).resolves.toBe('held');
    await expect(push.outcome()).resolves.toMatchObject({ error: DROPPED });
  });
});

describe('a push that nobody has asked but whether it is queued', () => {
  test('is told to handlePushError when it was held and then dropped', async () => {
    await using sim = await down();
    await sim.worker.push('room:1', 'late', {}, { ttl: 1 }).queued();
    await sim.pass(1);

    expect(sim.given('handlePushError')).toMatchObject([{ event: 'late', error: DROPPED }]);
  });

  test('is not told there when queued() has told it', async () => {
    await using sim = await down({ messages: 1 });
    sim.worker.push('room:1', 'first');
    await expect(standing(sim.worker.push('room:1', 'second').queued())).resolves.toMatchObject(
      DROPPED,
    );

    expect(sim.given('handlePushError')).toEqual([]);
  });

  test('is told to handleReply when it is replied to', async () => {
    await using sim = await down();
    sim.phoenix.script = { push: () => OK };
    await sim.worker.push('room:1', 'ask').queued();
    sim.worker.connect();
    await sim.quiet();

    expect(sim.given('handleReply')).toMatchObject([{ event: 'ask', status: 'ok' }]);
  });
});
