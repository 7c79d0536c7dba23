/** The double's long poll, asked as a client that knows nothing of it: each trap of Phoenix's own is there. */

import { describe, expect, test } from 'vitest';
import { LongPollSession, timesOf } from '../../src/testing/longpoll-session.js';
import { PhoenixDouble, type PhoenixDoubleOptions, seedChannels } from '../../src/testing/index.js';

const JOIN = '["1","1","ping:1","phx_join",{}]';
const LINES = 'application/x-ndjson';

type Body = { readonly status: number; readonly token?: string; readonly messages?: string[] };
type Asked = { readonly token?: string; readonly query?: string };
type Posted = { readonly token: string; readonly body: string; readonly type?: string };

/** Windows as long as Phoenix's own, where none is given. */
async function start(options: PhoenixDoubleOptions = {}) {
  const double = await PhoenixDouble.start(seedChannels(), options);
  const url = `http://127.0.0.1:${double.port}/socket/longpoll?vsn=2.0.0`;
  const ask = async (init: RequestInit, query = ''): Promise<Response> => fetch(url + query, init);
  const headersOf = (token = '') => ({
    ...(token !== '' && { 'x-phoenix-longpoll-token': token }),
  });
  const get = async ({ token, query }: Asked = {}): Promise<Body> =>
    (await (await ask({ headers: headersOf(token) }, query)).json()) as Body;
  const post = async ({ token, body, type = LINES }: Posted): Promise<Response> =>
    ask({ method: 'POST', headers: { ...headersOf(token), 'content-type': type }, body });
  const say = async (posted: Posted): Promise<number> =>
    ((await (await post(posted)).json()) as Body).status;
  const token = (await get()).token ?? '';
  const release = () => double[Symbol.asyncDispose]();
  return { double, ask, get, post, say, token, [Symbol.asyncDispose]: release };
}

test('a reply never comes in the answer to its POST, but to the next GET, by header or by query', async () => {
  await using server = await start();
  const { token, get, say } = server;
  expect(await say({ token, body: JOIN })).toBe(200);
  const reply = '["1","1","ping:1","phx_reply",{"status":"ok","response":{}}]';
  expect(await get({ token })).toEqual({ status: 200, token, messages: [reply] });
  expect(await say({ token, body: '[null,"2","phoenix","heartbeat",{}]' })).toBe(200);
  expect((await get({ query: `&token=${token}` })).messages).toHaveLength(1);
});

test('a GET with nothing to say is answered 204 at its window', async () => {
  await using server = await start({ longPoll: { window: 20, sessionTimeout: 60_000 } });
  const { token } = server;
  expect(await server.get({ token })).toEqual({ status: 204, token, messages: [] });
});

test('a second GET takes over from the first', async () => {
  await using server = await start({ longPoll: { window: 200, sessionTimeout: 60_000 } });
  const { token, double } = server;
  const first = server.get({ token });
  await server.say({ token, body: JOIN });
  expect((await first).messages).toHaveLength(1);
  const [second, third] = [server.get({ token }), server.get({ token })];
  await server.say({ token, body: '[null,"2","phoenix","heartbeat",{}]' });
  const statuses = [(await second).status, (await third).status];
  expect(statuses.toSorted()).toEqual([200, 204]);
  expect(double.sockets).toBe(1);
});

test('a token that was not issued here makes another session, and a POST with it none', async () => {
  await using server = await start();
  const forged = `${server.token}x`;
  expect(await server.get({ token: forged })).toMatchObject({ status: 410, messages: [] });
  expect(await server.say({ token: forged, body: JOIN })).toBe(410);
  expect(server.double.sockets).toBe(2);
});

test('a session that ends says nothing: a GET under way runs to its window', async () => {
  const ended: LongPollSession[] = [];
  const host = { isFrozen: () => false, ended: (one: LongPollSession) => void ended.push(one) };
  const session = new LongPollSession(timesOf({ window: 20 }), host);
  const keepsNodeAlive = setInterval(() => {}, 1000);
  const polled = session.poll();
  session.close();
  expect(ended).toEqual([session]);
  expect(await polled).toBe('nothing');
  clearInterval(keepsNodeAlive);
});

test('the GET after a kick finds another session', async () => {
  await using server = await start({ longPoll: { pubsubTimeout: 10 } });
  const { token, double } = server;
  double.kick();
  const next = await server.get({ token });
  expect(next.status).toBe(410);
  expect(next.token).not.toBe(token);
  await double.seen({ kind: 'closed', code: 1001 });
});

test('a session for which nobody asks ends, whatever is posted', async () => {
  await using server = await start({ longPoll: { sessionTimeout: 20, pubsubTimeout: 10 } });
  await server.double.seen({ kind: 'closed', code: 1006 });
  expect(await server.say({ token: server.token, body: JOIN })).toBe(410);
});

