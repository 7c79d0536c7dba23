/** Servers that close, drain, restart or are not there yet: every one of these ends in a return. */

import { describe, expect, test } from 'vitest';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { QUICK, STILL } from '../support/fault-options.js';
import { ClockedWorker } from '../support/fault-worker.js';
import { RecordingWorker } from '../support/recording-worker.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const TOPIC = 'ping:1';

describe('a close by the server is told with its code, and the worker comes back:', () => {
  test.each([1000, 1001, 1002, 1011, 1012])('%i', async (code) => {
    await using double = await PhoenixDouble.start(seedChannels());
    const worker = new RecordingWorker({ [TOPIC]: {} });
    await using _client = worker.start({ ...QUICK, url: double.url });
    await worker.next('handleJoined');

    double.kick(code);

    const { close, attempt } = await worker.next('handleDisconnected');
    expect(close).toEqual({ cause: 'peer', code, reason: '', status: null });
    expect(attempt).toBe(1);
    expect((await worker.next('handleJoined')).gap).not.toBeNull();
  });

  test('none at all, which is 1006', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const worker = new RecordingWorker({ [TOPIC]: {} });
    await using _client = worker.start({ ...QUICK, url: double.url });
    await worker.next('handleJoined');

    double.cut();

    const { close } = await worker.next('handleDisconnected');
    expect(close).toMatchObject({ cause: 'peer', code: 1006, status: null });
    expect((await worker.next('handleJoined')).gap).not.toBeNull();
  });
});

describe('after 1012, which a whole fleet is told at once, the return is spread over 5 s:', () => {
  test.each([
    [0, 0],
    [0.5, 2500],
    [0.999, 4995],
  ])('a draw of %d waits %i ms', async (chance, retryIn) => {
    await using double = await PhoenixDouble.start(seedChannels());
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ [TOPIC]: {} });
    await using client = worker.startOn(clock, { ...STILL, url: double.url }, chance);
    await worker.next('handleJoined');

    double.kick(1012);

    expect((await worker.next('handleDisconnected')).retryIn).toBe(retryIn);
    clock.advance(retryIn - 1);
    expect(client.status.state).toBe('backingOff');
    clock.advance(1);
    await worker.next('handleJoined');
  });
});

test('a server that is down at the start is reached as soon as it is up', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await double.stop();
  const worker = new RecordingWorker({ [TOPIC]: {} });
  await using _client = worker.start({ ...QUICK, url: double.url });

  const { close } = await worker.next('handleDisconnected');
  await double.restart();

  expect(close).toMatchObject({ cause: 'network', code: 1006, status: null });
  expect(close.reason).toContain('ECONNREFUSED');
  expect(await worker.next('handleJoined')).toMatchObject({ topic: TOPIC, gap: null });
});

test('a server that restarts on its port is joined again, and a push made meanwhile arrives', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  const worker = new RecordingWorker({ [TOPIC]: {} });
  await using _client = worker.start({ ...QUICK, url: double.url });
  await worker.next('handleJoined');

  const stopped = double.stop();
  await worker.next('handleDisconnected');
  const push = worker.pushEvent(TOPIC, 'echo', { text: 'meanwhile' });
  await stopped;
  await double.restart();

  expect((await worker.next('handleJoined')).gap).not.toBeNull();
  expect(await push.ok()).toEqual({ text: 'meanwhile' });
});

test('a server that drains says 1012, and the worker rejoins all its topics at the next one', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  const topics = ['ping:1', 'ping:2', 'rooms:lobby'];
  const clock = new SimulatedClock();
  const worker = new ClockedWorker(Object.fromEntries(topics.map((topic) => [topic, {}])));
  await using _client = worker.startOn(clock, { ...STILL, url: double.url });
  for (const _topic of topics) await worker.next('handleJoined');

  await double.restart({ drain: true });
  const { close, retryIn } = await worker.next('handleDisconnected');
  clock.advance(retryIn!);
  const rejoined = [];
  for (const _topic of topics) rejoined.push((await worker.next('handleJoined')).topic);

  expect(close).toMatchObject({ cause: 'peer', code: 1012 });
  expect(rejoined).toEqual(topics);
});
