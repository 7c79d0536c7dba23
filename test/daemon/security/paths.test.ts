/** Paths, names and methods that look as if they led elsewhere, and texts that look as if they began a line. */

import { expect, test } from 'vitest';
import { answerTo, besieged, codeIn, statusesIn } from '../support/siege.js';

const HOST = 'Host: localhost\r\n';
const CLOSE = 'Connection: close\r\n';

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
    for (const name of ['admin', 'probes'] as const)
      expect((await siege.ask(name, '/metrics', { method })).status).toBe(405);
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
