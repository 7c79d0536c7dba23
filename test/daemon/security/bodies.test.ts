/** Bodies that are JSON and mean harm, or are none: from clients, from the server, and from the application. */

import { describe, expect, onTestFinished, test } from 'vitest';
import { OPCODES, rawFrame } from '../../support/raw-frame.js';
import { RawServer } from '../../support/raw-server.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { askAt } from '../support/api-stage.js';
import { Application, status } from '../support/application.js';
import { runningDaemon } from '../support/running-daemon.js';
import { besieged } from '../support/siege.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const PAGE = { ...JSON_TYPE, 'x-gen-socket-client': 'page' };

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

function order(payload: string, more = ''): string {
  return `{"topic":"room:1","event":"echo","payload":${payload},"wait":"reply"${more}}`;
}

describe('a request', () => {
  test.each([
    ['nothing', '', 400, 'API_BAD_JSON'],
    ['no JSON', '{"topic": planted-secret', 400, 'API_BAD_JSON'],
    ['a list', '[]', 422, 'API_INVALID'],
    ['null', 'null', 422, 'API_INVALID'],
    ['deep lists', order(nested(201)), 400, 'API_BAD_JSON'],
    ['deep maps', order(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`), 400, 'API_BAD_JSON'],
    ['open lists', '['.repeat(60_000), 400, 'API_BAD_JSON'],
    ['an endless text', `{"topic":"${'\\"'.repeat(30_000)}`, 400, 'API_BAD_JSON'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400, 'API_BAD_JSON'],
    ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 400, 'API_BAD_JSON'],
    ['UTF-16', Buffer.from('{}', 'utf16le'), 400, 'API_BAD_JSON'],
    ['a huge ttl', order('{}', ',"ttl":1e400'), 422, 'API_INVALID'],
    ['a huge timeout', order('{}', ',"timeout":1e300'), 422, 'API_INVALID'],
    ['a negative timeout', order('{}', ',"timeout":-1'), 422, 'API_INVALID'],
    ['a timeout in words', order('{}', `,"timeout":"${'9'.repeat(400)}s"`), 422, 'API_INVALID'],
    ['half a character', order('"\\ud800"'), 422, 'PHX_ENCODING'],
    ['a topic that is long', order('{}').replace('room:1', 'a'.repeat(2000)), 422, 'API_INVALID'],
    ['an unknown field', order('{}', ',"constructor":{}'), 422, 'API_INVALID'],
  ])('with %s is refused', async (_, body, code, name) => {
    const siege = await besieged();
    const told = await siege.ask('api', '/v1/push', { method: 'POST', headers: JSON_TYPE, body });
    expect([told.status, told.body['code']]).toEqual([code, name]);
    expect(told.text).not.toContain('planted-secret');
    await siege.stillServes();
  });

  test('whose keys are those of every object pollutes none, and is pushed as it is', async () => {
    const siege = await besieged();
    const evil = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const pushed = await siege.ask('api', '/v1/push', {
      method: 'POST',
      headers: JSON_TYPE,
      body: order(evil, ',"__proto__":{"delivery":"confirmed","polluted":1}'),
    });
    expect([200, 422]).toContain(pushed.status);
    const plain = { method: 'POST', headers: JSON_TYPE, body: order(evil) };
    const echoed = await siege.ask('api', '/v1/push', plain);
    expect(echoed.text).toContain(`"response":${evil}`);
    for (const [path, method, body] of [
      ['/v1/push:batch', 'POST', `{"__proto__":{"wait":"reply"},"pushes":[${order(evil)}]}`],
      ['/v1/channels/room:2', 'PUT', `{"params":${evil}}`],
      ['/v1/channels/room:2', 'PUT', '{"constructor":{}}'],
      ['/v1/channels/__proto__', 'PUT', '{"deliver":"__proto__"}'],
      ['/v1/channels/constructor', 'PUT', '{"deliver":["constructor","toString"]}'],
      ['/v1/push:batch', 'POST', `{"pushes":[{"topic":"room:1","event":"e","key":"\\ud800"}]}`],
      ['/v1/events/ack', 'POST', '{"consumer":"__proto__","ids":["x"],"__proto__":{}}'],
    ] as const) {
      const told = await siege.ask('api', path, { method, headers: JSON_TYPE, body });
      const [result] = (told.body['results'] ?? []) as { httpStatus: number }[];
      const status = result?.httpStatus ?? told.status;
      expect([path, status]).toEqual([path, expect.toBeOneOf([404, 422])]);
    }
    const page = { method: 'POST', headers: PAGE, body: order(evil) };
    expect((await siege.ask('admin', '/control/push', page)).status).toBe(200);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    await siege.stillServes();
  });

  test('of the page that is no order, or too deep to be sent, is refused', async () => {
    const siege = await besieged();
    const bodies = [
      '',
      'null',
      '[]',
      '{"topic":1}',
      '['.repeat(100_000),
      '\ud800',
      '{"topic":"__proto__"}',
    ];
    for (const body of bodies) {
      const told = await siege.ask('admin', '/control/push', {
        method: 'POST',
        headers: PAGE,
        body,
      });
      expect([body.slice(0, 40), told.status]).toEqual([body.slice(0, 40), 422]);
    }
    for (const depth of [201, 5000, 100_000]) {
      const deep = { method: 'POST', headers: PAGE, body: order(nested(depth)) };
      const told = await siege.ask('admin', '/control/push', deep);
      expect([depth, told.status]).toEqual([depth, expect.toBeOneOf([200, 422])]);
      expect(told.text).not.toContain('API_INTERNAL');
    }
    await siege.stillServes();
  });

  test.each(['gzip', 'br', 'deflate', 'identity, gzip'])(
    'in %s is not unpacked',
    async (encoding) => {
      const siege = await besieged();
      const headers = { ...JSON_TYPE, 'content-encoding': encoding };
      const told = await siege.ask('api', '/v1/push', {
        method: 'POST',
        headers,
        body: order('1'),
      });
      expect([told.status, told.body['code']]).toEqual([415, 'API_BAD_MEDIA_TYPE']);
      await siege.stillServes();
    },
  );
});

describe('a server whose messages nest too deep', () => {
  /** As the double cannot write them. */
  async function deepServer(config: object) {
    const server = await RawServer.start();
    onTestFinished(() => server[Symbol.asyncDispose]());
    const topics = { 'room:1': { deliver: 'app' } };
    const running = await runningDaemon({ url: server.url.href, channels: topics, ...config });
    const peer = await server.upgraded();
    const say = (text: string): void => void peer.socket.write(rawFrame(OPCODES.text, text));
    const heard = async (): Promise<readonly string[]> =>
      JSON.parse((await peer.frames.next()).payload.toString()) as readonly string[];
    const reply = async (response: string): Promise<void> => {
      const [joinRef = '', ref = '', topic = ''] = await heard();
      say(`["${joinRef}","${ref}","${topic}","phx_reply",{"status":"ok","response":${response}}]`);
    };
    await reply('{}');
    return { running, say, reply };
  }

  test.each(['memory', 'disk'])('loses them, by a gap each, in %s', async (where) => {
    const application = await Application.start(status(204));
    const store = where === 'disk' ? { inbox: { store: `${temporaryFolder()}/inbox` } } : {};
    const deliver = { app: { webhook: application.url } };
    const { running, say } = await deepServer({ deliver, ...store });
    for (const depth of [499, 600, 3000, 200_000])
      say(`[null,null,"room:1","deep",{"a":${nested(depth - 1)}}]`);
    say('[null,null,"room:1","well",{"n":1}]');
    const last = () => application.told['room:1']?.at(-1);
    await expect.poll(last, { interval: 5, timeout: 10_000 }).toEqual({ n: 1 });
    const types = application.calls.map(({ body }) => /"type":"([\w.]+)"/.exec(body)?.[1]);
    const gap = 'sidecar.gap';
    expect(types).toEqual(['phx.deep', gap, gap, gap, 'phx.well']);
    expect(running.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('answers a push so: it is told that nobody can say what the reply was', async () => {
    const deliver = { app: { webhook: 'http://127.0.0.1:1' } };
    const { running, reply } = await deepServer({ deliver });
    for (const depth of [600, 100_000]) {
      const init = { method: 'POST', headers: JSON_TYPE, body: order('{}') };
      const asked = askAt(running.api, '/v1/push', init);
      await reply(nested(depth));
      const told = await asked;
      expect([told.status, told.body['code']]).toEqual([504, 'PHX_PUSH_LOST']);
    }
    expect((await askAt(running.admin, '/healthz')).status).toBe(200);
  });
});

describe('the application', () => {
  test.each([
    ['nested deep', nested(400_000)],
    [
      'with pushes nested deep',
      `{"push":[{"topic":"room:1","event":"e","payload":${nested(100_000)}}]}`,
    ],
    ['with keys of every object', '{"__proto__":{"status":"RETRY"},"push":{"__proto__":[]}}'],
    ['with pushes that are none', '{"push":[null,1,[],{"topic":{}},{"__proto__":{"topic":"a"}}]}'],
    ['that is no JSON', '{"status":"RE'],
  ])('may answer %s', async (_, answer) => {
    const application = await Application.start((_call, response) => {
      response.writeHead(200, JSON_TYPE).end(answer);
    });
    const siege = await besieged({
      config: {
        channels: { 'room:1': { deliver: 'app' } },
        deliver: { app: { webhook: application.url } },
      },
    });
    siege.double.broadcast('room:1', 'a', {});
    siege.double.broadcast('room:1', 'b', {});
    const told = () => application.calls.filter(({ body }) => body.includes('"type":"phx.'));
    await application.called(1);
    // What is wrong is asked for again, until the application is mended.
    application.react = status(204);
    await expect.poll(() => told().at(-1)?.body ?? '', { timeout: 5000 }).toContain('"phx.b"');
    const complaints = siege.running.lines.filter(({ level }) => level === 'error');
    expect(complaints.every(({ msg }) => msg.includes('can never be sent'))).toBe(true);
    expect((await siege.ask('admin', '/healthz')).status).toBe(200);
  });

  test('may answer paramsFrom with what nests too deep: the join fails, and nothing else', async () => {
    const application = await Application.start((_call, response) => {
      response.writeHead(200, JSON_TYPE).end(`{"since":${nested(30_000)}}`);
    });
    const siege = await besieged();
    const path = '/v1/channels/room:2?wait=joined';
    const body = JSON.stringify({ paramsFrom: application.url });
    const told = await siege.ask('api', path, { method: 'PUT', headers: JSON_TYPE, body });
    expect(told.status).toBeOneOf([422, 503, 504]);
    await siege.stillServes();
  });
});
