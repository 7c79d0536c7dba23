/** Channels, presence and control over HTTP. */

import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../src/daemon/deliveries/delivery.js';
import { stage } from '../support/api-stage.js';

const json = (body: unknown, method = 'PUT') => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

test('that are wanted have a limit, and those that are wanted may still be changed', async () => {
  const world = await stage();
  for (let n = 1; n < 10_000; n += 1) world.sidecar.wanted.set(`many:${n}`, {});
  const told = await world.ask('/v1/channels/room:more', { method: 'PUT' });
  expect(told).toMatchObject({ status: 429, body: { code: 'API_TOO_MANY_CHANNELS' } });
  expect(told.headers['retry-after']).toBe('1');
  expect((await world.ask('/v1/channels/room:1', { method: 'PUT' })).status).toBe(200);
  await world.ask('/v1/channels/room:1', { method: 'DELETE' });
  expect((await world.ask('/v1/channels/room:more', { method: 'PUT' })).status).toBe(201);
});

describe('a channel', () => {
  test('of a topic that nobody joined is not there', async () => {
    const { ask } = await stage();
    const path = '/v1/channels/room%3A2';
    expect((await ask(path)).body).toMatchObject({ status: 404, code: 'API_NOT_WANTED' });
    expect((await ask(path, { method: 'DELETE' })).status).toBe(404);
    expect((await ask('/v1/presence/room%3A2')).status).toBe(404);
  });

  test.each([
    ['a field that there is not', { param: {} }, 422],
    ['a duration that is none', { timeout: 'long' }, 422],
    ['params from elsewhere', { paramsFrom: 'http://169.254.169.254/latest' }, 422],
    ['params from a name that only looks near', { paramsFrom: 'http://127.0.0.1.evil.test/' }, 422],
    ['params from behind a user', { paramsFrom: 'http://localhost@evil.test/' }, 422],
    ['__proto__', JSON.parse('{"params":{"__proto__":{"a":1}}}') as unknown, 422],
    ['a delivery that there is not', { deliver: 'nowhere' }, 422],
    ['a list', [], 422],
  ])('is not joined with %s', async (_, body, status) => {
    const { ask, sidecar } = await stage();
    expect((await ask('/v1/channels/room:2', json(body))).status).toBe(status);
    expect(sidecar.wanted.has('room:2')).toBe(false);
  });

  test('is not joined by a path that is not UTF-8', async () => {
    const { ask, sidecar } = await stage();
    expect((await ask('/v1/channels/%E0%A4', json({}))).status).toBe(400);
    expect(sidecar.wanted.size).toBe(1);
  });

  test('is joined, told of, and left', async () => {
    const { ask, double } = await stage();
    const path = `/v1/channels/${encodeURIComponent('room:a/b%20c')}`;
    const joined = await ask(`${path}?wait=joined`, json({ params: { since: 7 }, required: true }));
    const state = {
      topic: 'room:a/b%20c',
      state: 'joined',
      required: true,
      error: null,
      gap: null,
    };
    expect(joined).toMatchObject({ status: 201, body: state });
    expect((await ask(path)).body).toMatchObject(state);
    expect((await ask(path, json({}))).status).toBe(200);
    const list = (await ask('/v1/channels')).body['channels'] as { topic: string }[];
    expect(list.map(({ topic }) => topic)).toEqual(['room:1', 'room:a/b%20c']);
    expect((await ask(path, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(path)).status).toBe(404);
    expect(double.topics()).toEqual(['room:1']);
  });

  test('is wanted without a body, and says why it is not joined', async () => {
    const { ask } = await stage();
    const told = await ask('/v1/channels/shut:1?wait=joined', { method: 'PUT' });
    const refused = { code: 'PHX_JOIN_REFUSED', response: { reason: 'shut' } };
    expect(told).toMatchObject({ status: 422, body: refused });
    expect(told.body['detail']).toContain('DELETE gives it up');
    expect((await ask('/v1/channels/shut:1')).body['error']).toMatchObject(refused);
  });

  test('is not waited for longer than a request may take', async () => {
    const { ask, sidecar } = await stage({ api: { timeout: 20 } });
    sidecar.pause();
    const told = await ask('/v1/channels/room:2?wait=joined', { method: 'PUT' });
    expect(told).toMatchObject({ status: 504, body: { code: 'API_DEADLINE' } });
  });

  test('knows who is there', async () => {
    const { ask, double } = await stage();
    await double.seen({ kind: 'pushed', event: 'presence_state' });
    const told = await ask('/v1/presence/room:1');
    expect(told.body).toMatchObject({ topic: 'room:1', entries: expect.any(Array) });
  });
});

describe('control', () => {
  test('is refused where it is not allowed', async () => {
    const { ask, sidecar } = await stage();
    const told = await ask('/v1/control/reconnect', { method: 'POST' });
    expect(told.body).toMatchObject({ status: 403, code: 'API_CONTROL_OFF' });
    expect((await ask('/v1/control/deliveries/a/pause', { method: 'POST' })).status).toBe(403);
    expect(sidecar.calls).toEqual([]);
  });

  test('reconnects, pauses, resumes and drains, by POST only', async () => {
    const { ask, sidecar, drained } = await stage({ api: { control: true } });
    for (const verb of ['reconnect', 'pause', 'resume', 'drain'])
      expect((await ask(`/v1/control/${verb}`, { method: 'POST' })).status).toBe(202);
    expect(sidecar.calls).toEqual(['reconnect']);
    expect(drained).toEqual(['drain']);
    const told = await ask('/v1/control/drain');
    expect(told).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect((await ask('/v1/control/explode', { method: 'POST' })).status).toBe(422);
  });

  test('pauses and resumes a delivery', async () => {
    const verbs: string[] = [];
    const app = {
      name: 'app',
      pause: () => void verbs.push('pause'),
      resume: () => void verbs.push('resume'),
    } as Partial<Delivery> as Delivery;
    const { ask } = await stage({ api: { control: true }, deliveries: [app] });
    await ask('/v1/control/deliveries/app/pause', { method: 'POST' });
    await ask('/v1/control/deliveries/app/resume', { method: 'POST' });
    expect(verbs).toEqual(['pause', 'resume']);
    const told = await ask('/v1/control/deliveries/other/pause', { method: 'POST' });
    expect(told).toMatchObject({ status: 404, body: { code: 'API_NO_DELIVERY' } });
  });
});
