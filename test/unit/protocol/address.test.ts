/** The address that is dialed for an endpoint. */

import { describe, expect, test } from 'vitest';
import {
  addressOf,
  type Endpoint,
  parseEndpoint,
  type Params,
} from '../../../src/protocol/endpoint.js';

function address(endpoint: Endpoint, params: Params = {}, vsn = '2.0.0'): string {
  return addressOf(parseEndpoint(endpoint), 'websocket', params, vsn).href;
}

describe("a vsn that is not the serializer's is refused", () => {
  test.each<[Endpoint, Params]>([
    ['ws://h/s?vsn=1.0.0', {}],
    ['ws://h/s?vsn=', {}],
    ['ws://h/s?vsn[]=1.0.0', {}],
    [{ url: 'ws://h/s', params: { vsn: '1.0.0' } }, {}],
    [{ url: 'ws://h/s?vsn=2.0.0', params: { vsn: '1.0.0' } }, {}],
    ['ws://h/s', { vsn: 1 }],
    ['ws://h/s?vsn=2.0.0', { vsn: '1.0.0' }],
  ])('in %o or %o', (endpoint, params) => {
    expect(() => address(endpoint, params)).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: expect.stringMatching(/^param "vsn" is ".*" and the serializer's is "2\.0\.0": /),
      }),
    );
  });

  test.each<[Endpoint, Params, string]>([
    ['ws://h/s?vsn=2.0.0&a=1', {}, '2.0.0'],
    ['ws://h/s?vsn=1.0.0&a=1', {}, '1.0.0'],
    ['ws://h/s?a=1', { vsn: '2.0.0' }, '2.0.0'],
    ['ws://h/s?vsn=1.0.0&a=1', { vsn: null }, '2.0.0'],
  ])('but one that agrees is said once: %o, %o', (endpoint, params, vsn) => {
    expect(address(endpoint, params, vsn)).toBe(`ws://h/s/websocket?a=1&vsn=${vsn}`);
  });
});

test('params of a dial that cannot be sent are refused', () => {
  expect(() => address('ws://h/s', { token: () => 'secret' })).toThrow(
    expect.objectContaining({ code: 'PHX_BAD_OPTION' }),
  );
});

describe('the address has', () => {
  test.each([
    ['ws://h:4000/socket', 'websocket', 'ws://h:4000/socket/websocket?vsn=2.0.0'],
    ['http://h:4000/socket', 'websocket', 'ws://h:4000/socket/websocket?vsn=2.0.0'],
    ['https://h/socket', 'websocket', 'wss://h/socket/websocket?vsn=2.0.0'],
    ['ws://h/socket', 'longpoll', 'http://h/socket/longpoll?vsn=2.0.0'],
    ['wss://h/socket/websocket', 'longpoll', 'https://h/socket/longpoll?vsn=2.0.0'],
    ['ws://h:443/socket', 'websocket', 'ws://h:443/socket/websocket?vsn=2.0.0'],
    ['ws://[::1]/', 'websocket', 'ws://[::1]/websocket?vsn=2.0.0'],
  ] as const)('the scheme and suffix of its transport: %s by %s', (endpoint, transport, href) => {
    expect(addressOf(parseEndpoint(endpoint), transport, {}, '2.0.0').href).toBe(href);
  });

  test('the params of the address, of the endpoint and of the dial, each over the one before', () => {
    const endpoint = { url: 'ws://h/s?a=1&b=1&c=1', params: { b: 2, c: 2 } };
    expect(address(endpoint, { c: 3, d: { e: 'f g' } })).toBe(
      'ws://h/s/websocket?a=1&b=2&c=3&d%5Be%5D=f%20g&vsn=2.0.0',
    );
  });

  test('no way for a value to break out of its param', () => {
    const url = new URL(address('ws://h/s', { token: "a&vsn=1.0.0#'?/ü" }));
    expect([...url.searchParams]).toEqual([
      ['token', "a&vsn=1.0.0#'?/ü"],
      ['vsn', '2.0.0'],
    ]);
    expect(url.hash).toBe('');
  });
});
