/** Requests that no client would send: too large, too slow, two in one, with lines, paths and methods that lead elsewhere. */

import { describe, expect, test } from 'vitest';
import type { Handler } from '../../../src/daemon/listeners/listener.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { opened } from '../support/listening.js';
import {
  answerTo,
  answerToEndless,
  besieged,
  KINDS,
  LISTENERS,
  statusesIn,
} from '../support/siege.js';

const HOST = 'Host: localhost\r\n';
const CLOSE = 'Connection: close\r\n';
const KIB = 1024;

/** Of a problem as raw text: its code. */
function codeIn(text: string): string {
  return /"code":"(\w+)"/.exec(text)?.[1] ?? '';
}

describe.each(KINDS)('by %s', (kind) => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'API_BAD_REQUEST'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'API_BAD_REQUEST'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'API_BAD_REQUEST'],
    [
      'a length and chunks',
      `POST /v1/push HTTP/1.1\r\n${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n${HOST}\r\n`,
      400,
      'API_BAD_REQUEST',
    ],
    [
      'chunks and a length',
      `POST /v1/push HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
      400,
      'API_BAD_REQUEST',
    ],
    [
      'two lengths',
      `POST /v1/push HTTP/1.1\r\n${HOST}Content-Length: 0\r\nContent-Length: 44\r\n\r\n`,
      400,
      'API_BAD_REQUEST',
    ],
    [
      'a length that is no number',
      `POST /v1/push HTTP/1.1\r\n${HOST}Content-Length: +1\r\n\r\na`,
      400,
      'API_BAD_REQUEST',
    ],
    [
      'an encoding that is not the last',
      `POST /v1/push HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      400,
      'API_BAD_REQUEST',
    ],
    [
      'a space before a colon',
      `POST /v1/push HTTP/1.1\r\n${HOST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
      400,
      'API_BAD_REQUEST',
    ],
    [
      'a bare line feed in a header',
      `GET /healthz HTTP/1.1\r\n${HOST}X-Request-Id: a\nX-Injected: b\r\n\r\n`,
      400,
      'API_BAD_REQUEST',
    ],
    [
      'a folded header',
      `GET /healthz HTTP/1.1\r\n${HOST}X-Request-Id: a\r\n Injected: b\r\n\r\n`,
      400,
      'API_BAD_REQUEST',
    ],
    [
      'a zero in a header',
      `GET /healthz HTTP/1.1\r\n${HOST}X-Request-Id: a\0b\r\n\r\n`,
      400,
      'API_BAD_REQUEST',
    ],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400, ''],
    [
      'a long URL',
      `GET /${'a'.repeat(20 * KIB)} HTTP/1.1\r\n${HOST}\r\n`,
      431,
      'API_HEADERS_TOO_LARGE',
    ],
    [
      'a long header',
      `GET /healthz HTTP/1.1\r\n${HOST}X-A: ${'a'.repeat(20 * KIB)}\r\n\r\n`,
      431,
      'API_HEADERS_TOO_LARGE',
    ],
    [
      'many headers',
      `GET /healthz HTTP/1.1\r\n${HOST}${'X-A: a\r\n'.repeat(10_000)}\r\n`,
      431,
      'API_HEADERS_TOO_LARGE',
    ],
    [
      'TRACE',
      `TRACE /metrics HTTP/1.1\r\n${HOST}${CLOSE}\r\n`,
      expect.toBeOneOf([404, 405]),
      expect.toBeOneOf(['API_NO_ROUTE', 'API_BAD_METHOD']),
    ],
    ['an unknown method', `SMUGGLE / HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 400, 'API_BAD_REQUEST'],
  ])('%s is refused, and the connection closed', async (_, bytes, status, code) => {
    const siege = await besieged({ kind });
    for (const name of LISTENERS) {
      const text = await answerTo(siege.addresses[name], bytes);
      expect([name, statusesIn(text), codeIn(text)]).toEqual([name, [status], code]);
      expect(text).not.toContain('Injected');
    }
    await siege.stillServes();
  });

  test('CONNECT opens no tunnel, and an upgrade is not made', async () => {
    const siege = await besieged({ kind });
    for (const name of LISTENERS) {
      const { host } = new URL(siege.double.url);
      const tunnel = `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
      expect(await answerTo(siege.addresses[name], tunnel)).toBe('');
      const upgrade = `GET /nothing HTTP/1.1\r\n${HOST}Connection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n`;
      expect(statusesIn(await answerTo(siege.addresses[name], upgrade))).toEqual([404]);
    }
    await siege.stillServes();
  });

  test('requests one behind the other have each its answer, and a body is never a request', async () => {
    const siege = await besieged({ kind });
    const hidden = `DELETE /v1/channels/room:1 HTTP/1.1\r\n${HOST}\r\n`;
    const behind = `GET /v1/channels HTTP/1.1\r\n${HOST}${CLOSE}\r\n`;
    const first = `POST /v1/push HTTP/1.1\r\n${HOST}Content-Length: ${hidden.length}\r\n\r\n${hidden}`;
    expect(statusesIn(await answerTo(siege.addresses.api, first + behind))).toEqual([400, 200]);
    const chunks = `POST /v1/push HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
    expect(statusesIn(await answerTo(siege.addresses.api, chunks + behind))).toEqual([400, 200]);
    expect(siege.double.topics()).toEqual(['room:1']);
    await siege.stillServes();
  });

  test('a body without end is not read on', async () => {
    const siege = await besieged({ kind });
    const head = `POST /v1/push HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    const text = await answerToEndless(siege.addresses.api, head, chunk);
    expect([statusesIn(text), codeIn(text)]).toEqual([[413], 'API_TOO_LARGE']);
    for (const name of ['api', 'admin', 'probes'] as const) {
      const unread = head.replace('/v1/push', '/nothing');
      expect([
        name,
        statusesIn(await answerToEndless(siege.addresses[name], unread, chunk)),
      ]).toEqual([name, [404]]);
    }
    await siege.stillServes();
  });

  test('a body that is too long is refused before and while it is read', async () => {
    const siege = await besieged({ kind });
    const body = JSON.stringify({ topic: 'room:1', event: 'e', payload: 'a'.repeat(70 * KIB) });
    const json = { 'content-type': 'application/json' };
    const bytes = { 'content-type': 'application/octet-stream' };
    const chunked = { 'transfer-encoding': 'chunked' };
    const tries = [
      ['POST', '/v1/push', json],
      ['POST', '/v1/push', { ...json, ...chunked }],
      ['POST', '/v1/push?topic=room:1&event=e', bytes],
      ['POST', '/v1/push?topic=room:1&event=e', { ...bytes, ...chunked }],
      ['POST', '/v1/push:batch', json],
      ['PUT', '/v1/channels/room:2', json],
    ] as const;
    for (const [method, path, headers] of tries) {
      const told = await siege.ask('api', path, { method, headers, body });
      expect([path, told.status, told.body['code']]).toEqual([path, 413, 'API_TOO_LARGE']);
    }
    const ack = { method: 'POST', headers: json, body: ' '.repeat(600 * KIB) };
    expect((await siege.ask('api', '/v1/events/ack', ack)).status).toBe(413);
    const page = { ...json, 'x-gen-socket-client': 'page' };
    const long = { method: 'POST', headers: page, body: ' '.repeat(1100 * KIB) };
    expect((await siege.ask('admin', '/control/push', long)).status).toBe(413);
    await siege.stillServes();
  });

  test.each(LISTENERS)('who sends slowly is not waited for by %s', async (name) => {
    const limits = { headersTimeout: 100, requestTimeout: 200 };
    const reads: Handler = async (request) => new Response(await request.text());
    const listen = kind === 'tcp' ? 0 : `unix:${temporaryFolder()}/a.sock`;
    const { address } = await opened({ listen }, { name, handler: reads, terms: { limits } });
    const body = `POST / HTTP/1.1\r\n${HOST}Content-Length: 9\r\n\r\na`;
    const chunk = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n`;
    const tries = [`GET / HTTP/1.1\r\n${HOST}X-A: a\r\n`, 'GET', body, chunk];
    const texts = await Promise.all(tries.map((each) => answerTo(address, each)));
    expect(texts.map(codeIn)).toEqual(tries.map(() => 'API_REQUEST_TIMEOUT'));
    // Nor is who says nothing at all.
    expect(codeIn(await answerTo(address, ''))).toBe('API_REQUEST_TIMEOUT');
    const well = `GET / HTTP/1.1\r\n${HOST}${CLOSE}\r\n`;
    expect(statusesIn(await answerTo(address, well))).toEqual([200]);
  });
});

