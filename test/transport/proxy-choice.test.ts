/** Which proxy a dial goes through: the one of the options, that of the environment, or none. */

import { Agent } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ConnectProxy, elsewhere } from '../support/connect-proxy.js';
import { Dialed } from './dialed.js';
import { WsServer } from './ws-server.js';

const SECRET = 'hunter2';

afterEach(() => vi.unstubAllEnvs());

describe('which proxy', () => {
  test('is as the environment says', async () => {
    await using proxy = await ConnectProxy.start();
    await using server = await WsServer.start();
    vi.stubEnv('http_proxy', proxy.url());
    vi.stubEnv('no_proxy', 'other.example');
    await using client = new Dialed(elsewhere(server.url));

    await client.opened();

    expect(proxy.count).toBe(1);
  });

  test('is none for this machine, whatever the environment says', async () => {
    await using proxy = await ConnectProxy.start();
    await using server = await WsServer.start();
    vi.stubEnv('HTTP_PROXY', proxy.url());
    await using client = new Dialed(server.url);

    await client.opened();

    expect(proxy.count).toBe(0);
  });

  test('is the one of the options above the environment, and none when that is false', async () => {
    await using named = await ConnectProxy.start();
    await using server = await WsServer.start();
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1');
    await using client = new Dialed(server.url, { proxy: named.url() });
    await client.opened();
    await using direct = new Dialed(elsewhere(server.url, 'nowhere.invalid'), { proxy: false });

    expect(await direct.closed).toMatchObject({ cause: 'network' });
    expect(named.count).toBe(1);
  });

  test('is left to an agent where there is one', async () => {
    await using server = await WsServer.start();
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1');
    const options = { agent: new Agent(), proxy: 'http://127.0.0.1:1' };
    await using client = new Dialed(server.url, options);

    await client.opened();
  });

  test('that is no address is said without the address', async () => {
    vi.stubEnv('ALL_PROXY', `socks5://sam:${SECRET}@proxy.example:1080`);
    await using client = new Dialed('ws://phoenix.example/socket');

    const close = await client.closed;

    expect(close).toMatchObject({ cause: 'network', error: { code: 'PHX_BAD_OPTION' } });
    expect(close.reason).toContain('ALL_PROXY is no address of an HTTP proxy');
    expect(inspect(close, { depth: 9 })).not.toContain(SECRET);
  });
});
