/** What telemetry has of confirmed pushes: how many wait, and what became of them. */

import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { countIn } from 'gen-socket-client/telemetry';
import { memoryStore, type OutboxStore } from '../../src/store.js';
import { confirm, confirming, reply, TOPIC } from '../support/confirming.js';
import { beginning, scraped } from '../support/metrics.js';
import { Measured, settled } from '../support/watched.js';

const LEFT = { topic: 'orders:2', event: 'ship', payload: {}, expires: null };

/** What an earlier client left, of a topic that nobody wants. */
async function inherited(): Promise<OutboxStore> {
  const store = memoryStore();
  await store.put({ ...LEFT, key: 'left:1' });
  return store;
}

describe('the gauges', () => {
  test('count what waits, sent or not, and those that nobody has joined a topic for', async () => {
    const telemetry = new Measured();
    await using sim = await confirming({ telemetry, outbox: { store: await inherited() } });
    confirm(sim, 'ship');
    confirm(sim, 'bill');
    await sim.quiet();
    expect(telemetry.gauges).toMatchObject({
      confirmed: { pushes: 3, orphaned: 1 },
      unanswered: 0,
      outbox: { messages: 0, bytes: 0 },
    });

    sim.worker.join(LEFT.topic);
    reply(sim, 'ship');
    await sim.quiet();
    expect(telemetry.gauges).toMatchObject({ confirmed: { pushes: 2, orphaned: 0 } });
  });

  test('count nothing any more once all is confirmed', async () => {
    const telemetry = new Measured();
    await using sim = await confirming({ telemetry }, { push: () => ['ok', {}] });
    confirm(sim, 'ship');
    await sim.quiet();
    expect(telemetry.gauges).toMatchObject({ confirmed: { pushes: 0, orphaned: 0 } });
    expect(settled(telemetry, 'push.settled')).toMatchObject([{ topic: TOPIC, outcome: 'ok' }]);
  });
});

describe('a registry', () => {
  test('counts what was sent again, and what was given up, by its code', async () => {
    const registry = new Registry();
    const confirmed = { resends: 2, min: 100, jitter: 'none' } as const;
    await using sim = await confirming({ telemetry: countIn(registry), confirmed });
    confirm(sim, 'ship');
    confirm(sim, 'bill');
    await sim.quiet();
    expect(await scraped(registry)).toMatchObject({
      confirmed_pushes: 2,
      confirmed_orphaned_pushes: 0,
      pushes_unanswered: 0,
    });

    await sim.pass(30_300);
    const series = await scraped(registry);
    expect(beginning(series, 'pushes_')).toEqual({
      'pushes_total{topic="orders",outcome="timeout"}': 1,
      'pushes_resent_total{topic="orders"}': 2,
      'pushes_abandoned_total{topic="orders",code="PHX_PUSH_TIMEOUT"}': 1,
    });
    expect(series['confirmed_pushes']).toBe(1);
  });

  test('counts what the store could not do', async () => {
    const registry = new Registry();
    const full = new Error('no space left');
    const store = Object.assign(memoryStore(), { put: () => Promise.reject(full) });
    await using sim = await confirming({ telemetry: countIn(registry), outbox: { store } });
    await expect(confirm(sim, 'ship').queued()).rejects.toMatchObject({
      cause: { code: 'PHX_STORE_FAILED', cause: full },
    });
    expect(beginning(await scraped(registry), 'store_failures_total')).toEqual({
      'store_failures_total{action="put",code="PHX_STORE_FAILED"}': 1,
    });
  });
});
