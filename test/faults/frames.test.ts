/** Frames that no Phoenix would send: some end the connection, some are only counted, none ends the worker. */

import { describe, expect, test } from 'vitest';
import type { Telemetry, TelemetryFact } from '../../src/index.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { QUICK } from '../support/fault-options.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { OPCODES, rawFrame } from '../support/raw-frame.js';
import { RecordingWorker } from '../support/recording-worker.js';

const TOPIC = 'ping:1';
const NEWS = { topic: TOPIC, event: 'news', payload: { n: 1 } };

test('a message beyond websocket.maxPayload closes with 1009, and the worker comes back', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  const worker = new RecordingWorker({ [TOPIC]: {} });
  const websocket = { maxPayload: '1KiB' } as const;
  await using _client = worker.start({ ...QUICK, url: double.url, websocket });
  await worker.next('handleJoined');

  double.push(TOPIC, 'big', { text: 'x'.repeat(1024) });
  const { close } = await worker.next('handleDisconnected');
  const { gap } = await worker.next('handleJoined');
  double.push(TOPIC, 'news', { n: 1 });

  expect(close).toMatchObject({ cause: 'peer', code: 1009 });
  expect(close.reason).toContain('websocket.maxPayload');
  expect(gap).not.toBeNull();
  expect(await worker.next('handleMessage')).toEqual(NEWS);
});

describe('what is no WebSocket frame ends the connection, and the worker comes back:', () => {
  test.each([
    ['an unknown opcode', Buffer.from([0x83, 0x00]), 1002],
    ['reserved bits', Buffer.from([0xf1, 0x00]), 1002],
    ['a masked frame', Buffer.from([0x81, 0x80, 1, 2, 3, 4]), 1002],
    ['a continuation of nothing', Buffer.from([0x80, 0x00]), 1002],
    ['plain HTTP', Buffer.from('HTTP/1.1 502 Bad Gateway\r\n\r\n'), 1002],
    ['text that is no UTF-8', rawFrame(OPCODES.text, Buffer.from([0xc3, 0x28])), 1007],
  ])('%s', async (_what, bytes, code) => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using proxy = await FaultProxy.start(double.port);
    const worker = new RecordingWorker({ [TOPIC]: {} });
    await using _client = worker.start({ ...QUICK, url: proxy.urlOf('/socket') });
    await worker.next('handleJoined');

    proxy.inject(bytes);

    expect((await worker.next('handleDisconnected')).close).toMatchObject({ cause: 'peer', code });
    expect((await worker.next('handleJoined')).gap).not.toBeNull();
  });
});

describe('what is no Phoenix message is counted, and what follows still arrives:', () => {
  test.each([
    ['an object', rawFrame(OPCODES.text, '{"hello":1}'), 'PHX_BAD_FRAME'],
    ['half an array', rawFrame(OPCODES.text, '["1","2"'), 'PHX_BAD_FRAME'],
    ['nothing', rawFrame(OPCODES.text, ''), 'PHX_BAD_FRAME'],
    [
      'an unknown kind of binary frame',
      rawFrame(OPCODES.binary, Buffer.from([9, 9])),
      'PHX_BAD_FRAME',
    ],
    ['a truncated binary frame', rawFrame(OPCODES.binary, Buffer.from([0, 200])), 'PHX_BAD_FRAME'],
    [
      "a client's own event",
      rawFrame(OPCODES.text, `["1","1","${TOPIC}","phx_join",{}]`),
      'PHX_UNEXPECTED_MESSAGE',
    ],
    [
      'a reply without a status',
      rawFrame(OPCODES.text, `["1","1","${TOPIC}","phx_reply",{}]`),
      'PHX_UNEXPECTED_MESSAGE',
    ],
  ])('%s', async (_what, bytes, code) => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using proxy = await FaultProxy.start(double.port);
    const misread = new Listener('frame.misread');
    const worker = new RecordingWorker({ [TOPIC]: {} });
    const options = { ...QUICK, url: proxy.urlOf('/socket'), telemetry: misread };
    await using _client = worker.start(options);
    await worker.next('handleJoined');

    proxy.inject(bytes);
    double.push(TOPIC, 'news', { n: 1 });

    expect(await worker.next('handleMessage')).toEqual(NEWS);
    expect(misread.facts).toMatchObject([{ name: 'frame.misread', code }]);
    expect(worker.callbacks).toEqual(['handleConnected', 'handleJoined', 'handleMessage']);
  });
});

class Listener implements Telemetry {
  readonly facts: TelemetryFact[] = [];
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  fact(fact: TelemetryFact): void {
    if (fact.name === this.#name) this.facts.push(fact);
  }
}
