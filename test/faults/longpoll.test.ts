/** A worker over long poll: it does what it does over WebSocket, and comes back from every end. */

import { describe, expect, test } from 'vitest';
import { PhoenixDouble, type PhoenixDoubleOptions, seedChannels } from '../../src/testing/index.js';
import type { ClientOptions } from '../../src/index.js';
import { QUICK } from '../support/fault-options.js';
import { RecordingWorker } from '../support/recording-worker.js';

const TOPIC = 'ping:1';

/** Only the end of a GET's window tells a client that its session is gone. */
const SHORT = { longPoll: { window: 200, pubsubTimeout: 20, sessionTimeout: 60_000 } };

const OPTIONS: ClientOptions = { ...QUICK, transports: ['longpoll'] };

async function joined(doubleOptions: PhoenixDoubleOptions = SHORT, options: ClientOptions = {}) {
  const double = await PhoenixDouble.start(seedChannels(), doubleOptions);
  const worker = new RecordingWorker({ [TOPIC]: {} });
  const client = worker.start({ ...OPTIONS, ...options, url: double.url });
  expect(await worker.next('handleConnected')).toEqual({ attempt: 1, transport: 'longpoll' });
  await worker.next('handleJoined');
  const release = async (): Promise<void> => {
    await client[Symbol.asyncDispose]();
    await double[Symbol.asyncDispose]();
  };
  return { double, worker, client, [Symbol.asyncDispose]: release };
}

test('pushes are answered in order, bytes among them', async () => {
  await using run = await joined();
  const numbers = Array.from({ length: 250 }, (_, n) => n);
  const replies = numbers.map((n) => run.worker.pushEvent(TOPIC, 'echo', { n }).ok());
  expect(await Promise.all(replies)).toEqual(numbers.map((n) => ({ n })));
});

describe('a session that ends without a word is told with 3410, and the worker joins again:', () => {
  test.each([
    [
      'kicked',
      async (double: PhoenixDouble) => {
        double.kick();
      },
    ],
    [
      'cut',
      async (double: PhoenixDouble) => {
        double.cut();
      },
    ],
    ['drained', (double: PhoenixDouble) => double.drain()],
  ])('%s', async (_how, end) => {
    await using run = await joined();
    await end(run.double);
    const { close, attempt } = await run.worker.next('handleDisconnected');
    expect(close).toMatchObject({ cause: 'peer', code: 3410, status: null });
    expect(attempt).toBe(1);
    expect((await run.worker.next('handleJoined')).gap).not.toBeNull();
    expect(await run.worker.pushEvent(TOPIC, 'echo', { again: 1 }).ok()).toEqual({ again: 1 });
  });
});

test('a channel that crashes is joined again in the same session', async () => {
  await using run = await joined();
  run.double.crash(TOPIC);
  expect(await run.worker.next('handleChannelClosed')).toMatchObject({ cause: 'crashed' });
  await run.worker.next('handleJoined');
  expect(run.double.dials).toHaveLength(1);
});

test('a server that restarts on its port is joined again, and a push made meanwhile arrives', async () => {
  await using run = await joined();
  const stopped = run.double.stop();
  const { close } = await run.worker.next('handleDisconnected');
  const push = run.worker.pushEvent(TOPIC, 'echo', { text: 'meanwhile' });
  await stopped;
  await run.double.restart();
  expect(close).toMatchObject({ cause: 'network', code: 1006 });
  await run.worker.next('handleJoined');
  expect(await push.ok()).toEqual({ text: 'meanwhile' });
});

test('a server that answers 503 to all ends the session with it, and is dialed until it is well', async () => {
  await using run = await joined();
  run.double.faults.refuse(503);
  const { close } = await run.worker.next('handleDisconnected');
  expect(close).toMatchObject({ cause: 'refused', status: 503 });
  run.double.faults.heal();
  await run.worker.next('handleJoined');
});

test('a half-open server is noticed by the heartbeat', async () => {
  await using run = await joined(SHORT, { heartbeat: { interval: 20, timeout: 20 } });
  run.double.faults.halfOpen();
  const { close } = await run.worker.next('handleDisconnected');
  expect(close.cause).toBe('heartbeatTimeout');
  run.double.faults.heal();
  await run.worker.next('handleJoined');
});

test('bytes from the server that are no UTF-8 cost the session: long poll cannot carry them', async () => {
  await using run = await joined();
  run.double.push(TOPIC, 'bytes', new Uint8Array([0xff]));
  const { close } = await run.worker.next('handleDisconnected');
  expect(close).toMatchObject({ cause: 'refused', status: 500 });
  await run.worker.next('handleJoined');
});

test('bytes from the server that are UTF-8 arrive as bytes', async () => {
  await using run = await joined();
  run.double.push(TOPIC, 'bytes', new Uint8Array([1, 2, 3]));
  const { payload } = await run.worker.next('handleMessage');
  expect(payload).toEqual(new Uint8Array([1, 2, 3]));
});

test('a push that no server takes by long poll throws, and costs nobody the session', async () => {
  await using run = await joined();
  const payload = { x: 'x'.repeat(8_000_000) };
  const push = () => run.worker.pushEvent(TOPIC, 'echo', payload);
  expect(push).toThrow(expect.objectContaining({ code: 'PHX_ENCODING', topic: TOPIC }));
  expect(push).toThrow(/bytes, and servers take 8000000 by long poll: send less at a time/);
  expect(await run.worker.pushEvent(TOPIC, 'echo', { small: 1 }).ok()).toEqual({ small: 1 });
});

test('a drain delivers what is under way, leaves, and lets the session be', async () => {
  await using run = await joined();
  const reply = run.worker.pushEvent(TOPIC, 'echo', { last: 1 }).ok();
  const report = await run.client.drain();
  expect(await reply).toEqual({ last: 1 });
  expect(report).toEqual({ settled: 1, unsent: 0, persisted: 0, unanswered: 0, forced: false });
  expect(run.double.subscribers(TOPIC)).toBe(0);
});

test('version 1 works, each frame in a POST of its own', async () => {
  await using run = await joined(SHORT, { serializer: 'v1' });
  const replies = [1, 2, 3].map((n) => run.worker.pushEvent(TOPIC, 'echo', { n }).ok());
  expect(await Promise.all(replies)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});
