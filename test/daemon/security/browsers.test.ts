/** What a page of somebody else can do in the browser of whoever runs the daemon: nothing, and see nothing. */

import { describe, expect, test } from 'vitest';
import { besieged, LISTENERS, type Siege } from '../support/siege.js';

const ORDER = JSON.stringify({ topic: 'room:1', event: 'echo', payload: {} });
const FOREIGN = [
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', origin: 'http://evil.test' },
  { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', origin: 'http://localhost:3000' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe', origin: 'null' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' },
  { origin: 'http://evil.test' },
  { origin: 'null' },
] as const;
/** What a form or a simple request may send without asking first. */
const TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  '',
];

/** What the application would see of it. */
function untouched({ double, running }: Siege): void {
  expect(double.topics()).toEqual(['room:1']);
  expect(running.daemon.parts.sidecar.client.status.state).toBe('connected');
}

describe('a page of another site', () => {
  test('cannot push, join, leave, acknowledge or control', async () => {
    const siege = await besieged();
    const calls = [
      ['api', 'POST', '/v1/push'],
      ['api', 'POST', '/v1/push?topic=room:1&event=echo'],
      ['api', 'POST', '/v1/push:batch'],
      ['api', 'PUT', '/v1/channels/room:evil'],
      ['api', 'DELETE', '/v1/channels/room:1'],
      ['api', 'POST', '/v1/events/ack'],
      ['api', 'DELETE', '/v1/events/consumers/c'],
      ['api', 'POST', '/v1/control/pause'],
      ['api', 'POST', '/v1/control/drain'],
      ['admin', 'POST', '/control/pause'],
      ['admin', 'POST', '/control/push'],
    ] as const;
    for (const [name, method, path] of calls)
      for (const [at, headers] of FOREIGN.entries()) {
        const type = TYPES[at % TYPES.length] ?? '';
        const told = await siege.ask(name, path, {
          method,
          headers: { ...headers, ...(type && { 'content-type': type }) },
          ...(method !== 'DELETE' && { body: ORDER }),
        });
        expect([path, headers, told.status, told.body['code']]).toEqual([
          path,
          headers,
          403,
          'API_CROSS_SITE',
        ]);
      }
    untouched(siege);
    await siege.stillServes();
  });

  test('cannot lease events, make consumers or hold streams by reading', async () => {
    const siege = await besieged();
    const paths = [
      '/v1/events/pull?consumer=evil',
      '/v1/events',
      '/v1/events?format=ndjson&from=start',
      '/v1/events/consumers',
      '/v1/channels',
      '/openapi.json',
    ];
    for (const path of paths)
      for (const headers of FOREIGN) {
        const told = await siege.ask('api', path, { headers });
        expect([path, headers, told.status]).toEqual([path, headers, 403]);
      }
    for (const path of ['/live', '/debug/snapshot', '/metrics'])
      for (const headers of FOREIGN.filter(
        (each) => !('sec-fetch-dest' in each) || each['sec-fetch-dest'] !== 'document',
      ))
        expect([path, (await siege.ask('admin', path, { headers })).status]).toEqual([path, 403]);
    const { body } = await siege.ask('api', '/v1/events/consumers');
    expect(body).toEqual({ consumers: [] });
    await siege.stillServes();
  });

  test('may lead to the page of the daemon, and not show it as its own', async () => {
    const siege = await besieged();
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    const told = await siege.ask('admin', '/', { headers: link });
    expect(told.status).toBe(200);
    expect(told.headers).toMatchObject({
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
  });

  test('is given no leave to read', async () => {
    const siege = await besieged();
    for (const name of LISTENERS)
      for (const method of ['OPTIONS', 'GET', 'POST']) {
        const headers = {
          origin: 'http://evil.test',
          'access-control-request-method': 'DELETE',
          'access-control-request-headers': 'authorization',
        };
        const told = await siege.ask(name, '/healthz', { method, headers });
        const names = Object.keys(told.headers).filter((each) => each.startsWith('access-control'));
        expect([name, method, names]).toEqual([name, method, []]);
        expect(told.headers['cross-origin-resource-policy']).toBe('same-origin');
      }
    await siege.stillServes();
  });
});

describe('a name that was made to lead here', () => {
  test.each([
    'evil.test',
    'evil.test:4101',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '127.0.0.1.nip.io',
    'localhost.',
    '0.0.0.0',
    '169.254.169.254',
    'sub.localhost',
  ])('%s is answered nothing without a token, whatever else it brings', async (host) => {
    const siege = await besieged();
    const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    for (const authorization of ['', 'Bearer x', 'Basic eDp4'])
      for (const [name, path] of [
        ['api', '/v1/channels'],
        ['admin', '/'],
        ['admin', '/live'],
        ['admin', '/debug/snapshot'],
        ['admin', '/metrics'],
      ] as const) {
        const told = await siege.ask(name, path, { headers: { ...headers, authorization } });
        expect([path, told.status, told.body['code']]).toEqual([path, 403, 'API_FOREIGN_HOST']);
      }
    const asked = {
      method: 'POST',
      headers: { ...headers, 'x-gen-socket-client': 'page', 'content-type': 'application/json' },
    };
    expect((await siege.ask('admin', '/control/pause', asked)).status).toBe(403);
    const pushed = await siege.ask('api', '/v1/push', { ...asked, body: ORDER });
    expect(pushed.status).toBe(403);
    untouched(siege);
    await siege.stillServes();
  });

  test('is no matter where a token is asked for', async () => {
    const siege = await besieged({ hasToken: true });
    const headers = { host: 'phx.internal:4100' };
    for (const [name, path] of [
      ['api', '/v1/channels'],
      ['admin', '/version'],
    ] as const) {
      expect((await siege.ask(name, path, { headers })).status).toBe(401);
      const known = { ...headers, authorization: 'Bearer right-token' };
      expect((await siege.ask(name, path, { headers: known })).status).toBe(200);
    }
  });
});
