/** How the double answers a dial: paths, versions, subprotocols and what `connect` decides. */

import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { PhoenixDouble } from '../../src/testing/phoenix-double.js';
import type { PhoenixDoubleOptions } from '../../src/testing/phoenix-double.js';
import type { ConnectInfo } from '../../src/testing/connect.js';
import { connectRaw } from '../conformance/raw-client.js';

type Headers = { readonly [name: string]: string };

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

/** Asks over plain HTTP; a 101 is cut at once. */
async function ask(
  double: PhoenixDouble,
  path: string,
  headers: Headers = UPGRADE,
  method = 'GET',
): Promise<IncomingMessage> {
  const asked = request({ port: double.port, host: '127.0.0.1', path, method, headers });
  return new Promise((resolve, reject) => {
    asked.on('error', reject);
    asked.on('response', resolve);
    asked.on('upgrade', (response, tcp) => {
      tcp.destroy();
      resolve(response);
    });
    asked.end();
  });
}

async function status(double: PhoenixDouble, path: string, headers?: Headers): Promise<number> {
  const response = await ask(double, path, headers);
  response.resume();
  return response.statusCode ?? 0;
}

/** What `connect` is shown of a dial. */
async function seen(path: string, headers: Headers = {}): Promise<ConnectInfo> {
  const dials: ConnectInfo[] = [];
  await using double = await PhoenixDouble.start({}, { connect: (info) => void dials.push(info) });
  await status(double, path, { ...UPGRADE, ...headers });
  return dials[0]!;
}

describe('versions', () => {
  test.each([
    ['vsn=1.0.0', 101],
    ['vsn=1.0.9', 101],
    ['vsn=2.0.0', 101],
    ['vsn=2.0.7', 101],
    ['', 101],
    ['vsn=1.1.0', 403],
    ['vsn=2.1.0', 403],
    ['vsn=3.0.0', 403],
    ['vsn=2.0.0-rc.1', 403],
    ['vsn=2', 403],
    ['vsn=2.0', 403],
    ['vsn=', 403],
    ['vsn[]=2.0.0', 403],
  ])('?%s is answered %i', async (query, expected) => {
    await using double = await PhoenixDouble.start({});
    expect(await status(double, `/socket/websocket?${query}`)).toBe(expected);
  });
});

describe('paths and requests', () => {
  test.each([
    ['/socket/websocket', 101],
    ['/auth/websocket', 101],
    ['/short/websocket', 101],
    ['/deflate/websocket', 101],
    ['/socket', 404],
    ['/socket/longpoll', 404],
    ['/constructor/websocket', 404],
    ['/', 404],
  ])('an upgrade at %s is answered %i', async (path, expected) => {
    await using double = await PhoenixDouble.start({});
    expect(await status(double, path)).toBe(expected);
  });

  test('what is no WebSocket handshake is answered 400, unknown paths 404 with "nf"', async () => {
    await using double = await PhoenixDouble.start({});
    const { 'sec-websocket-key': _key, ...keyless } = UPGRADE;
    expect(await status(double, '/socket/websocket', {})).toBe(400);
    expect(await status(double, '/socket/websocket', keyless)).toBe(400);
    const posted = await ask(double, '/socket/websocket', UPGRADE, 'POST');
    expect([posted.statusCode, await text(posted)]).toEqual([400, '']);
    const nowhere = await ask(double, '/nosuch', {});
    expect([nowhere.statusCode, await text(nowhere)]).toEqual([404, 'nf']);
  });

  test('a target that is no path is answered 400, dialed or not', async () => {
    await using double = await PhoenixDouble.start({});
    expect(await status(double, '//')).toBe(400);
    expect(await status(double, '//', {})).toBe(400);
  });

  test('/deflate compresses and the others do not', async () => {
    await using double = await PhoenixDouble.start({});
    const extensions = async (mount: string): Promise<string> => {
      await using client = await connectRaw(`${double.urlOf(mount)}/websocket`, { deflate: true });
      return client.extensions;
    };
    expect(await extensions('/deflate')).toBe('permessage-deflate');
    expect(await extensions('/socket')).toBe('');
  });
});

describe('subprotocols', () => {
  const bearer = (base64: string): string => `base64url.bearer.phx.${base64}`;

  test.each([
    ['/socket', 'phoenix', 101, 'phoenix'],
    ['/socket', `phoenix, ${bearer('c2VjcmV0')}`, 101, 'phoenix'],
    ['/socket', bearer('c2VjcmV0'), 101, undefined],
    ['/socket', 'graphql', 403, undefined],
    ['/socket', `graphql, ${bearer('c2VjcmV0')}`, 403, undefined],
    ['/socket', `phoenix, ${bearer('a-_b')}`, 500, undefined],
    ['/socket', `phoenix, ${bearer('a')}`, 500, undefined],
    ['/short', `phoenix, ${bearer('c2VjcmV0')}`, 101, undefined],
  ])('%s offered "%s" is answered %i and %s', async (mount, offered, expected, protocol) => {
    await using double = await PhoenixDouble.start({});
    const headers = { ...UPGRADE, 'sec-websocket-protocol': offered };
    const response = await ask(double, `${mount}/websocket`, headers);
    response.resume();
    expect(response.statusCode).toBe(expected);
    expect(response.headers['sec-websocket-protocol']).toBe(protocol);
  });

  test.each([
    ['/auth', `phoenix, ${bearer('c2VjcmV0')}`, 'secret'],
    ['/auth', `phoenix, ${bearer('Pz8/')}`, '???'],
    ['/auth', `phoenix, ${bearer('YQ')}, ${bearer('Yg')}`, null],
    ['/auth', 'phoenix', null],
    ['/deflate', `phoenix, ${bearer('c2VjcmV0')}`, null],
  ])('at %s connect sees of "%s" the token %s', async (mount, offered, authToken) => {
    const info = await seen(`${mount}/websocket`, { 'sec-websocket-protocol': offered });
    expect(info.authToken).toBe(authToken);
  });
});

describe('connect', () => {
  test('sees params as Plug decodes them', async () => {
    const query = 'a=1&a=2&b[c]=3&b[d][]=4&b[d][]=5&e[0]=6&f=%20%2B+&__proto__=7';
    const { params } = await seen(`/socket/websocket?${query}`);
    const expected = { a: '2', b: { c: '3', d: ['4', '5'] }, e: { '0': '6' }, f: ' + ' };
    expect(JSON.parse(JSON.stringify(params))).toMatchObject(expected);
    expect(Object.keys(params)).toContain('__proto__');
  });

  test('sees only the headers that Phoenix shows', async () => {
    const headers = {
      'x-trace': '1',
      'user-agent': 'test',
      authorization: 'secret',
      cookie: 'a=b',
    };
    const info = await seen('/socket/websocket', headers);
    expect(info.headers).toMatchObject({ 'x-trace': '1', 'user-agent': 'test' });
    expect(info.headers).not.toHaveProperty('authorization');
    expect(info.headers).not.toHaveProperty('cookie');
  });

  const answers: readonly (readonly [string, PhoenixDoubleOptions['connect'], number])[] = [
    ['a refusal', () => ({ status: 429, headers: { 'retry-after': '3' } }), 429],
    ['a refusal later', () => Promise.resolve({ status: 401 }), 401],
    ['a throw', () => Promise.reject(new Error('boom')), 500],
    ['nothing', () => undefined, 101],
  ];
  test.each(answers)('%s is answered with its status', async (_what, connect, expected) => {
    await using double = await PhoenixDouble.start({}, { connect: connect! });
    expect(await status(double, '/socket/websocket')).toBe(expected);
  });
});