describe('a body as lines', () => {
  test('ends the session when a line break is at its end: that is an empty binary frame', async () => {
    await using server = await start({
      longPoll: { window: 50, pubsubTimeout: 10, sessionTimeout: 60_000 },
    });
    const { token } = server;
    expect(await server.say({ token, body: `${JOIN}\n` })).toBe(408);
    expect(await server.say({ token, body: JOIN })).toBe(410);
    await server.double.seen({ kind: 'closed', code: 1011 });
  });

  test('is one frame when its type names a charset, and two lines are none', async () => {
    await using server = await start({
      longPoll: { window: 50, pubsubTimeout: 10, sessionTimeout: 60_000 },
    });
    const posted = {
      token: server.token,
      body: `${JOIN}\n${JOIN}`,
      type: `${LINES}; charset=utf-8`,
    };
    expect(await server.say(posted)).toBe(408);
    await server.double.seen({ kind: 'closed', code: 1011 });
  });

  test('is read to its hundredth, and the rest is ignored with 200', async () => {
    await using server = await start();
    const { token, double } = server;
    const body = Array.from({ length: 101 }, (_, n) => `[null,"${n}","phoenix","heartbeat",{}]`);
    expect(await server.say({ token, body: body.join('\n') })).toBe(200);
    expect((await server.get({ token })).messages).toHaveLength(100);
    expect(double.log.filter(({ kind }) => kind === 'received')).toHaveLength(100);
  });

  test('of version 1 is answered 500', async () => {
    await using server = await start();
    const body = '{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"1"}';
    expect((await server.post({ token: server.token, body })).status).toBe(500);
    expect(server.double.sockets).toBe(1);
  });

  test('takes the base64 of a binary frame', async () => {
    await using server = await start();
    const { token, double } = server;
    await server.say({ token, body: JOIN });
    const frame = Buffer.from('\0\u0001\u0001\u0006\u000312ping:1bin\u0005\u0006', 'latin1');
    expect(await server.say({ token, body: frame.toString('base64') })).toBe(200);
    await double.seen({ kind: 'received', topic: 'ping:1', event: 'bin', ref: '2' });
  });
});

test('a body over 8 MB is answered 400', async () => {
  await using server = await start();
  const body = `["1","1","ping:1","phx_join",{"x":"${'x'.repeat(8_000_000)}"}]`;
  expect((await server.post({ token: server.token, body })).status).toBe(400);
});

test('bytes to a client that are no UTF-8 are answered 500, and what else was there is lost', async () => {
  await using server = await start();
  const { token, double } = server;
  await server.say({ token, body: JOIN });
  await server.get({ token });
  double.push('ping:1', 'said', { lost: true });
  double.push('ping:1', 'bytes', new Uint8Array([0xff]));
  expect((await server.ask({}, `&token=${token}`)).status).toBe(500);
  await server.say({ token, body: '[null,"2","phoenix","heartbeat",{}]' });
  expect((await server.get({ token })).messages).toHaveLength(1);
});

describe('requests', () => {
  test.each([
    ['PUT', 400],
    ['OPTIONS', 200],
  ])('%s is answered %i', async (method, status) => {
    await using server = await start();
    const response = await server.ask({ method });
    expect([response.status, await response.text()]).toEqual([status, '']);
  });

  test.each(['/auth', '/short', '/deflate', '/nosuch'])(
    'at %s find no long poll',
    async (mount) => {
      await using server = await start();
      const response = await fetch(`http://127.0.0.1:${server.double.port}${mount}/longpoll`);
      expect(response.status).toBe(404);
    },
  );
});

test('whatever a connect says against a client, it is told 403, and 500 when it throws', async () => {
  const double = await PhoenixDouble.start(seedChannels(), {
    connect: ({ params, authToken }) => {
      if (params['crash'] !== undefined) throw new Error('crashed');
      return authToken === 'good' ? undefined : { status: 429, headers: { 'retry-after': '7' } };
    },
  });
  await using _double = double;
  const ask = (query: string, headers = {}) =>
    fetch(`http://127.0.0.1:${double.port}/socket/longpoll?${query}`, { headers });
  expect(await (await ask('vsn=2.0.0')).json()).toEqual({ status: 403 });
  expect((await ask('vsn=2.0.0&crash=1')).status).toBe(500);
  const good = await ask('vsn=2.0.0', { 'x-phoenix-authtoken': 'good' });
  expect(await good.json()).toMatchObject({ status: 410 });
  expect(await (await ask('vsn=9.0.0', { 'x-phoenix-authtoken': 'good' })).json()).toEqual({
    status: 403,
  });
  expect(double.log.filter(({ kind }) => kind === 'refused')).toMatchObject([
    { status: 403 },
    { status: 500 },
    { status: 403 },
  ]);
});

test('refuse answers every request with its status, also those of a session', async () => {
  await using server = await start();
  const { token, double } = server;
  double.faults.refuse(503, { 'retry-after': '7' });
  const answers = [
    await server.ask({}),
    await server.ask({}, `&token=${token}`),
    await server.post({ token, body: JOIN }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  double.faults.heal();
  expect(await server.say({ token, body: JOIN })).toBe(200);
});
