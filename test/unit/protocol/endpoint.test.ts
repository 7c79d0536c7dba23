/** What an endpoint may be, which two are the same, and what of it may be shown. */

import { describe, expect, test } from 'vitest';
import {
  type Endpoint,
  parseEndpoint,
  redacted,
  sameEndpoint,
} from '../../../src/protocol/endpoint.js';

function messageOf(endpoint: unknown): string {
  try {
    parseEndpoint(endpoint as Endpoint);
  } catch (error) {
    return String(error);
  }
  throw new Error('was accepted');
}

describe('an endpoint that cannot be dialed is refused', () => {
  test.each<[unknown, string]>([
    ['', 'endpoint is empty'],
    ['  ', 'endpoint is empty'],
    ['/socket', 'endpoint "/socket" is no absolute URL'],
    ['example.com/socket', 'endpoint "example.com/socket" is no absolute URL'],
    ['ws://', 'endpoint "ws://" is no absolute URL'],
    ['wss://example.com:99999/socket', 'is no absolute URL'],
    ['localhost:4000/socket', 'endpoint "localhost:4000/socket" is not ws, wss, http or https'],
    [
      'ftp://example.com/socket',
      'endpoint "ftp://example.com/socket" is not ws, wss, http or https',
    ],
    [new URL('file:///socket'), 'endpoint "file:///socket" is not ws, wss, http or https'],
    ['wss://example.com/socket#top', 'endpoint "wss://example.com/socket" has a fragment'],
    ['wss://robin:x@example.com/socket', 'endpoint "wss://example.com/socket" has credentials'],
    ['wss://robin@example.com/socket', 'send them as headers'],
    [{ url: '' }, 'endpoint is empty'],
    [{}, 'endpoint has no URL'],
    [{ url: 7 }, 'endpoint has no URL'],
    [undefined, 'endpoint has no URL'],
    [null, 'endpoint has no URL'],
    [4000, 'endpoint has no URL'],
    [{ url: 'ws://h/s', parms: {} }, 'endpoint has a field parms: it has url and params only'],
    [
      { url: 'ws://h/s', params: {}, headers: {} },
      'endpoint has a field headers: it has url and params only; headers and the rest are options',
    ],
    [{ url: 'ws://h/s', params: { a: Number.NaN } }, 'param "a" is NaN'],
    [{ url: 'ws://h/s', params: 'a=1' }, 'params are not a plain object'],
  ])('%o', (endpoint, message) => {
    expect(() => parseEndpoint(endpoint as Endpoint)).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: expect.stringContaining(message),
      }),
    );
  });

  test.each([
    'ftp://example.com/socket?token=hunter2',
    '/socket?token=hunter2',
    '/socket#hunter2',
    'wss://robin:hunter2@example.com/socket',
    'wss://example.com/socket?token=hunter2#top',
    'wss://robin:hunter2@example.com:99999/socket',
    'wss://robin:a/hunter2@example.com/socket',
    'wss://robin:a?hunter2@example.com:99999/socket',
    'robin:hunter2@example.com/socket',
    'ftp://robin:hunter2@example.com/socket',
    '/socket?token=a@hunter2',
    new URL('ftp://robin:hunter2@example.com/socket?token=hunter2'),
    { url: 'wss://robin:hunter2@example.com/socket' },
  ])('and the message holds no secret of it: %o', (endpoint) => {
    expect(messageOf(endpoint)).not.toContain('hunter2');
  });
});

