/** Requests that no client would send: too large, too slow, two in one, with lines, paths and methods that lead elsewhere. */

import { describe, expect, test } from 'vitest';
import type { Handler } from '../../../src/daemon/listeners/listener.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { opened } from '../support/listening.js';
import {
  answerTo,
  answerToEndless,
  besieged,
  codeIn,
  KINDS,
  LISTENERS,
  statusesIn,
} from '../support/siege.js';

const HOST = 'Host: localhost\r\n';
const CLOSE = 'Connection: close\r\n';
const KIB = 1024;

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
