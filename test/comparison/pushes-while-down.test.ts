/** Two hundred thousand pushes while the server is down. */

import type { Channel } from 'phoenix';
import { expect, test, vi } from 'vitest';
import { type ChannelTable, noReply, PhoenixDouble } from '../../src/testing/index.js';
import { Arrivals } from '../../src/transport/arrivals.js';
import { OfficialClient } from '../conformance/official-client.js';
import { OurClient } from './our-client.js';
import { simulateTime } from './simulated-time.js';

const TOPIC = 'count:1';
const MANY = 200_000;
/** What phoenix.js sends when it is joined costs the square of what it holds. */
const SOME = 3000;
const LIMIT = 1000;
/** Seconds on an idle machine; it may not be idle. */
const PATIENCE = 60_000;

vi.setConfig({ testTimeout: PATIENCE });

class Counter {
  readonly heard = new Arrivals<object>();
  readonly channels: ChannelTable = {
    [TOPIC]: {
      handle: {
        count: (payload) => {
          this.heard.put(payload as object);
          return noReply;
        },
      },
    },
  };

  /** Takes this many pushes, which must be numbered in order. */
  async takes(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) expect(await this.heard.next()).toEqual({ n });
  }
}

test('phoenix.js holds all 200 000, each with a timer', async () => {
  simulateTime();
  await using double = await PhoenixDouble.start({});
  await double.stop();
  await using client = new OfficialClient(double.url);
  const channel = client.channel(TOPIC);
  channel.join();
  const timers = vi.getTimerCount();
  for (let n = 0; n < MANY; n += 1) channel.push('count', { n });
  expect(held(channel)).toBe(MANY);
  expect(vi.getTimerCount() - timers).toBe(MANY);
});

test('phoenix.js sends all that it held when it is joined', async () => {
  simulateTime();
  const counter = new Counter();
  await using double = await PhoenixDouble.start(counter.channels);
  await double.stop();
  await using client = new OfficialClient(double.url);
  const channel = client.channel(TOPIC);
  channel.join();
  for (let n = 0; n < SOME; n += 1) channel.push('count', { n });
  await double.restart();
  client.socket.connect();
  await counter.takes(SOME);
});

test('ours holds the first 1000 and fails the others at once, as never sent', async () => {
  const counter = new Counter();
  await using double = await PhoenixDouble.start(counter.channels);
  await double.stop();
  await using ours = new OurClient({ [TOPIC]: {} }, { url: double.url });
  const { retryIn } = await ours.worker.next('handleDisconnected');
  const outcomes = Array.from({ length: MANY }, (_, n) =>
    ours.worker.pushEvent(TOPIC, 'count', { n }).outcome(),
  );
  const failed = await Promise.all(outcomes.slice(LIMIT));
  const fates = failed.map((fate) =>
    fate.ok ? 'ok' : `${fate.error.code}, ${fate.error.delivered}`,
  );
  expect(new Set(fates)).toEqual(new Set(['PHX_PUSH_DROPPED, no']));

  await double.restart();
  ours.clock.advance(retryIn ?? 0);
  await counter.takes(LIMIT);
  await ours.client.stop();
  expect(counter.heard.pending).toBe(0);
});

/** Its buffer is not public; nothing else tells how much it holds. */
function held(channel: Channel): number {
  return (channel as unknown as { readonly pushBuffer: readonly unknown[] }).pushBuffer.length;
}