describe('an endpoint is read', () => {
  test.each([
    ['ws://localhost:4000/socket', false, 'localhost:4000', '/socket'],
    ['wss://example.com/socket', true, 'example.com', '/socket'],
    ['http://example.com/socket', false, 'example.com', '/socket'],
    ['https://example.com:443/socket', true, 'example.com', '/socket'],
    ['WSS://EXAMPLE.com/Socket', true, 'example.com', '/Socket'],
    ['ws://h/socket/', false, 'h', '/socket'],
    ['ws://h/socket/websocket', false, 'h', '/socket'],
    ['ws://h/socket/longpoll', false, 'h', '/socket'],
    ['ws://h/socket/websocket/', false, 'h', '/socket'],
    ['ws://h/socket//websocket', false, 'h', '/socket'],
    ['ws://h/websocket', false, 'h', ''],
    ['ws://h/websocket/websocket', false, 'h', '/websocket'],
    ['ws://h/mywebsocket', false, 'h', '/mywebsocket'],
    ['ws://h', false, 'h', ''],
    ['ws://[::1]:4000/socket', false, '[::1]:4000', '/socket'],
    ['ws://h/a%20b/ü', false, 'h', '/a%20b/%C3%BC'],
  ])('%s', (url, secure, host, path) => {
    const parsed = { secure, host, path, query: [] };
    expect(parseEndpoint(url)).toEqual(parsed);
    expect(parseEndpoint(new URL(url))).toEqual(parsed);
    expect(parseEndpoint({ url })).toEqual(parsed);
  });

  test('with the params of its address, under those given beside it', () => {
    const url = 'wss://h/socket/websocket?a=1&b=2&c[]=3&c[]=4&d%5Be%5D=5';
    expect(parseEndpoint({ url, params: { b: 'x y', f: [6] } }).query).toEqual([
      ['a', '1'],
      ['c[]', '3'],
      ['c[]', '4'],
      ['d[e]', '5'],
      ['b', 'x y'],
      ['f[]', '6'],
    ]);
  });

  test('once: what becomes of its URL and params later changes nothing', () => {
    const url = new URL('ws://h/socket?a=1');
    const params: Record<string, unknown> = { b: 2 };
    const endpoint = parseEndpoint({ url, params });
    url.search = '?a=9';
    params['b'] = 9;
    expect(endpoint).toEqual(parseEndpoint('ws://h/socket?a=1&b=2'));
  });
});

describe('two endpoints', () => {
  test.each<[Endpoint, Endpoint]>([
    ['ws://h/socket', 'http://h/socket/websocket'],
    ['wss://h/socket', 'https://H:443/socket/'],
    ['ws://h/s?a=1&b=2', { url: 'ws://h/s', params: { b: 2, a: '1' } }],
    ['ws://h/s?a[]=1&b=0&a[]=2', 'ws://h/s?b=0&a[]=1&a[]=2'],
    ['ws://h/s?vsn=2.0.0', 'ws://h/s'],
    ['ws://h/s?a=x+y', 'ws://h/s?a=x%20y'],
    ['ws://h/s', { url: 'ws://h/s', params: { a: null } }],
  ])('%o and %o are the same', (a, b) => {
    expect(sameEndpoint(parseEndpoint(a), parseEndpoint(b))).toBe(true);
    expect(sameEndpoint(parseEndpoint(b), parseEndpoint(a))).toBe(true);
  });

  test.each<[Endpoint, Endpoint]>([
    ['ws://h/socket', 'wss://h/socket'],
    ['ws://h/socket', 'ws://h:4000/socket'],
    ['ws://h/socket', 'ws://h/other'],
    ['ws://h/socket?a=1', 'ws://h/socket'],
    ['ws://h/socket?a=1', 'ws://h/socket?a=2'],
    ['ws://h/socket?a[]=1&a[]=2', 'ws://h/socket?a[]=2&a[]=1'],
    ['ws://h/socket?a=1%26b=2', 'ws://h/socket?a=1&b=2'],
  ])('%o and %o are not', (a, b) => {
    expect(sameEndpoint(parseEndpoint(a), parseEndpoint(b))).toBe(false);
    expect(sameEndpoint(parseEndpoint(b), parseEndpoint(a))).toBe(false);
  });
});

describe('for a log, an address', () => {
  test.each([
    ['ws://h:4000/socket/websocket', 'ws://h:4000/socket/websocket'],
    ['wss://h/s?token=secret&vsn=2.0.0', 'wss://h/s?token=***&vsn=***'],
    ['wss://h/s?secret', 'wss://h/s?***'],
    ['wss://h/s?token=sec=ret&ret', 'wss://h/s?token=***&***'],
    ['wss://robin:secret@h/s#secret', 'wss://h/s'],
    ['wss://h/s?', 'wss://h/s'],
  ])('%s is shown as %s', (url, shown) => {
    expect(redacted(new URL(url))).toBe(shown);
  });
});
