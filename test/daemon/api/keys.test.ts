/** Idempotency keys over HTTP: one push for one key, over a restart too. */

import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/store.js';
import { stage } from '../support/api-stage.js';
import { echo, post } from '../support/pushing.js';

describe('one key', () => {
  const keyed = { headers: { 'idempotency-key': 'report-1' } };

  test('makes one push, however many ask at once', async () => {
    const world = await stage();
    const body = { ...echo, wait: 'reply' };
    const told = await Promise.all(Array.from({ length: 20 }, () => post(world, body, keyed)));
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(told.map(({ body: { ref } }) => ref)).size).toBe(1);
    expect(told.filter(({ headers }) => headers['idempotency-replayed']).length).toBe(19);
    const sent = world.double.log.filter(
      (entry) => entry.kind === 'received' && entry.event === 'echo',
    );
    expect(sent).toHaveLength(1);
  });

  test('may come in quotes, with the fields in another order', async () => {
    const world = await stage();
    const one = await post(world, { ...echo, payload: { a: 1, b: 2 }, wait: 'reply' }, keyed);
    const headers = { 'idempotency-key': '"report-1"' };
    const other = await post(
      world,
      { payload: { b: 2, a: 1 }, event: 'echo', topic: 'room:1' },
      { headers },
    );
    expect(other.body['ref']).toBe(one.body['ref']);
  });

  test('stands for the same push however long it is waited for', async () => {
    const world = await stage();
    const one = await post(world, { ...echo, ttl: '5s', wait: 'reply' }, keyed);
    const other = await post(world, { ...echo, timeout: 900, ttl: '9s', wait: 'sent' }, keyed);
    expect(other).toMatchObject({ status: 202, body: { ref: one.body['ref'] } });
  });

  test.each(['schlüssel', 'a b', 'x'.repeat(256)])('is visible ASCII, not %j', async (key) => {
    const headers = { 'idempotency-key': key };
    const told = await post(await stage(), echo, { headers });
    expect(told).toMatchObject({ status: 422, body: { code: 'API_INVALID' } });
    expect(told.body['detail']).toContain('1 to 255 characters of visible ASCII');
  });

  test('stands for no other push', async () => {
    const world = await stage();
    await post(world, echo, keyed);
    const told = await post(world, { ...echo, payload: { n: 2 } }, keyed);
    expect(told).toMatchObject({ status: 422, body: { code: 'API_KEY_REUSED' } });
  });

  test('is free again when its push was never sent', async () => {
    const world = await stage();
    world.sidecar.pause();
    expect((await post(world, { ...echo, wait: 'sent', ttl: 5 }, keyed)).status).toBe(504);
    world.sidecar.resume();
    const told = await post(world, { ...echo, wait: 'reply', ttl: '10s' }, keyed);
    expect(told.status).toBe(200);
  });

  test('is the key of a confirmed push, which the next process knows by it', async () => {
    const outbox = { store: memoryStore() };
    const world = await stage({ client: { outbox } });
    world.sidecar.pause();
    const body = { ...echo, delivery: 'confirmed' };
    expect(await post(world, body, keyed)).toMatchObject({ status: 202, body: { id: 'report-1' } });
    await world.sidecar.client.stop();
    const next = await stage({ client: { outbox }, topics: [] });
    next.sidecar.pause();
    const told = await next.ask('/v1/pushes/report-1');
    expect(told.body).toMatchObject({ id: 'report-1', outcome: 'queued', sendings: 0 });
    expect((await next.ask('/v1/pushes/report-1', { method: 'DELETE' })).status).toBe(200);
    expect((await next.ask('/v1/pushes/report-1')).status).toBe(404);
  });
});

describe('a confirmed push', () => {
  test('is accepted when its store has it, and not before', async () => {
    const store = memoryStore();
    const written = new Set<() => void>();
    const slow: typeof store = {
      all: () => store.all(),
      put: async (push) => {
        await new Promise<void>((resolve) => written.add(resolve));
        await store.put(push);
      },
      delete: (key) => store.delete(key),
      close: () => store.close(),
    };
    const world = await stage({ client: { outbox: { store: slow } }, api: { timeout: 50 } });
    const headers = { 'idempotency-key': 'slow-1' };
    const body = { ...echo, delivery: 'confirmed' };
    expect((await post(world, body, { headers })).status).toBe(504);
    for (const write of written) write();
    expect((await post(world, body, { headers })).status).toBe(202);
  });

  test('that its store does not take is told so, and may be asked for again', async () => {
    const store = memoryStore();
    const full: typeof store = {
      all: () => store.all(),
      put: () => Promise.reject(new Error('no space left on device')),
      delete: (key) => store.delete(key),
      close: () => store.close(),
    };
    const world = await stage({ client: { outbox: { store: full } } });
    const headers = { 'idempotency-key': 'full-1' };
    const told = await post(world, { ...echo, delivery: 'confirmed' }, { headers });
    expect(told).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'PHX_STORE_FAILED', outcome: 'failed', id: 'full-1' },
    });
  });
});
