/** Where a listener is, and what becomes of who asks it in a way that nobody should. */

import { once } from 'node:events';
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Handler, openListener } from '../../../src/daemon/listeners/listener.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { askAt, stage } from '../support/api-stage.js';
import { opened, TERMS, tokenFile } from '../support/listening.js';

/** What comes back for bytes that no client would send. */
async function answerTo(address: string, ...parts: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  for (const part of parts) socket.write(part);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe('where it listens', () => {
  test.each(['0.0.0.0:0', '[::]:0', '192.0.2.1:4100', 'example.com:80'])(
    'at %s only with a token',
    async (listen) => {
      const opening = openListener('api', { listen }, () => new Response(), TERMS);
      await expect(opening).rejects.toMatchObject({
        code: 'PHX_BAD_OPTION',
        message: expect.stringMatching(/api\.listen is .*give api\.tokenFile, or listen on/),
      });
    },
  );

  test('anywhere with one, and the probes without', async () => {
    const { address } = await opened({ listen: '0.0.0.0:0', tokenFile: tokenFile() });
    const near = address.replace('0.0.0.0', '127.0.0.1');
    expect((await askAt(near, '/')).status).toBe(401);
    const probes = await opened({ listen: '0.0.0.0:0' }, { name: 'probes' });
    const headers = { host: 'pod-7.cluster.local' };
    const there = probes.address.replace('0.0.0.0', '127.0.0.1');
    expect((await askAt(there, '/', { headers })).status).toBe(200);
  });

  test('nowhere without the token that it is to have', async () => {
    const missing = openListener(
      'api',
      { listen: 0, tokenFile: '/none' },
      () => new Response(),
      TERMS,
    );
    await expect(missing).rejects.toMatchObject({ code: 'PHX_CREDENTIALS_FILE' });
    await expect(opened({ tokenFile: tokenFile('') })).rejects.toMatchObject({
      code: 'PHX_CREDENTIALS_FILE',
    });
  });

  test('not where somebody else does', async () => {
    const { address } = await opened();
    const port = Number(new URL(address).port);
    await expect(opened({ listen: port })).rejects.toMatchObject({ code: 'PHX_BAD_OPTION' });
  });
});

describe('a Unix socket', () => {
  test('is for its owner and its group, and is gone with its listener', async () => {
    const path = join(temporaryFolder(), 'api.sock');
    const listener = await opened({ listen: `unix:${path}` });
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect(listener.address).toBe(`unix:${path}`);
    expect((await askAt(listener.address, '/')).text).toBe('well');
    await listener.close();
    expect(existsSync(path)).toBe(false);
  });

  test('is taken over from who is gone, and from nobody else', async () => {
    const path = join(temporaryFolder(), 'api.sock');
    const living = createServer().listen(path);
    await once(living, 'listening');
    await expect(opened({ listen: `unix:${path}` })).rejects.toMatchObject({
      code: 'PHX_BAD_OPTION',
    });
    living.close();
    await once(living, 'close');
    writeFileSync(path, 'a file of somebody');
    await expect(opened({ listen: `unix:${path}` })).rejects.toMatchObject({
      code: 'PHX_BAD_OPTION',
    });
    rmSync(path);
    expect((await askAt((await opened({ listen: `unix:${path}` })).address, '/')).status).toBe(200);
  });

  test('asks for a token if it has one', async () => {
    const path = join(temporaryFolder(), 'api.sock');
    const { address } = await opened({ listen: `unix:${path}`, tokenFile: tokenFile() });
    expect((await askAt(address, '/')).status).toBe(401);
  });
});

describe('a request', () => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['a header with a line feed', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\nb\r\n\r\n', 400],
    [
      'long headers',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
  ])('that is %s', async (_, text, status) => {
    const { address } = await opened();
    expect(await answerTo(address, text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test('that comes too slowly: its headers, or its body', async () => {
    const limits = { headersTimeout: 100, requestTimeout: 200 };
    const handler: Handler = async (request) => new Response(await request.text());
    const { address } = await opened({}, { handler, terms: { limits } });
    expect(await answerTo(address, 'GET / HTTP/1.1\r\nHost: localhost\r\n')).toContain(
      'HTTP/1.1 408',
    );
    const body = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\na';
    expect(await answerTo(address, body)).toContain('HTTP/1.1 408');
  });

  test('one too many is not taken', async () => {
    const { address } = await opened({}, { terms: { limits: { maxConnections: 1 } } });
    const first = connect(Number(new URL(address).port), '127.0.0.1');
    onTestFinished(() => void first.destroy());
    first.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(first, 'data');
    await expect(askAt(address, '/')).rejects.toThrow(/hang up|ECONNRESET/);
  });

  test('has an id: its own, or a new one for what could be anything', async () => {
    const { address } = await opened();
    const idOf = async (id: string): Promise<unknown> =>
      (await askAt(address, '/', { headers: { 'x-request-id': id } })).headers['x-request-id'];
    expect(await idOf('trace-1:a')).toBe('trace-1:a');
    for (const bad of ['a b', 'a"b', '<script>', 'x'.repeat(129)])
      expect(await idOf(bad)).toMatch(/^[\da-f-]{36}$/);
  });

  test('is logged by its route, never by its path', async () => {
    const world = await stage();
    await world.ask('/v1/channels/room:secret');
    await world.ask('/somewhere/secret');
    expect(world.lines.map(({ method, route, status }) => ({ method, route, status }))).toEqual([
      { method: 'GET', route: '/v1/channels/:topic', status: 404 },
      { method: 'GET', route: 'none', status: 404 },
    ]);
    expect(JSON.stringify(world.lines)).not.toContain('secret');
  });

  test('that its handler fails at is answered without its words', async () => {
    const failures: unknown[] = [];
    const failed = (problem: unknown): void => void failures.push(problem);
    const handler = (): never => {
      throw new Error('the secret');
    };
    const { address } = await opened({}, { handler, terms: { failed } });
    const told = await askAt(address, '/');
    expect(told).toMatchObject({ status: 500, body: { code: 'API_INTERNAL' } });
    expect(told.text).not.toContain('secret');
    expect(failures).toHaveLength(1);
  });

  test('is kept by nobody, and is what it says it is', async () => {
    const { headers } = await askAt((await opened()).address, '/');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('close', () => {
  test('lets what is being answered end, and cuts what does not', async () => {
    const entered: (() => void)[] = [];
    const handler: Handler = () =>
      new Promise((resolve) => entered.push(() => resolve(new Response('late'))));
    const listener = await openListener('api', { listen: 0 }, handler, TERMS);
    const answer = askAt(listener.address, '/');
    await until(() => entered.length === 1);
    const closed = listener.close();
    entered[0]?.();
    expect((await answer).text).toBe('late');
    await closed;
    await expect(askAt(listener.address, '/')).rejects.toThrow('ECONNREFUSED');
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