test.each([
  '/page/..%2f..%2fadmin-routes.js',
  '/page/%2e%2e%2f%2e%2e%2fpackage.json',
  '/page/..%5c..%5cpackage.json',
  '/page/....//package.json',
  '/page/../../../../package.json',
  '/page//etc/passwd',
  '/page/%2fetc%2fpasswd',
  '/page/page.css%00.html',
  '/page/page.ts',
  '/page/tsconfig.json',
  '/page/',
  '/page/__proto__',
  '/page/constructor',
  '/..%2f..%2fetc%2fpasswd',
  '//etc/passwd',
  '/debug/../debug%2fconfig',
  '/debug/constructor',
  '/__proto__',
])('the admin listener has nothing at %s', async (path) => {
  const siege = await besieged();
  const told = await siege.ask('admin', path);
  expect(told.status).toBe(404);
  expect(told.text).not.toMatch(/root:|"compilerOptions"|import |export /);
  expect((await siege.ask('probes', path)).status).toBe(404);
  await siege.stillServes();
});

test('a name in a path of the API is a name, whatever it looks like', async () => {
  const siege = await besieged();
  const names = ['..%2f..%2fetc', '..%5c', 'a%00b', '__proto__', 'a%0d%0aX-Injected:%20b', '%2f'];
  for (const name of names) {
    const tries = [
      ['GET', `/v1/channels/${name}`, [404]],
      ['DELETE', `/v1/channels/${name}`, [404]],
      ['GET', `/v1/presence/${name}`, [404]],
      ['GET', `/v1/pushes/${name}`, [404]],
      ['DELETE', `/v1/pushes/${name}`, [404]],
      ['DELETE', `/v1/events/consumers/${name}`, [404, 422]],
      ['GET', `/v1/events/pull?consumer=${name}`, [200, 422]],
      ['POST', `/v1/control/deliveries/${name}/pause`, [404]],
      ['POST', `/v1/control/${name}`, [404, 422]],
    ] as const;
    for (const [method, path, statuses] of tries) {
      const told = await siege.ask('api', path, { method });
      const isPull = path.includes('consumer=') && name === '__proto__';
      expect([method, path, told.status]).toEqual([
        method,
        path,
        isPull
          ? 200
          : expect.toSatisfy((status: number) => statuses.some((each) => each === status)),
      ]);
      expect(told.headers).not.toHaveProperty('x-injected');
    }
  }
  // Of a URL these are the same (WHATWG): there is no segment of that name.
  for (const dots of ['..', '%2e%2e', '.%2E'])
    expect((await siege.ask('api', `/v1/channels/${dots}/channels`)).status).toBe(200);
  for (const path of ['/v1/channels/%ff', '/v1/channels/%', '/v1/pushes/%c3%28', '/%zz'])
    expect([path, (await siege.ask('api', path)).status]).toEqual([path, 400]);
  await siege.stillServes();
});

