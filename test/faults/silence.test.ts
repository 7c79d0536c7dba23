/** Peers that fall silent without a word: the worker notices, in time, and comes back. */

import { describe, expect, test } from 'vitest';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { QUICK, STILL } from '../support/fault-options.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { ClockedWorker } from '../support/fault-worker.js';
import { RecordingWorker } from '../support/recording-worker.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const TOPIC = 'ping:1';
/** Sixteen of these are more than the system buffers between two ends. */
const MEBIBYTE = 1024 * 1024;

describe('a half-open peer', () => {
  test('is found dead by a heartbeat, and the worker comes back and says what it may have missed', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const worker = new RecordingWorker({ [TOPIC]: {} });
    const heartbeat = { interval: 40, timeout: 40 };
    await using _client = worker.start({ ...QUICK, url: double.url, heartbeat });
    expect(await worker.next('handleJoined')).toMatchObject({ topic: TOPIC, gap: null });

    double.faults.halfOpen();
    const { close, attempt } = await worker.next('handleDisconnected');
    double.faults.heal();
    const joined = await worker.next('handleJoined');

    expect(close).toMatchObject({ cause: 'heartbeatTimeout', code: 1006, status: null });
    expect(attempt).toBe(1);
    expect(joined).toMatchObject({ topic: TOPIC, gap: { topic: TOPIC, dropped: null } });
    expect(joined.gap!.to.getTime()).toBeGreaterThanOrEqual(joined.gap!.from.getTime());
  });

  test('is found dead after one interval and one timeout, and not before', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ [TOPIC]: {} });
    const heartbeat = { interval: 300, timeout: 200 };
    await using client = worker.startOn(clock, { ...STILL, url: double.url, heartbeat });
    await worker.next('handleJoined');

    double.faults.halfOpen();
    clock.advance(300 + 200 - 1);
    expect(client.status.state).toBe('connected');
    clock.advance(1);

    expect(client.status.state).toBe('backingOff');
    expect(client.status.close).toMatchObject({ cause: 'heartbeatTimeout' });
  });

  test('gets no answer to a push, which settles as soon as the peer is found dead', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const worker = new RecordingWorker({ [TOPIC]: {} });
    const heartbeat = { interval: 40, timeout: 40 };
    await using _client = worker.start({ ...QUICK, url: double.url, heartbeat });
    await worker.next('handleJoined');

    double.faults.halfOpen();
    const outcome = await worker.pushEvent(TOPIC, 'ping').outcome();

    expect(outcome).toMatchObject({
      ok: false,
      error: { code: 'PHX_PUSH_LOST', delivered: 'unknown' },
    });
  });
});

test('a peer that stops reading while much is pushed is found out by the bytes that do not leave', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  const worker = new RecordingWorker({ [TOPIC]: {} });
  const websocket = { writeTimeout: 80, closeTimeout: 50 };
  const options = { ...QUICK, heartbeat: false, websocket, outbox: { size: '64MiB' } } as const;
  await using _client = worker.start({ ...options, url: double.url });
  await worker.next('handleJoined');

  double.faults.halfOpen();
  const payload = { text: 'x'.repeat(MEBIBYTE) };
  const pushes = Array.from({ length: 16 }, () => worker.pushEvent(TOPIC, 'noreply', payload));
  const first = pushes[0]!.outcome();
  const { close } = await worker.next('handleDisconnected');
  double.faults.heal();

  expect(close).toMatchObject({ cause: 'writeTimeout', code: 1006 });
  expect(await first).toMatchObject({ ok: false, error: { code: 'PHX_PUSH_LOST' } });
  expect((await worker.next('handleJoined')).gap).not.toBeNull();
});

test('a server that accepts the connection and never answers the upgrade is given up in time', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  double.faults.stall();
  const worker = new RecordingWorker({ [TOPIC]: {} });
  const options = { ...QUICK, url: double.url, timeouts: { connect: 50 } };
  await using _client = worker.start(options);

  const { close } = await worker.next('handleDisconnected');
  double.faults.heal();

  expect(close).toMatchObject({ cause: 'connectTimeout', code: 1006, status: null });
  await worker.next('handleJoined');
});

test('a connection cut in the middle of a frame loses that frame and nothing after it', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using proxy = await FaultProxy.start(double.port);
  const worker = new RecordingWorker({ [TOPIC]: {} });
  await using _client = worker.start({ ...QUICK, url: proxy.urlOf('/socket') });
  await worker.next('handleJoined');

  proxy.obey([{ to: 'client', when: { bytes: 30 }, do: { kind: 'cut' }, times: 1 }]);
  double.push(TOPIC, 'news', { text: 'this one is cut in two' });
  const { close } = await worker.next('handleDisconnected');
  const { gap } = await worker.next('handleJoined');
  double.push(TOPIC, 'news', { text: 'this one is whole' });

  expect(close).toMatchObject({ cause: 'peer', code: 1006 });
  expect(gap).not.toBeNull();
  expect(await worker.next('handleMessage')).toEqual({
    topic: TOPIC,
    event: 'news',
    payload: { text: 'this one is whole' },
  });
});
