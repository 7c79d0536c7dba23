/** Who may ask a listener: the token, and pages in a browser. */

import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { askAt, stage } from '../support/api-stage.js';
import { opened, tokenFile } from '../support/listening.js';

describe('the token', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

  test.each([
    'Bearer wrong-token',
    'Bearer right-toke',
    'Bearer right-tokenn',
    'Bearer ',
    'right-token',
    'Basic !!',
    basic('any:right-token'),
  ])('is not %s', async (authorization) => {
    const { address } = await opened({ tokenFile: tokenFile() });
    const told = await askAt(address, '/', { headers: { authorization } });
    expect(told).toMatchObject({ status: 401, body: { code: 'API_UNAUTHENTICATED' } });
    expect(told.headers['www-authenticate']).toMatch(/^Bearer /);
    expect(told.text).not.toContain('right-token');
  });

  test('may be the password at the admin listener', async () => {
    const { address } = await opened({ tokenFile: tokenFile() }, { name: 'admin' });
    const headers = (authorization: string) => ({ headers: { authorization } });
    expect((await askAt(address, '/', headers(basic('any:right-token')))).status).toBe(200);
    const refused = await askAt(address, '/', headers(basic('right-token:no')));
    expect(refused.headers['www-authenticate']).toContain('Basic');
  });

  test('is read anew each time', async () => {
    const path = tokenFile();
    const { address } = await opened({ tokenFile: path });
    const ask = async (token: string): Promise<number> =>
      (await askAt(address, '/', { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await ask('right-token')).toBe(200);
    writeFileSync(path, 'newer-token');
    expect([await ask('right-token'), await ask('newer-token')]).toEqual([401, 200]);
    rmSync(path);
    expect(await ask('newer-token')).toBe(503);
  });

  test('is asked for at every route', async () => {
    const world = await stage({ listener: { tokenFile: tokenFile() } });
    const headers = { authorization: 'Bearer right-token' };
    const { paths } = (await world.ask('/openapi.json', { headers })).body as {
      paths: { [path: string]: object };
    };
    for (const [path, methods] of Object.entries(paths))
      for (const method of Object.keys(methods)) {
        const told = await world.ask(path.replace(/\{\w+\}/g, 'a'), {
          method: method.toUpperCase(),
        });
        expect(`${method} ${path} ${told.status}`).toBe(`${method} ${path} 401`);
      }
    expect((await world.ask('/nothing')).status).toBe(401);
  });
});

describe('a page in a browser', () => {
  test.each([
    'evil.test',
    'evil.test:4100',
    '127.0.0.1.evil.test',
    '10.0.0.1',
    'localhost.evil.test',
  ])('whose name %s points here is refused', async (host) => {
    const { address } = await opened();
    const told = await askAt(address, '/', { headers: { host } });
    expect(told).toMatchObject({ status: 403, body: { code: 'API_FOREIGN_HOST' } });
  });

  test.each(['localhost', 'localhost:1', '127.0.0.1', '127.1.2.3:80', '[::1]:4100'])(
    'at %s is not',
    async (host) => {
      const { address } = await opened();
      expect((await askAt(address, '/', { headers: { host } })).status).toBe(200);
    },
  );

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'http://evil.test' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://127.0.0.1:1' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
  ])('that posts with %o', async (headers, status) => {
    const { address } = await opened();
    expect((await askAt(address, '/', { method: 'POST', headers })).status).toBe(status);
  });

  test('of its own origin may post, and no other may read', async () => {
    const { address } = await opened();
    const headers = { origin: address };
    const told = await askAt(address, '/', { method: 'POST', headers });
    expect(told.status).toBe(200);
    expect(told.headers['access-control-allow-origin']).toBeUndefined();
    const options = await askAt(address, '/', {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.test' },
    });
    expect(options.headers['access-control-allow-origin']).toBeUndefined();
  });
});
