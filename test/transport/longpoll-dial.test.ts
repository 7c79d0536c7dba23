/** How a long poll opens, and every way in which it does not. */

import { describe, expect, test } from 'vitest';
import { LongPollDialed } from './longpoll-dialed.js';
import { LongPollServer } from './longpoll-server.js';

test('a GET without a token opens a session, and its token goes with all that follows, in header and query', async () => {
  await using server = await LongPollServer.start();
  const url = new URL('?token=mine&vsn=2.0.0', server.url);
  await using dialed = new LongPollDialed(url, { authToken: 'secret', headers: { 'x-app': 'a' } });
  const first = await server.gets.next();
  first.say({ status: 410, token: 'T1', messages: [] });
  await dialed.opened();
  const second = await server.gets.next();
  second.say({ status: 204, token: 'T2', messages: [] });
  const third = await server.gets.next();
  dialed.connection.send('[1]');
  const post = await server.posts.next();

  expect(first.query.get('token')).toBe('mine');
  expect(first.request.headers).toMatchObject({ 'x-phoenix-authtoken': 'secret', 'x-app': 'a' });
  expect(first.request.headers).not.toHaveProperty('x-phoenix-longpoll-token');
  const later = [second, third, post].map(({ request, query }) => ({
    auth: request.headers['x-phoenix-authtoken'],
    app: request.headers['x-app'],
    header: request.headers['x-phoenix-longpoll-token'],
    query: query.getAll('token'),
  }));
  const one = { auth: undefined, app: 'a', header: 'T1', query: ['T1'] };
  const two = { ...one, header: 'T2', query: ['T2'] };
  expect(later).toEqual([one, two, two]);
});

test('403 in the body is told as the 403 of an upgrade is', async () => {
  await using server = await LongPollServer.start();
  await using dialed = new LongPollDialed(server.url);
  (await server.gets.next()).say({ status: 403 });

  expect(await dialed.closed).toMatchObject({
    cause: 'refused',
    code: 1006,
    reason: 'Forbidden',
    status: 403,
  });
});

test('an HTTP status is told with its headers and its body, Retry-After among them', async () => {
  await using server = await LongPollServer.start();
  await using dialed = new LongPollDialed(server.url);
  (await server.gets.next()).refuse(503, { 'retry-after': '7', 'set-cookie': 'a=secret' }, 'later');

  const { cause, status, response } = await dialed.closed;

  expect({ cause, status, body: response?.body }).toEqual({
    cause: 'refused',
    status: 503,
    body: 'later',
  });
  expect(response?.headers).toMatchObject({ 'retry-after': '7' });
  expect(JSON.stringify(response)).not.toContain('secret');
});

test('a redirect is not followed, and what it points to is told without its query', async () => {
  await using server = await LongPollServer.start();
  await using dialed = new LongPollDialed(server.url);
  (await server.gets.next()).refuse(302, { location: '/login?token=secret' });

  const close = await dialed.closed;

  expect(close).toMatchObject({ cause: 'refused', status: 302 });
  expect(close.reason).toBe('Found: long poll follows no redirect');
  expect(JSON.stringify(close)).not.toContain('secret');
  expect(server.gets.pending).toBe(0);
});

test('the body of a refusal without an end is waited for no longer than closeTimeout', async () => {
  await using server = await LongPollServer.start();
  await using dialed = new LongPollDialed(server.url, { closeTimeout: 20 });
  const { response } = await server.gets.next();
  response.writeHead(500).write('it brok');

  expect((await dialed.closed).response?.body).toBe('it brok');
});

test('a server that nobody listens on ends the dial with the error of the network', async () => {
  const server = await LongPollServer.start();
  await server[Symbol.asyncDispose]();
  await using dialed = new LongPollDialed(server.url);

  const close = await dialed.closed;

  expect(close).toMatchObject({ cause: 'network', code: 1006, status: null });
  expect(close.reason).toContain('ECONNREFUSED');
});

describe('a dial that is no longer wanted ends at once:', () => {
  test('aborted before it began', async () => {
    await using server = await LongPollServer.start();
    await using dialed = new LongPollDialed(server.url, { aborted: true });

    expect((await dialed.closed).cause).toBe('requested');
    expect(server.gets.pending).toBe(0);
  });

  test.each(['abort', 'terminate', 'close'] as const)('%s while no header comes', async (how) => {
    await using server = await LongPollServer.start();
    await using dialed = new LongPollDialed(server.url);
    const asked = await server.gets.next();

    if (how === 'abort') dialed.abort();
    else if (how === 'close') dialed.connection.close(1000, 'enough');
    else dialed.connection.terminate();

    expect((await dialed.closed).cause).toBe('requested');
    await asked.gone;
  });
});

describe('what is no answer to a dial ends it:', () => {
  test.each([
    ['no JSON', '<html>', 'the answer is no JSON object: is long poll switched on there?'],
    ['nothing', '', 'the answer is no JSON object: is long poll switched on there?'],
    ['null', 'null', 'the answer is no JSON object: is long poll switched on there?'],
    ['no status', {}, 'the answer has no status'],
    ['no token', { status: 410 }, 'the server answered with the status 410, which means nothing'],
    ['a token that is none', { status: 410, token: 1 }, 'the token is no text'],
    ['another status', { status: 200, token: 'T' }, 'the server answered with the status 200, wh'],
  ])('%s', async (_what, body, reason) => {
    await using server = await LongPollServer.start();
    await using dialed = new LongPollDialed(server.url);
    (await server.gets.next()).say(body);

    const close = await dialed.closed;

    expect(close).toMatchObject({ cause: 'peer', code: 1002, status: null });
    expect(close.reason).toContain(reason);
  });
});

test('a fetch of the caller’s own is used, and what it throws ends the session', async () => {
  const seen: string[] = [];
  await using dialed = new LongPollDialed('http://phoenix.invalid/socket/longpoll', {
    fetch: (url, { method }) => {
      seen.push(`${String(method)} ${url.host}`);
      throw new Error('no way through');
    },
  });

  expect(await dialed.closed).toMatchObject({ cause: 'network', reason: 'no way through' });
  expect(seen).toEqual(['GET phoenix.invalid']);
});
