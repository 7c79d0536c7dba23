/** Which proxy a dial goes through, by the option and the environment: as curl and Go read it. */

import { describe, expect, test } from 'vitest';
import { type Environment, proxyFor } from '../../src/transport/proxy-choice.js';

const PROXY = 'http://proxy.example:3128';

function through(
  target: string,
  environment: Environment,
  option?: string | false,
): string | undefined {
  return proxyFor(new URL(target), option, environment)?.origin;
}

describe('a proxy of the environment', () => {
  test.each<[string, string, Environment, string | undefined]>([
    ['wss goes by HTTPS_PROXY', 'wss://a.example', { HTTPS_PROXY: PROXY }, PROXY],
    ['ws goes by HTTP_PROXY', 'ws://a.example', { HTTP_PROXY: PROXY }, PROXY],
    ['wss does not go by HTTP_PROXY', 'wss://a.example', { HTTP_PROXY: PROXY }, undefined],
    ['ws does not go by HTTPS_PROXY', 'ws://a.example', { HTTPS_PROXY: PROXY }, undefined],
    ['https is as wss', 'https://a.example', { HTTPS_PROXY: PROXY }, PROXY],
    ['both go by ALL_PROXY', 'ws://a.example', { ALL_PROXY: PROXY }, PROXY],
    ['the particular one wins', 'ws://a.example', { ALL_PROXY: 'x', HTTP_PROXY: PROXY }, PROXY],
    ['lower case counts', 'wss://a.example', { https_proxy: PROXY }, PROXY],
    ['lower case wins', 'ws://a.example', { http_proxy: PROXY, HTTP_PROXY: 'http://x' }, PROXY],
    ['empty is none', 'ws://a.example', { http_proxy: '', HTTP_PROXY: PROXY }, undefined],
    ['without a scheme it is http', 'ws://a.example', { HTTP_PROXY: 'proxy.example:3128' }, PROXY],
    [
      'a CGI program ignores it',
      'ws://a.example',
      { HTTP_PROXY: PROXY, REQUEST_METHOD: 'GET' },
      undefined,
    ],
    ['this machine has none', 'ws://localhost:4000', { HTTP_PROXY: PROXY }, undefined],
    ['nor by its address', 'ws://127.0.0.2:4000', { HTTP_PROXY: PROXY }, undefined],
    ['nor by that of version 6', 'ws://[::1]:4000', { HTTP_PROXY: PROXY }, undefined],
  ])('%s', (_, target, environment, expected) => {
    expect(through(target, environment)).toBe(expected);
  });
});

describe('the option', () => {
  const environment = { HTTP_PROXY: 'http://other.example', NO_PROXY: '*' };

  test('wins over the environment, for this machine, too', () => {
    expect(through('ws://localhost', environment, PROXY)).toBe(PROXY);
  });

  test('switches it off', () => {
    expect(through('ws://a.example', { HTTP_PROXY: PROXY }, false)).toBeUndefined();
  });

  test.each(['socks5://proxy:1080', 'http://', 'http://[', ':3128', ''])(
    'may not be %j',
    (value) => {
      expect(() => through('ws://a.example', {}, value)).toThrow(
        /^websocket\.proxy is no address of an HTTP proxy: write http:\/\/host:port or https:/,
      );
    },
  );
});

describe('NO_PROXY', () => {
  test.each<[string, string, 'direct' | 'proxy']>([
    ['*', 'ws://a.example', 'direct'],
    ['a.example', 'ws://a.example', 'direct'],
    ['A.Example', 'ws://a.EXAMPLE', 'direct'],
    ['a.example', 'ws://b.a.example', 'direct'],
    ['.a.example', 'ws://b.a.example', 'direct'],
    ['*.a.example', 'ws://b.a.example', 'direct'],
    ['.a.example', 'ws://a.example', 'direct'],
    ['a.example.', 'ws://a.example', 'direct'],
    ['a.example', 'ws://a.example.', 'direct'],
    ['a.example', 'ws://ba.example', 'proxy'],
    ['a.example', 'ws://example', 'proxy'],
    ['.', 'ws://a.example', 'proxy'],
    ['x, a.example', 'ws://a.example', 'direct'],
    ['x a.example', 'ws://a.example', 'direct'],
    [',,', 'ws://a.example', 'proxy'],
    ['a.example:4000', 'ws://a.example:4000', 'direct'],
    ['a.example:4000', 'ws://a.example', 'proxy'],
    ['a.example:80', 'ws://a.example', 'direct'],
    ['a.example:443', 'wss://a.example', 'direct'],
    ['10.1.2.3', 'ws://10.1.2.3:4000', 'direct'],
    ['10.1.2.3:4000', 'ws://10.1.2.3:4000', 'direct'],
    ['10.1.2.3', 'ws://10.1.2.4', 'proxy'],
    ['10.0.0.0/8', 'ws://10.255.0.1', 'direct'],
    ['10.0.0.0/8', 'ws://11.0.0.1', 'proxy'],
    ['10.0.0.0/8', 'ws://a.example', 'proxy'],
    ['10.0.0.0/33', 'ws://10.0.0.1', 'proxy'],
    ['10.0.0.0/', 'ws://10.0.0.1', 'proxy'],
    ['a/8', 'ws://10.0.0.1', 'proxy'],
    ['2001:db8::1', 'ws://[2001:DB8:0::1]', 'direct'],
    ['[2001:db8::1]', 'ws://[2001:db8::1]:4000', 'direct'],
    ['[2001:db8::1]:4000', 'ws://[2001:db8::1]', 'proxy'],
    ['2001:db8::/32', 'ws://[2001:db8:9::1]', 'direct'],
    ['.1.2.3', 'ws://10.1.2.3', 'proxy'],
  ])('%s: %s goes %s', (list, target, expected) => {
    const environment = { ALL_PROXY: PROXY, NO_PROXY: list };
    expect(through(target, environment)).toBe(expected === 'direct' ? undefined : PROXY);
  });

  test('in lower case wins', () => {
    const environment = { ALL_PROXY: PROXY, no_proxy: 'b.example', NO_PROXY: 'a.example' };
    expect(through('ws://a.example', environment)).toBe(PROXY);
  });
});
