/** The routes of the page: who may read them, who may control, and what they never tell. */

import { connect as dial } from 'node:net';
import { once } from 'node:events';
import { setImmediate as immediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LiveFeed } from '../../../src/daemon/admin/live-feed.js';
import type { LiveView } from '../../../src/daemon/admin/live-view.js';
import { builtPage } from '../support/built-page.js';
import { PageStage } from '../support/page-stage.js';

const assets = builtPage();
const JSON_FROM_PAGE = { 'content-type': 'application/json', 'x-gen-socket-client': 'page' };

describe('the files', () => {
  test('come with a policy that lets nothing in from elsewhere, and with a tag', async () => {
    await using stage = await PageStage.open({ assets });
    const first = await fetch(stage.url);
    const policy = first.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(first.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await first.text()).not.toMatch(/<script>|style=| on\w+=|https?:\/\//);
    const again = await fetch(stage.url, {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    const script = await fetch(`${stage.url}page/main.js`);
    expect(script.headers.get('content-type')).toContain('text/javascript');
    await script.body?.cancel();
  });

  test.each([
    'page/..%2fpage-routes.ts',
    'page/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    'page/tsconfig.json',
    'page/',
  ])('are no others: %s', async (path) => {
    await using stage = await PageStage.open({ assets });
    const response = await fetch(`${stage.url}${path}`);
    expect(response.status).toBe(404);
    await response.body?.cancel();
  });

  test('are not for a name that somebody let lead here', async () => {
    await using stage = await PageStage.open({ assets });
    const port = Number(new URL(stage.url).port);
    const foreign = 'HTTP/1.1\r\nHost: evil.example';
    expect(await statusLine(port, `GET /live ${foreign}`)).toContain(' 403 ');
    const named = `GET / ${foreign}\r\nAuthorization: Bearer any`;
    expect(await statusLine(port, named)).toContain(' 403 ');
    expect(await statusLine(port, `GET / HTTP/1.1\r\nHost: localhost:${port}`)).toContain(' 200 ');
  });
});

describe('/live', () => {
  test('tells at once, and again at once when something changes', async () => {
    await using stage = await PageStage.open({ assets });
    await stage.joined();
    const reader = readLive(stage.url);
    const started = performance.now();
    expect((await reader.next()).socket.state).toBe('connected');
    stage.double.faults.refuse(503);
    stage.double.cut();
    const down = await until(reader, ({ socket }) => socket.state === 'backingOff');
    expect(down.socket.close?.what).toMatch(/^(peer|refused)/);
    expect(down.counts).toEqual({ joining: 1 });
    expect(performance.now() - started).toBeLessThan(1000);
    await reader.stop();
  });

  test('turns away who is too many, and forgets who left', async () => {
    await using stage = await PageStage.open({ assets });
    const readers = Array.from({ length: 16 }, () => readLive(stage.url));
    await Promise.all(readers.map((reader) => reader.next()));
    const refused = await fetch(`${stage.url}live`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    await refused.body?.cancel();
    await Promise.all(readers.map((reader) => reader.stop()));
    await expect
      .poll(async () => {
        const response = await fetch(`${stage.url}live`);
        await response.body?.cancel();
        return response.status;
      })
      .toBe(200);
  });

  test('makes a view only when it is read, and ends its readers when it closes', async () => {
    const made: string[] = [];
    const feed = new LiveFeed({ changes: forEver });
    const stream = feed.open(() => {
      made.push('view');
      return '{}';
    });
    await immediate();
    expect(made).toHaveLength(0);
    const reader = stream?.getReader();
    await reader?.read();
    const next = reader?.read();
    feed.close();
    expect((await next)?.done).toBe(true);
    expect([made.length, feed.readers, feed.open(() => '')]).toEqual([1, 0, null]);
  });

  test('lists the channels whose topic has the words', async () => {
    const wanted = { 'ping:a': {}, 'ping:b': {} };
    await using stage = await PageStage.open({ assets, wanted });
    const reader = readLive(stage.url, 'ng:b');
    const { channels, matching, counts } = await until(
      reader,
      (view) => view.counts['joined'] === 2,
    );
    expect([channels.map(({ topic }) => topic), matching, counts]).toEqual([
      ['ping:b'],
      1,
      { joined: 2 },
    ]);
    await reader.stop();
  });

  test('tells no secret of the connection', async () => {
    const secret = 'planted-secret-4711';
    await using stage = await PageStage.open({
      assets,
      wanted: { 'ping:a': { token: secret }, 'ping:refused': { deny: 'no', token: secret } },
      options: { params: { token: secret }, headers: { 'x-token': secret } },
    });
    const reader = readLive(stage.url);
    const seen = [await until(reader, ({ worst }) => worst.some(({ error }) => error !== null))];
    stage.double.faults.refuse(403, {}, secret);
    stage.double.cut();
    seen.push(await until(reader, ({ socket }) => socket.state === 'backingOff'));
    expect(JSON.stringify(seen)).not.toContain(secret);
    await reader.stop();
  });
});

describe('control', () => {
  const push = { topic: 'ping:a', event: 'ping', payload: {} };

  test.each([
    [
      'replied',
      { ...push, wait: 'reply' },
      { outcome: 'replied', status: 'ok', response: { ping: 'pong' } },
    ],
    [
      'refused by the server',
      { ...push, event: 'fail' },
      { outcome: 'replied', status: 'error', response: {} },
    ],
    ['sent', { ...push, wait: 'sent' }, { outcome: 'sent' }],
    ['queued', { ...push, wait: 'none' }, { outcome: 'queued' }],
    [
      'too deep for the desk',
      { ...push, payload: nested(2000) },
      { outcome: 'failed', code: 'PHX_ENCODING' },
    ],
    ['not joined', { ...push, topic: 'ping:no' }, { outcome: 'failed', code: 'PHX_PUSH_DROPPED' }],
  ])('a push is %s', async (_case, body, answer) => {
    await using stage = await PageStage.open({ assets, wanted: { 'ping:a': {} } });
    await stage.joined();
    const response = await post(`${stage.url}control/push`, body);
    expect(await response.json()).toMatchObject(answer);
  });

  test.each([
    ['no JSON', { 'content-type': 'text/plain', 'x-gen-socket-client': 'page' }, 415],
    ['no header of the page', { 'content-type': 'application/json' }, 403],
    ['another origin', { ...JSON_FROM_PAGE, origin: 'http://evil.example' }, 403],
    ['a sandboxed origin', { ...JSON_FROM_PAGE, origin: 'null' }, 403],
    ['another site', { ...JSON_FROM_PAGE, 'sec-fetch-site': 'cross-site' }, 403],
    ['all that a page sends', JSON_FROM_PAGE, 200],
  ])('with %s', async (_case, headers, status) => {
    await using stage = await PageStage.open({ assets, wanted: { 'ping:a': {} } });
    await stage.joined();
    const response = await post(`${stage.url}control/push`, push, headers);
    expect(response.status).toBe(status);
    await response.body?.cancel();
  });

  test.each([
    ['push', 'x'.repeat(1024 * 1024), 413],
    ['push', { topic: '', event: 'ping' }, 422],
    ['push', { ...push, wait: 'long' }, 422],
    ['push', null, 422],
    ['drop', {}, 404],
  ])('%s refuses what is wrong: %#', async (command, body, status) => {
    await using stage = await PageStage.open({ assets });
    const response = await post(`${stage.url}control/${command}`, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      status,
      code: expect.stringMatching(/^API_/),
      detail: expect.stringMatching(/./),
      instance: response.headers.get('x-request-id'),
    });
  });

  test('is counted by its route, and what is not there by none', async () => {
    await using stage = await PageStage.open({ assets, wanted: { 'ping:a': {} } });
    await stage.joined();
    for (const path of ['', 'page/main.js', 'nothing'])
      await (await fetch(`${stage.url}${path}`)).text();
    await (await post(`${stage.url}control/push`, push)).text();
    expect(stage.counted).toEqual(['/', '/page/:name', 'none', '/control/push']);
  });

  test('is not there where it is not allowed', async () => {
    await using stage = await PageStage.open({ assets, control: false });
    expect((await post(`${stage.url}control/push`, push)).status).toBe(404);
    expect((await post(`${stage.url}control/pause`, {})).status).toBe(404);
  });

  test('is refused with a reason when the client has stopped', async () => {
    await using stage = await PageStage.open({ assets });
    await stage.client.stop();
    const response = await post(`${stage.url}control/resume`, {});
    expect(response.status).toBe(503);
    await response.body?.cancel();
  });
});

function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = JSON_FROM_PAGE,
): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

type LiveReader = { next(): Promise<LiveView>; stop(): Promise<void> };

/** Reads frame by frame, and no further. */
function readLive(url: string, topic = ''): LiveReader {
  const abort = new AbortController();
  const frames = framesOf(`${url}live?topic=${encodeURIComponent(topic)}`, abort.signal);
  return {
    next: async () => {
      const { value } = await frames.next();
      return JSON.parse(String(value).replace(/^data: /, '')) as LiveView;
    },
    stop: async () => {
      abort.abort();
      await frames.next().catch(() => undefined);
    },
  };
}

async function* framesOf(url: string, signal: AbortSignal): AsyncGenerator<string> {
  const { body } = await fetch(url, { signal });
  let text = '';
  for await (const chunk of (body ?? new ReadableStream<Uint8Array>()).pipeThrough(
    new TextDecoderStream(),
  )) {
    text += chunk;
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    yield* frames;
  }
}

async function until(reader: LiveReader, holds: (view: LiveView) => boolean): Promise<LiveView> {
  for (;;) {
    const view = await reader.next();
    if (holds(view)) return view;
  }
}

async function statusLine(port: number, head: string): Promise<string> {
  const socket = dial(port, '127.0.0.1');
  socket.write(`${head}\r\nConnection: close\r\n\r\n`);
  const [data] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return data.toString().split('\r\n')[0] ?? '';
}

async function* forEver(): AsyncGenerator<undefined> {
  for (;;) {
    await immediate();
    yield undefined;
  }
}

function nested(depth: number): object {
  let value: object = {};
  for (let level = 0; level < depth; level += 1) value = { value };
  return value;
}
