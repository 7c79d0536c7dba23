/** Pushes over HTTP: every outcome as its status, and taken back. */

import { describe, expect, test } from 'vitest';
import { stage, type Stage, type Told } from '../support/api-stage.js';
import { echo, post } from '../support/pushing.js';

describe('what a push is refused for', () => {
  test.each([
    ['an empty body', '', 400, 'API_BAD_JSON'],
    ['half a body', '{"topic":"room:1"', 400, 'API_BAD_JSON'],
    ['what is not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'API_BAD_JSON'],
    ['a deep payload', `{"payload":${'['.repeat(5000)}${']'.repeat(5000)}}`, 400, 'API_BAD_JSON'],
    ['a list', [echo], 422, 'API_INVALID'],
    ['no event', { topic: 'room:1' }, 422, 'API_INVALID'],
    ['a field that there is not', { ...echo, evnt: 'x' }, 422, 'API_INVALID'],
    ['__proto__', '{"topic":"room:1","event":"echo","__proto__":{"a":1}}', 422, 'API_INVALID'],
    ['no duration', { ...echo, timeout: 'soon' }, 422, 'API_INVALID'],
    ['ttl of a volatile push', { ...echo, delivery: 'volatile', ttl: 5 }, 422, 'PHX_BAD_OPTION'],
    ['a confirmed list', { ...echo, payload: [1], delivery: 'confirmed' }, 422, 'PHX_BAD_OPTION'],
    ['a topic that nobody joined', { ...echo, topic: 'room:2' }, 404, 'API_NOT_WANTED'],
  ])('%s', async (_, body, status, code) => {
    const world = await stage();
    const told = await post(world, body);
    expect(told).toMatchObject({ status, body: { status, code } });
    expect(told.headers['content-type']).toBe('application/problem+json');
    expect(told.body['instance']).toBe(told.headers['x-request-id']);
  });

  test('all that is wrong is told at once, each with its place', async () => {
    const told = await post(await stage(), { topic: 1, event: '', wait: 'later' });
    const paths = (told.body['errors'] as { path: string }[]).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['topic', 'event', 'wait']));
  });

  test('a body over the limit, said beforehand or not', async () => {
    const world = await stage({ api: { maxBody: 100 } });
    const long = JSON.stringify({ ...echo, payload: 'x'.repeat(200) });
    expect((await post(world, long)).status).toBe(413);
    const chunked = { 'transfer-encoding': 'chunked' };
    expect((await post(world, long, { headers: chunked })).body['code']).toBe('API_TOO_LARGE');
  });

  test('a type that is no JSON', async () => {
    const headers = { 'content-type': 'text/xml' };
    expect((await post(await stage(), '<a/>', { headers })).status).toBe(415);
  });

  test('a body that is compressed', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await post(await stage(), echo, { headers })).status).toBe(415);
  });

  test('bytes without a topic', async () => {
    const headers = { 'content-type': 'application/octet-stream' };
    expect((await post(await stage(), new Uint8Array([1]), { headers })).status).toBe(422);
  });
});

