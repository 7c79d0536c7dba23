/** Events as CloudEvents, and the patterns that choose them. */

import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import {
  binaryCloudEventOf,
  cloudEventOf,
  cloudEventText,
} from '../../../src/daemon/inbox/cloud-event.js';
import type { InboxEvent } from '../../../src/daemon/inbox/event.js';
import { eventFilter, matcher } from '../../../src/daemon/inbox/event-filter.js';
import { news } from './news.js';

const SOURCE = 'wss://app.example.com/socket/websocket';

function event(fields: Partial<InboxEvent> = {}): InboxEvent {
  const own = { id: 'beef-7', position: 7, seq: 3, afterGap: true };
  return { ...news('room:1', { n: 1 }), ...own, time: Date.UTC(2026, 0, 2), ...fields };
}

test('a message is one document with all attributes', () => {
  expect(cloudEventOf(event(), SOURCE)).toEqual({
    specversion: '1.0',
    id: 'beef-7',
    source: SOURCE,
    type: 'phx.said',
    subject: 'room:1',
    time: '2026-01-02T00:00:00.000Z',
    datacontenttype: 'application/json',
    data: { n: 1 },
    phxepoch: 'beef',
    phxseq: 3,
    phxgap: true,
  });
});

test.each([
  ['message', 'phx.gap'],
  ['gap', 'sidecar.gap'],
  ['presence', 'sidecar.presence'],
  ['state', 'sidecar.state'],
] as const)('a %s named gap is of type %s', (kind, type) => {
  expect(cloudEventOf(event({ kind, event: 'gap' }), SOURCE).type).toBe(type);
});

test('bytes are base64 in a document, and themselves as a body', () => {
  const payload = new Uint8Array([0, 1, 255]);
  expect(cloudEventOf(event({ payload }), SOURCE)).toMatchObject({
    datacontenttype: 'application/octet-stream',
    data_base64: 'AAH/',
  });
  const { headers, body } = binaryCloudEventOf(event({ payload }), SOURCE);
  expect(headers['content-type']).toBe('application/octet-stream');
  expect(body).toEqual(payload);
});

test('without a topic there is no subject, and without a payload there is null', () => {
  const bare = cloudEventOf(event({ topic: null, payload: undefined }), SOURCE);
  expect(bare).not.toHaveProperty('subject');
  expect(bare.data).toBeNull();
  expect(binaryCloudEventOf(event({ payload: undefined }), SOURCE).body).toBe('null');
});

test('its text is one line, whatever is in it', () => {
  const text = cloudEventText(event({ event: 'a\r\nb', payload: 'c\nd' }), SOURCE);
  expect(text).not.toMatch(/[\r\n]/);
  expect(JSON.parse(text)).toMatchObject({ type: 'phx.a\r\nb', data: 'c\nd' });
});

test('headers carry names that would break them, and nothing of a name becomes a header', async () => {
  const server = createServer(({ headers }, response) => response.end(JSON.stringify(headers)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const evil = event({ topic: 'a b"%\u00fc\u{1f600}\ud800', event: 'x\r\nevil: yes\u0000' });
  const { headers, body } = binaryCloudEventOf(evil, SOURCE);
  const { port } = server.address() as AddressInfo;
  const seen = await new Promise<string>((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', headers, agent: false });
    sent.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
    });
    sent.end(body);
  });
  const got = JSON.parse(seen) as Record<string, string>;
  expect(got).not.toHaveProperty('evil');
  expect(got).toMatchObject({
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-id': 'beef-7',
    'ce-source': SOURCE,
    'ce-type': 'phx.x%0D%0Aevil:%20yes%00',
    'ce-subject': 'a%20b%22%25%C3%BC%F0%9F%98%80%EF%BF%BD',
    'ce-phxepoch': 'beef',
    'ce-phxseq': '3',
    'ce-phxgap': 'true',
  });
});

test.each<[string, string | readonly string[] | undefined, string, boolean]>([
  ['no pattern takes', undefined, 'a', true],
  ['an empty list takes', [], 'a', true],
  ['a name takes', 'a', 'a', true],
  ['a name is whole', 'a', 'ab', false],
  ['a star is any end', 'room:*', 'room:1', true],
  ['a star may be empty', 'room:*', 'room:', true],
  ['a star is any middle', 'a*b*c', 'a-b-c', true],
  ['parts come in order', 'a*b*c*d', 'acbd', false],
  ['parts do not overlap', 'ab*ba', 'aba', false],
  ['two stars are one', 'a**c', 'abc', true],
  ['after what is missing nothing is found', 'a*x**', 'abc', false],
  ['a dot is a dot', 'a.c', 'abc', false],
  ['one of several', ['x', 'a'], 'a', true],
  ['none of several', ['x', 'y'], 'a', false],
  ['what is left out', ['*', '!a'], 'a', false],
  ['what is left out, first', ['!a*', '*'], 'ab', false],
  ['all but what is left out', ['!phx_*'], 'a', true],
])('%s', (_, patterns, text, takes) => {
  expect(matcher(patterns)(text)).toBe(takes);
});

test('a pattern with many stars is no trap', () => {
  const began = performance.now();
  expect(matcher(`${'*a'.repeat(200)}*b`)('a'.repeat(100_000))).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000);
});

test('a gap passes what is asked for of events, not of topics; what has no topic concerns all', () => {
  const wants = eventFilter({ topics: 'room:*', events: ['said', '!gap'] });
  expect(wants(event())).toBe(true);
  expect(wants(event({ event: 'other' }))).toBe(false);
  expect(wants(event({ kind: 'gap', event: 'gap' }))).toBe(true);
  expect(wants(event({ kind: 'gap', event: 'gap', topic: 'else' }))).toBe(false);
  expect(wants(event({ kind: 'gap', event: 'gap', topic: null }))).toBe(true);
  expect(wants(event({ kind: 'message', event: 'gap' }))).toBe(false);
});
