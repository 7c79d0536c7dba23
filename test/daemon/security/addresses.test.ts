/** Where the daemon can be made to ask: only where its configuration says, and over the API only this machine. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { appTarget } from '../../../src/daemon/config/app-target.js';
import { credentialsOf } from '../../../src/daemon/config/credentials.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { Application, status } from '../support/application.js';
import { complaints } from '../support/configured.js';
import { besieged } from '../support/siege.js';

const URL_LINE = { url: 'ws://127.0.0.1:1/socket' };
const BAD = [
  'file:///etc/passwd',
  'ftp://127.0.0.1/a',
  'gopher://127.0.0.1:6379/_x',
  'data:application/json,{}',
  'javascript:1',
  'http://user:planted@127.0.0.1/',
  'http://planted@127.0.0.1/',
  'http://127.0.0.1/#planted',
  'unix:relative.sock:/a',
  'unix:/a.sock',
  'unix:/a.sock:b',
  '//127.0.0.1/a',
  '127.0.0.1',
  '',
];

/** A server that keeps what came to it. */
async function trap(location?: string): Promise<{ readonly url: string; readonly hits: string[] }> {
  const hits: string[] = [];
  const server: Server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`);
    if (location === undefined) response.writeHead(200).end('{}');
    else response.writeHead(307, { location }).end();
  });
  server.on('connect', (request, socket) => {
    hits.push(`CONNECT ${request.url}`);
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, hits };
}

describe('a configuration', () => {
  test.each(BAD)('may not ask %s', async (address) => {
    const places = {
      credentials: { from: address },
      channels: { 'room:1': { paramsFrom: address } },
      deliver: { app: { webhook: address, health: { url: address } } },
    };
    const said = await complaints({ yaml: JSON.stringify({ ...URL_LINE, ...places }) });
    for (const path of ['credentials.from', 'room:1.paramsFrom', 'app.webhook', 'app.health.url'])
      expect(said.some((line) => line.includes(path))).toBe(true);
    expect(said.join('\n')).not.toContain('planted');
  });

  test('may ask any host and any socket that it names', () => {
    const well = [
      'http://10.0.0.1/a?b=c',
      'https://app.internal:8443/',
      'unix:/run/app.sock:/events',
    ];
    expect(well.map((address) => appTarget(address) !== null)).toEqual([true, true, true]);
  });

  test.each(['0.0.0.0:0', '[::]:0', '10.0.0.1:4100', 'app.internal:4100', '4100.example.com:80'])(
    'may not listen at %s without a token, but for the probes',
    async (listen) => {
      const open = { api: { listen }, admin: { listen: 0 }, probes: { listen: '0.0.0.0:9' } };
      const said = await complaints({ yaml: JSON.stringify({ ...URL_LINE, ...open }) });
      expect(said).toEqual([expect.stringMatching(/api\.listen: .*api\.tokenFile/)]);
      const admin = { api: { listen: 0 }, admin: { listen } };
      const told = await complaints({ yaml: JSON.stringify({ ...URL_LINE, ...admin }) });
      expect(told).toEqual([expect.stringMatching(/admin\.listen: .*admin\.tokenFile/)]);
    },
  );
});

describe('over the API', () => {
  test.each([
    ...BAD,
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/',
    'http://10.0.0.1/',
    'http://127.0.0.1.evil.test/',
    'http://localhost.evil.test/',
    'http://[::ffff:169.254.169.254]/',
    'http://0.0.0.0/',
    'unix:/var/run/docker.sock:/containers/json',
    `http://127.0.0.1@evil.test/`,
  ])('no channel asks %s', async (paramsFrom) => {
    const siege = await besieged();
    const body = JSON.stringify({ paramsFrom });
    const told = await siege.ask('api', '/v1/channels/room:2', { method: 'PUT', body });
    expect([told.status, told.body['code']]).toEqual([422, 'API_INVALID']);
    expect(told.text).not.toContain('planted');
    expect(siege.double.topics()).toEqual(['room:1']);
    await siege.stillServes();
  });
});

describe('a redirect', () => {
  test('is followed by nothing that asks the application', async () => {
    const inner = await trap();
    const outer = await trap(inner.url);
    const siege = await besieged({
      config: {
        channels: { 'room:1': { deliver: ['app', 'gated'] }, 'room:2': { paramsFrom: outer.url } },
        deliver: {
          app: { webhook: outer.url, retry: { min: 10, max: 20 } },
          gated: { webhook: outer.url, health: { url: `${outer.url}/health`, failures: 100 } },
        },
      },
    });
    siege.double.broadcast('room:1', 'a', {});
    const kinds = () => new Set(outer.hits.map((hit) => hit.replace(/\?.*/, '')));
    await expect.poll(() => kinds().size, { timeout: 10_000 }).toBe(3);
    await expect
      .poll(() => outer.hits.some((hit) => hit.includes('topic=room')), { timeout: 10_000 })
      .toBe(true);
    await expect.poll(() => outer.hits.filter((hit) => hit === 'POST /').length).toBeGreaterThan(1);
    expect(inner.hits).toEqual([]);
    expect((await siege.ask('admin', '/healthz')).status).toBe(200);
  });

  test('is not followed by the question for credentials', async () => {
    const inner = await trap();
    const outer = await trap(inner.url);
    const siege = await besieged();
    const { signal } = new AbortController();
    const ask = credentialsOf({ from: outer.url }, 1000);
    const asked = ask({ attempt: 1, refused: false, signal });
    await expect(asked).rejects.toMatchObject({ code: 'PHX_CREDENTIALS_FILE' });
    expect([outer.hits.length, inner.hits]).toEqual([1, []]);
    await siege.stillServes();
  });
});

describe('a proxy of the environment', () => {
  const NAMES = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy', 'NODE_USE_ENV_PROXY'];
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('is asked by nothing that asks the application', async () => {
    const proxy = await trap();
    for (const name of NAMES) vi.stubEnv(name, name === 'NODE_USE_ENV_PROXY' ? '1' : proxy.url);
    const application = await Application.start(status(200, {}));
    const siege = await besieged({
      config: {
        websocket: { proxy: false },
        credentials: { from: `${application.url}/credentials` },
        channels: { 'room:1': { deliver: 'app', paramsFrom: `${application.url}/params` } },
        deliver: {
          app: { webhook: `${application.url}/hook`, health: { url: `${application.url}/well` } },
        },
      },
    });
    siege.double.broadcast('room:1', 'a', {});
    await application.called(4);
    const paths = new Set(application.calls.map(({ path }) => path.replace(/\?.*/, '')));
    expect([...paths].toSorted()).toEqual(['/credentials', '/hook', '/params', '/well']);
    expect(proxy.hits).toEqual([]);
    await siege.stillServes();
  });
});

test('the health of an application behind a Unix socket is asked there', async () => {
  const socket = `${temporaryFolder()}/app.sock`;
  const application = await Application.start(status(200, {}), socket);
  const siege = await besieged({
    config: {
      channels: { 'room:1': { deliver: 'app' } },
      deliver: {
        app: { webhook: `unix:${socket}:/hook`, health: { url: `unix:${socket}:/well` } },
      },
    },
  });
  await application.called(1);
  expect(application.calls.map(({ path }) => path)).toContain('/well');
  await siege.stillServes();
});
