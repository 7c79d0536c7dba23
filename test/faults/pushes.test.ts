/** Pushes that a fault overtakes: each of them settles, and what waits stays bounded. */

import { describe, expect, test } from 'vitest';
import type { Outcome, Push, PushError } from '../../src/index.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { QUICK, STILL } from '../support/fault-options.js';
import { ClockedWorker } from '../support/fault-worker.js';
import { RecordingWorker } from '../support/recording-worker.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const TOPIC = 'ping:1';
/** Seconds on an idle machine; it may not be idle. */
const PATIENCE = 60_000;

test('a stop with a push in flight settles it at once and leaves no timer', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  const clock = new SimulatedClock();
  const worker = new ClockedWorker({ [TOPIC]: {} });
  await using client = worker.startOn(clock, { ...STILL, url: double.url });
  await worker.next('handleJoined');
  const push = worker.pushEvent(TOPIC, 'noreply', {}, { timeout: '1h' });
  const outcome = push.outcome();
  await push.sent();

  const reason = await client.stop('enough');

  expect(reason).toEqual({ kind: 'requested', reason: 'enough' });
  expect(await outcome).toMatchObject({
    ok: false,
    error: { code: 'PHX_PUSH_LOST', delivered: 'unknown' },
  });
  expect(clock.pending).toBe(0);
  expect(worker.callbacks).toEqual(['handleConnected', 'handleJoined', 'terminate']);
});

test('a push in flight settles when the connection is cut, and one made after it goes out later', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  const worker = new RecordingWorker({ [TOPIC]: {} });
  await using _client = worker.start({ ...QUICK, url: double.url });
  await worker.next('handleJoined');
  const lost = worker.pushEvent(TOPIC, 'noreply');
  await lost.sent();

  double.cut();
  await worker.next('handleDisconnected');
  const late = worker.pushEvent(TOPIC, 'echo', { n: 1 });

  expect(await lost.outcome()).toMatchObject({
    ok: false,
    error: { code: 'PHX_PUSH_LOST', delivered: 'unknown' },
  });
  expect(await late.ok()).toEqual({ n: 1 });
});

describe('pushes while down', () => {
  test(
    '200 000 of them leave 1000 waiting, the rest fail at once, and all of them settle',
    async () => {
      const count = 200_000;
      await using double = await PhoenixDouble.start(seedChannels());
      const worker = new RecordingWorker();
      await using _client = worker.start({ ...QUICK, url: double.url, autoConnect: false });
      const settled = new Settled();
      worker.joinTopic(TOPIC);

      for (let n = 0; n < count; n += 1) settled.watch(worker.pushEvent(TOPIC, 'echo', { n }));
      await settled.until(count - 1000);
      expect(settled.counts).toEqual({ PHX_PUSH_DROPPED: count - 1000 });

      worker.connectNow();
      await settled.until(count);
      expect(settled.counts).toEqual({ PHX_PUSH_DROPPED: count - 1000, ok: 1000 });
    },
    PATIENCE,
  );

  test('those of 64 KiB leave no more than 4 MiB waiting', async () => {
    const payload = { text: 'x'.repeat(64 * 1024) };
    const worker = new RecordingWorker();
    await using client = worker.start({ autoConnect: false });
    const settled = new Settled();
    worker.joinTopic(TOPIC);

    for (let n = 0; n < 100; n += 1) settled.watch(worker.pushEvent(TOPIC, 'echo', payload));
    await settled.until(100 - 63);
    expect(settled.counts).toEqual({ PHX_PUSH_DROPPED: 100 - 63 });

    await client.stop();
    await settled.until(100);
    expect(settled.counts).toEqual({ PHX_PUSH_DROPPED: 100 });
  });
});

test('pushes beyond the outbox that nobody asks about are told to handlePushError, each once', async () => {
  const count = 20_000;
  const worker = new RecordingWorker();
  await using _client = worker.start({ autoConnect: false });
  worker.joinTopic(TOPIC);

  for (let n = 0; n < count; n += 1) worker.pushEvent(TOPIC, 'echo', { n });

  const { error, payload } = await worker.next('handlePushError');
  expect(payload).toEqual({ n: 1000 });
  expect(error).toMatchObject({ code: 'PHX_PUSH_DROPPED', delivered: 'no' });
  expect(worker.untaken('handlePushError')).toBe(count - 1000 - 1);
});

/** Counts how pushes ended, and tells when so many of them have. */
class Settled {
  readonly counts: { [ending: string]: number } = {};
  #total = 0;
  #expected = Infinity;
  #reached: () => void = () => undefined;

  watch(push: Push): void {
    void push.outcome().then((outcome) => {
      this.#count(outcome);
    });
  }

  until(total: number): Promise<void> {
    this.#expected = total;
    if (this.#total >= total) return Promise.resolve();
    return new Promise((resolve) => {
      this.#reached = resolve;
    });
  }

  #count(outcome: Outcome<unknown, PushError>): void {
    const ending = outcome.ok ? 'ok' : outcome.error.code;
    this.counts[ending] = (this.counts[ending] ?? 0) + 1;
    this.#total += 1;
    if (this.#total === this.#expected) this.#reached();
  }
}