test('a topic with line breaks is joined, told and left as it is, and begins no line anywhere', async () => {
  const siege = await besieged();
  const topic = 'room:a\r\nX-Injected: b\n\ndata: c';
  const path = `/v1/channels/${encodeURIComponent(topic)}`;
  const joined = await siege.ask('api', `${path}?wait=joined`, { method: 'PUT' });
  expect([joined.status, joined.body['topic']]).toEqual([201, topic]);
  const order = JSON.stringify({
    topic,
    event: 'echo\r\nX-Injected: b',
    payload: {},
    wait: 'sent',
  });
  const key = { 'idempotency-key': 'k"<script>' };
  const pushed = await siege.ask('api', '/v1/push', { method: 'POST', headers: key, body: order });
  expect([pushed.status, pushed.body['id']]).toEqual([202, 'k"<script>']);
  expect(pushed.headers).not.toHaveProperty('x-injected');
  for (const where of ['/debug/snapshot', '/debug/timeline', '/metrics'])
    expect((await siege.ask('admin', where)).text).not.toMatch(/^X-Injected|^data: c/m);
  expect((await siege.ask('api', path, { method: 'DELETE' })).status).toBe(204);
  await siege.stillServes();
});

test('what a stream resumes from cannot write its lines', async () => {
  const siege = await besieged();
  const after = encodeURIComponent('x\r\n\r\ndata: injected');
  const ask = `GET /v1/events?format=sse&after=${after} HTTP/1.1\r\n${HOST}\r\n`;
  const socketText = siege.ask(
    'api',
    `/v1/events?after=${encodeURIComponent('\u20ac'.repeat(300))}`,
  );
  expect((await socketText).status).toBe(422);
  const stream = answerTo(siege.addresses.api, ask);
  await siege.running.daemon.stop();
  const text = await stream;
  expect(statusesIn(text)).toEqual([200]);
  expect(text).not.toContain('injected');
});

test('a method is what the request line says', async () => {
  const siege = await besieged();
  const headers = {
    'x-http-method-override': 'DELETE',
    'x-method-override': 'DELETE',
    'x-http-method': 'DELETE',
  };
  const path = '/v1/channels/room:1';
  expect((await siege.ask('api', `${path}?_method=DELETE`, { headers })).status).toBe(200);
  const posted = await siege.ask('api', `${path}?_method=DELETE`, {
    method: 'POST',
    headers,
    body: '_method=DELETE',
  });
  expect([posted.status, posted.headers['allow']]).toEqual([405, 'GET, PUT, DELETE']);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
    for (const route of ['/healthz', '/metrics'])
      for (const name of ['admin', 'probes'] as const)
        expect((await siege.ask(name, route, { method })).status).toBe(405);
  expect(siege.double.topics()).toEqual(['room:1']);
  await siege.stillServes();
});

test('an address in the request line counts before the host, and both must be this one', async () => {
  const siege = await besieged();
  for (const name of ['api', 'admin'] as const) {
    const told = await answerTo(
      siege.addresses[name],
      `GET http://evil.test/openapi.json HTTP/1.1\r\n${HOST}${CLOSE}\r\n`,
    );
    expect([statusesIn(told), codeIn(told)]).toEqual([[403], 'API_FOREIGN_HOST']);
  }
  await siege.stillServes();
});
