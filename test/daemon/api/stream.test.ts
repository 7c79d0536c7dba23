/** Events as they come: their two forms, filters, limits, and how a stream ends. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { EventSource } from 'undici';
import { describe, expect, test, vi } from 'vitest';
import { EventReader } from '../support/event-reader.js';
import { type EventStage, eventStage } from '../support/event-stage.js';

const read = (stage: EventStage, query = '', headers: Record<string, string> = {}) =>
  EventReader.open(`${stage.address}/v1/events${query}`, headers);

describe('a stream is refused', () => {
  test.each([
    ['?from=middle', 422, 'API_INVALID', 'from'],
    ['?topics=a', 422, 'API_INVALID', 'topics'],
    ['?topic=', 422, 'API_INVALID', 'topic'],
    [`?topic=${'a'.repeat(600)}`, 422, 'API_INVALID', 'topic'],
    [`?${'event=a&'.repeat(65)}`, 422, 'API_INVALID', 'event'],
    ['?format=xml', 422, 'API_INVALID', 'format'],
    [`?after=${'a'.repeat(300)}`, 422, 'API_INVALID', 'after'],
    ['?from=end&from=start', 422, 'API_INVALID', 'from'],
  ])('for %s', async (query, status, code, place) => {
    const stage = await eventStage();
    const response = await stage.get(`/v1/events${query}`);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const body = (await response.json()) as { code: string; detail: string };
    expect(body.code).toBe(code);
    expect(body.detail).toContain(place);
    expect(stage.parts.streams.size).toBe(0);
  });

  test('to who accepts neither form', async () => {
    const stage = await eventStage();
    const response = await stage.get('/v1/events', { headers: { accept: 'text/html' } });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ code: 'API_NOT_ACCEPTABLE', status: 406 });
  });

  test('beyond the limit, with the time to ask again, until one is closed', async () => {
    const stage = await eventStage({ limits: { streams: 2 } });
    const first = await read(stage);
    await read(stage);
    const refused = await stage.get('/v1/events');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    first.close();
    await vi.waitFor(() => expect(stage.parts.streams.size).toBe(1));
    expect((await read(stage)).response.status).toBe(200);
  });

  test('by a daemon that stops', async () => {
    const stage = await eventStage();
    stage.drain();
    const response = await stage.get('/v1/events');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toMatchObject({ code: 'API_DRAINING' });
  });
});

describe('server-sent events', () => {
  test('begin with a place, and carry id, kind and one line of CloudEvents JSON', async () => {
    const stage = await eventStage();
    stage.say('orders:1', 'before');
    const reader = await read(stage);
    expect(reader.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const { epoch } = stage.log;
    expect(await reader.block()).toMatchObject({ id: `${epoch}-1`, retry: '1000', data: null });
    stage.say('orders:1', { a: 1 }, 'created');
    const block = await reader.block();
    expect(block).toMatchObject({ id: `${epoch}-2`, event: 'message' });
    expect(JSON.parse(block?.data ?? '')).toMatchObject({
      specversion: '1.0',
      id: `${epoch}-2`,
      source: 'ws://phx.test/socket',
      type: 'phx.created',
      subject: 'orders:1',
      data: { a: 1 },
    });
  });

  test('cannot be forged by what a server says', async () => {
    const stage = await eventStage();
    const reader = await read(stage);
    await reader.block();
    const forged = 'x\n\nid: forged\r\nevent: gap\ndata: {}\n\n\u2028';
    stage.say(`topic${forged}`, { text: forged }, forged);
    stage.say('next', {});
    const block = await reader.block();
    expect(block?.event).toBe('message');
    expect(JSON.parse(block?.data ?? '')).toMatchObject({
      type: `phx.${forged}`,
      subject: `topic${forged}`,
      data: { text: forged },
    });
    expect(await reader.event()).toMatchObject({ subject: 'next' });
  });

  test('tell gaps and states by their own names', async () => {
    const stage = await eventStage();
    const reader = await read(stage, '?event=created');
    await reader.block();
    const common = { topic: 'a', payload: {}, time: 0, routes: ['*'] };
    void stage.log.append({ ...common, kind: 'state', event: 'state' });
    void stage.log.append({ ...common, kind: 'gap', event: 'gap' });
    expect(await reader.block()).toMatchObject({ event: 'gap' });
    const both = await read(stage, '?event=created&event=state&from=start');
    await both.block();
    expect(await both.block()).toMatchObject({ event: 'state' });
  });

  test('say something when nothing happens, and where the log is by then', async () => {
    const stage = await eventStage({ limits: { keepAlive: 20 } });
    const reader = await read(stage, '?topic=a');
    await reader.block();
    stage.say('b');
    const { epoch } = stage.log;
    await vi.waitFor(async () => expect((await reader.block())?.id).toBe(`${epoch}-1`));
    expect(await reader.block()).toMatchObject({ comments: ['keep-alive'], data: null });
  });

  test('are understood by an EventSource, which comes back to where it was', async () => {
    const stage = await eventStage();
    const seen: unknown[] = [];
    const source = new EventSource(`${stage.address}/v1/events`);
    source.onmessage = ({ data }) =>
      seen.push((JSON.parse(data as string) as { data: unknown }).data);
    try {
      await vi.waitFor(() => expect(stage.parts.streams.size).toBe(1));
      stage.say('a', 1);
      await vi.waitFor(() => expect(seen).toEqual([1]));
      stage.cut();
      await vi.waitFor(() => expect(stage.parts.streams.size).toBe(0));
      stage.say('a', 2);
      stage.say('a', 3);
      await vi.waitFor(() => expect(seen).toEqual([1, 2, 3]), 5000);
    } finally {
      source.close();
    }
    await vi.waitFor(() => expect(stage.parts.streams.size).toBe(0));
  });
});

describe('lines of JSON', () => {
  test.each([
    ['?', { accept: 'application/x-ndjson' }],
    ['?format=ndjson&', { accept: 'text/event-stream' }],
  ])('are written for %s and accept %j, filtered', async (query, headers) => {
    const stage = await eventStage();
    stage.say('orders:1', 1, 'created');
    stage.say('users:1', 2, 'created');
    stage.say('orders:2', 3, 'typing');
    stage.say('orders:3', 4, 'updated');
    stage.say('orders:secret', 5, 'created');
    const filters = 'topic=orders:*&topic=!orders:secret&event=!typing&from=start';
    const reader = await read(stage, query + filters, headers);
    expect(reader.response.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    expect((await reader.json()).data).toBe(1);
    expect((await reader.json()).data).toBe(4);
    stage.say('orders:9', 6);
    expect((await reader.json()).data).toBe(6);
  });

  test('carry bytes as base64', async () => {
    const stage = await eventStage();
    stage.say('a', new Uint8Array([0, 255, 10]));
    const reader = await read(stage, '?format=ndjson&from=start');
    const event = await reader.json();
    expect(event).toMatchObject({ datacontenttype: 'application/octet-stream' });
    expect(Buffer.from(event.data_base64 ?? '', 'base64')).toEqual(Buffer.from([0, 255, 10]));
    expect(event).not.toHaveProperty('data');
  });

  test('are left out of HEAD, which opens nothing', async () => {
    const stage = await eventStage();
    const response = await stage.get('/v1/events?format=ndjson', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    expect(response.headers.get('last-event-id')).toBe(`${stage.log.epoch}-0`);
    expect(stage.parts.streams.size).toBe(0);
  });
});

describe('a stream', () => {
  test('that ends with the daemon says so last, after all that was there', async () => {
    const stage = await eventStage();
    for (let n = 1; n <= 500; n += 1) stage.say('a', n);
    const lines = await read(stage, '?format=ndjson&from=start');
    const live = await read(stage);
    expect((await lines.json()).data).toBe(1);
    stage.drain();
    for (let n = 2; n <= 500; n += 1) expect((await lines.json()).data).toBe(n);
    expect(await lines.json()).toMatchObject({
      type: 'sidecar.state',
      data: { of: 'stream', to: 'closed', reason: 'draining' },
    });
    expect(await lines.line()).toBeNull();
    expect(await live.event()).toMatchObject({ type: 'sidecar.state' });
    expect(await live.block()).toBeNull();
    expect(stage.parts.streams.size).toBe(0);
    expect(stage.failures).toEqual([]);
  });

  test('is one of many, each with all events, and frees its cursor when its reader goes', async () => {
    const stage = await eventStage();
    const readers = await Promise.all(
      Array.from({ length: 50 }, () => read(stage, '?format=ndjson')),
    );
    for (let n = 0; n < 20; n += 1) stage.say('a', n);
    for (const reader of readers) {
      for (let n = 0; n < 20; n += 1) expect((await reader.json()).data).toBe(n);
    }
    for (const reader of readers) reader.close();
    await vi.waitFor(() => expect(stage.parts.streams.size).toBe(0));
    // Names are free again: nothing is left of the cursors.
    for (let n = 1; n <= 50; n += 1) {
      const terms = { wants: () => true, order: 'none', lasting: false } as const;
      stage.log.cursor(`stream:${n}`, terms).close();
    }
  });

  test('that is not read costs its reader events, and nobody else, and no memory', async () => {
    const stage = await eventStage({ messages: 100 });
    const { port } = new URL(stage.address);
    const slow = connect(Number(port), '127.0.0.1').pause();
    slow.write('GET /v1/events?format=ndjson HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await vi.waitFor(() => expect(stage.parts.streams.size).toBe(1));
    const quick = await read(stage, '?format=ndjson');
    const payload = 'x'.repeat(32 * 1024);
    for (let n = 0; n < 1000; n += 1) {
      stage.say('a', { n, payload });
      expect((await quick.json()).data).toMatchObject({ n });
    }
    expect(stage.log.status.kept).toBe(100);
    let text = '';
    slow.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-200_000);
      if (chunk.includes('sidecar.gap')) gaps.push(chunk);
    });
    const gaps: string[] = [];
    slow.resume();
    stage.say('b', 'last');
    await vi.waitFor(() => expect(text).toContain('"last"'), 10_000);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toContain('"cause":"overflow"');
    slow.destroy();
    await once(slow, 'close');
    await vi.waitFor(() => expect(stage.parts.streams.size).toBe(1));
  });
});