describe('what becomes of a push', () => {
  test('it is accepted at once, without waiting', async () => {
    const told = await post(await stage(), echo);
    expect(told).toMatchObject({ status: 202, body: { topic: 'room:1', event: 'echo' } });
  });

  test('it is replied to', async () => {
    const told = await post(await stage(), { ...echo, wait: 'reply' });
    const body = { outcome: 'replied', status: 'ok', response: { n: 1 } };
    expect(told).toMatchObject({ status: 200, body });
  });

  test('as curl -d sends it: a form that is JSON, the wait in the query', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const told = await post(await stage(), echo, { query: '?wait=reply&timeout=30s', headers });
    expect(told.status).toBe(200);
  });

  test('it is sent', async () => {
    const told = await post(await stage(), { ...echo, event: 'silent', wait: 'sent' });
    expect(told).toMatchObject({ status: 202, body: { outcome: 'sent' } });
  });

  test('the server refuses it', async () => {
    const told = await post(await stage(), { ...echo, event: 'refuse', wait: 'reply' });
    const body = {
      code: 'PHX_PUSH_REFUSED',
      reply: { status: 'error', response: { reason: 'no' } },
    };
    expect(told).toMatchObject({ status: 422, body });
  });

  test('the server replies with a word of its own', async () => {
    const told = await post(await stage(), { ...echo, event: 'odd', wait: 'reply' });
    expect(told).toMatchObject({
      status: 200,
      body: { status: 'busy', response: { later: true } },
    });
  });

  test('nobody knows what became of it', async () => {
    const push = { ...echo, event: 'silent', wait: 'reply', timeout: 20 };
    const told = await post(await stage(), push);
    expect(told).toMatchObject({ status: 504, body: { outcome: 'unknown' } });
  });

  test('the connection is lost before the reply', async () => {
    const world = await stage();
    const told = post(world, { ...echo, event: 'silent', wait: 'reply' });
    await world.double.seen({ kind: 'received', event: 'silent' });
    world.double.cut();
    expect(await told).toMatchObject({ status: 504, body: { code: 'PHX_PUSH_LOST' } });
  });

  test('a volatile one finds no connection', async () => {
    const world = await stage();
    world.sidecar.pause();
    const told = await post(world, { ...echo, delivery: 'volatile' });
    expect(told).toMatchObject({ status: 409, body: { outcome: 'failed' } });
  });

  test('it waits while there is no connection, and is known by its id', async () => {
    const world = await stage();
    world.sidecar.pause();
    const told = await post(world, { ...echo, wait: 'reply', timeout: 30 });
    expect(told).toMatchObject({ status: 504, body: { code: 'API_DEADLINE', outcome: 'queued' } });
    const path = `/v1/pushes/${told.body['id'] as string}`;
    expect((await world.ask(path)).body['outcome']).toBe('queued');
    expect((await world.ask(path, { method: 'DELETE' })).body['outcome']).toBe('failed');
    expect((await world.ask(path, { method: 'DELETE' })).status).toBe(409);
    expect((await world.ask('/v1/pushes/none')).status).toBe(404);
    expect((await world.ask('/v1/pushes/none', { method: 'DELETE' })).status).toBe(404);
  });

  test('the outbox is full', async () => {
    const world = await stage({ client: { outbox: { messages: 1 } } });
    world.sidecar.pause();
    expect((await post(world, echo)).status).toBe(202);
    const told = await post(world, echo);
    expect(told).toMatchObject({ status: 429, body: { code: 'PHX_PUSH_DROPPED' } });
    expect(told.headers['retry-after']).toBe('1');
  });

  test('it waits longer than it may', async () => {
    const world = await stage();
    world.sidecar.pause();
    const told = await post(world, { ...echo, wait: 'sent', ttl: 10 });
    expect(told).toMatchObject({ status: 504, body: { outcome: 'failed' } });
  });

  test('the daemon has stopped', async () => {
    const world = await stage();
    await world.sidecar.client.stop();
    const told = await post(world, echo);
    expect(told.status).toBe(503);
    expect(told.headers['retry-after']).toBe('1');
  });

  test('bytes go as they are, and come as base64', async () => {
    const headers = { 'content-type': 'application/octet-stream' };
    const query = '?topic=room:1&event=bytes&wait=reply';
    const told = await post(await stage(), new Uint8Array([9, 8]), { query, headers });
    expect(told).toMatchObject({ status: 200, body: { response: null, responseBase64: 'AQL/' } });
  });
});

