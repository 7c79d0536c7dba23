/** Nobody gets in without the token: at no route, with none that is nearly right, and from no other place of a request. */

import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { answerTo, besieged, KINDS, type Siege, TOKEN } from '../support/siege.js';

const BEARER = { authorization: `Bearer ${TOKEN}` };
const ADMIN_ROUTES = [
  '/healthz',
  '/readyz',
  '/startupz',
  '/metrics',
  '/version',
  '/openapi.json',
  '/debug/config',
  '/debug/timeline',
  '/debug/snapshot',
  '/',
  '/page/page.css',
  '/live',
  '/nothing',
];
const GUARDED = ['api', 'admin'] as const;

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

async function apiRoutes({ ask }: Siege): Promise<readonly (readonly [string, string])[]> {
  const { body } = await ask('api', '/openapi.json', { headers: BEARER });
  const paths = body['paths'] as { readonly [path: string]: object };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(
      (method) => [method.toUpperCase(), path.replace(/\{\w+\}/g, 'a')] as const,
    ),
  );
}

describe.each(KINDS)('by %s', (kind) => {
  test('without a token no route answers, and probes have none but their own', async () => {
    const siege = await besieged({ kind, hasToken: true });
    const routes = await apiRoutes(siege);
    expect(routes.length).toBeGreaterThan(15);
    for (const [method, path] of routes) {
      const told = await siege.ask('api', path, { method });
      expect([method, path, told.status]).toEqual([method, path, 401]);
      expect(told.body['code']).toBe('API_UNAUTHENTICATED');
      const there = await siege.ask('probes', path, { method });
      expect([method, path, there.status]).toEqual([method, path, 404]);
    }
    for (const path of ADMIN_ROUTES) {
      const told = await siege.ask('admin', path);
      expect([path, told.status]).toEqual([path, 401]);
      expect(told.headers['www-authenticate']).toMatch(/^Bearer .*Basic /);
      const isProbe = ['/healthz', '/readyz', '/startupz', '/metrics'].includes(path);
      expect([path, (await siege.ask('probes', path)).status]).toEqual([path, isProbe ? 200 : 404]);
    }
    const control = await siege.ask('admin', '/control/pause', { method: 'POST' });
    expect(control.status).toBe(401);
    await siege.stillServes();
  });

  test('the token counts nowhere but in its header', async () => {
    const siege = await besieged({ kind, hasToken: true });
    const places: readonly [string, { readonly [name: string]: string }][] = [
      [`?token=${TOKEN}&access_token=${TOKEN}&authorization=Bearer%20${TOKEN}`, {}],
      ['', { cookie: `token=${TOKEN}; authorization=Bearer ${TOKEN}` }],
      ['', { 'x-api-key': TOKEN, 'x-authorization': `Bearer ${TOKEN}`, 'dapr-api-token': TOKEN }],
      ['', { 'proxy-authorization': `Bearer ${TOKEN}` }],
      ['', { authorization: TOKEN }],
      ['', { authorization: `Token ${TOKEN}` }],
      ['', { authorization: `Bearer ${TOKEN}x` }],
      ['', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
      ['', { authorization: `Bearer ${TOKEN.toUpperCase()}` }],
      ['', { authorization: `Bearer x, Bearer ${TOKEN}` }],
      ['', { authorization: `Bearer "${TOKEN}"` }],
      ['', { authorization: 'Bearer' }],
      ['', { authorization: 'Bearer undefined' }],
      ['', { authorization: basic(`${TOKEN}:`) }],
      ['', { authorization: basic(`${TOKEN}:x`) }],
      ['', { authorization: `Bearer ${Buffer.from(TOKEN).toString('base64')}` }],
      ['', { authorization: `Bearer ${'a'.repeat(8000)}` }],
    ];
    for (const name of GUARDED)
      for (const [query, headers] of places) {
        const told = await siege.ask(name, `/openapi.json${query}`, { headers });
        expect([name, query, headers, told.status]).toEqual([name, query, headers, 401]);
        expect(told.text).not.toContain(TOKEN);
      }
    const asPassword = { headers: { authorization: basic(`any:${TOKEN}`) } };
    expect((await siege.ask('api', '/openapi.json', asPassword)).status).toBe(401);
    expect((await siege.ask('admin', '/openapi.json', asPassword)).status).toBe(200);
    await siege.stillServes();
  });
});

test('a token file that is emptied lets nobody in, and one that is rotated the new token alone', async () => {
  const siege = await besieged({ hasToken: true });
  const statuses = async (authorization: string): Promise<readonly number[]> =>
    Promise.all(
      GUARDED.map(
        async (name) =>
          (await siege.ask(name, '/openapi.json', { headers: { authorization } })).status,
      ),
    );
  for (const content of ['', '\n', '  \n']) {
    writeFileSync(siege.tokenFile, content);
    for (const header of [
      'Bearer ',
      `Bearer ${TOKEN}`,
      'Bearer undefined',
      'Bearer null',
      basic(':'),
      '',
    ])
      expect([content, header, await statuses(header)]).toEqual([content, header, [503, 503]]);
  }
  const told = await siege.ask('api', '/v1/channels');
  expect(told.body['code']).toBe('API_TOKEN_UNREADABLE');
  expect(told.headers['retry-after']).toBe('5');
  expect(told.text).not.toContain(siege.tokenFile);
  rmSync(siege.tokenFile);
  expect(await statuses(`Bearer ${TOKEN}`)).toEqual([503, 503]);
  writeFileSync(siege.tokenFile, 'newer-token');
  expect(await statuses(`Bearer ${TOKEN}`)).toEqual([401, 401]);
  expect(await statuses('Bearer newer-token')).toEqual([200, 200]);
  writeFileSync(siege.tokenFile, TOKEN);
  await siege.stillServes();
});

test('of two authorizations the first counts, and who has none is not read on', async () => {
  const siege = await besieged({ hasToken: true });
  for (const name of GUARDED) {
    const two = `GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`;
    expect(await answerTo(siege.addresses[name], two)).toMatch(/^HTTP\/1\.1 401 /);
    const long =
      'POST /v1/push HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000000\r\nConnection: close\r\n\r\n{';
    expect(await answerTo(siege.addresses[name], long)).toMatch(/^HTTP\/1\.1 401 /);
  }
  await siege.stillServes();
});