test.each([
  [{ topic: '', event: 'e' }, 'topic: is "": write text of 1 to 1024 characters'],
  [{ ...echo, evnt: 1 }, 'evnt: there is no such key: did you mean event?'],
  [{ ...echo, wait: 'rply' }, 'wait: is "rply": write none, sent or reply (did you mean reply?)'],
  [{ ...echo, ttl: 0 }, 'ttl: is 0: write a length of time of at least 1 ms: '],
  [{ ...echo, timeout: '0s' }, 'timeout: is "0s": write a length of time of at least 1 ms: '],
  [[echo], 'request: is a list: write a map'],
])('what is wrong is said with its remedy: %j', async (body, words) => {
  const told = await post(await stage(), body);
  expect(told.status).toBe(422);
  expect(told.body['detail']).toContain(words);
  const [error] = told.body['errors'] as { path: string; detail: string }[];
  expect(`${error?.path}: ${error?.detail}`).toBe(told.body['detail']);
});

describe('many pushes at once', () => {
  const batch = (
    { ask }: Stage,
    body: string,
    type = 'application/json',
    query = '',
  ): Promise<Told> =>
    ask(`/v1/push:batch${query}`, { method: 'POST', headers: { 'content-type': type }, body });

  test('each has its own result, in their order', async () => {
    const world = await stage();
    const pushes = [
      echo,
      { ...echo, topic: 'room:9' },
      { ...echo, event: 'refuse' },
      { ...echo, ttl: 5, delivery: 'volatile' },
    ];
    const told = await batch(world, JSON.stringify({ wait: 'reply', pushes }));
    expect(told.status).toBe(200);
    const results = told.body['results'] as { httpStatus: number; code?: string }[];
    expect(results.map(({ httpStatus }) => httpStatus)).toEqual([200, 404, 422, 422]);
    expect(told.body['failed']).toBe(3);
  });

  test('as lines, with keys of their own', async () => {
    const world = await stage();
    const line = JSON.stringify({ ...echo, key: 'k' });
    const told = await batch(world, `${line}\n${line}\n`, 'application/x-ndjson', '?wait=reply');
    const [one, other] = told.body['results'] as { ref: string }[];
    expect(one?.ref).toBe(other?.ref);
  });

  test.each([
    ['JSON', 'application/json', /^event: is missing: write text of 1 to 1024 characters$/],
    ['lines', 'application/x-ndjson', /^line 3: event: is missing/],
  ])('one of a wrong form keeps none of the others back: %s', async (_, type, words) => {
    const entries = [JSON.stringify(echo), JSON.stringify({ topic: 'room:1' })];
    const body = type.endsWith('ndjson')
      ? `${entries[0]}\n\n${entries[1]}\n{`
      : `{"pushes":[${entries.join()}]}`;
    const told = await batch(await stage(), body, type, '?wait=reply');
    const results = told.body['results'] as { httpStatus: number; detail: string }[];
    const statuses = type.endsWith('ndjson') ? [200, 422, 400] : [200, 422];
    expect(results.map(({ httpStatus }) => httpStatus)).toEqual(statuses);
    expect(results[1]?.detail).toMatch(words);
    expect(results[1]).toHaveProperty('errors');
    if (type.endsWith('ndjson')) expect(results[2]?.detail).toMatch(/^line 4: the body is no JSON/);
  });

  test.each([
    ['no pushes', '{"pushes":[]}', 422],
    ['too many', JSON.stringify({ pushes: Array.from({ length: 1001 }, () => echo) }), 422],
    ['no JSON', '{', 400],
  ])('%s', async (_, body, status) => {
    expect((await batch(await stage(), body)).status).toBe(status);
  });

  test('another type', async () => {
    expect((await batch(await stage(), 'a', 'text/csv')).status).toBe(415);
  });
});

describe('what a webhook answers', () => {
  test('is accepted once for one key, and refused when it can never be sent', async () => {
    const { desk, double } = await stage();
    await desk.accept(echo, 'event-1:0');
    await desk.accept(echo, 'event-1:0');
    await expect(desk.accept({ ...echo, topic: 'nobody' }, 'event-2:0')).rejects.toMatchObject({
      code: 'PHX_BAD_OPTION',
    });
    expect(double.crashes).toEqual([]);
  });
});
