/** A server that refuses a join as "unauthorized", for an hour. */

import { expect, test, vi } from 'vitest';
import { type ChannelTable, PhoenixDouble } from '../../src/testing/index.js';
import { OfficialClient } from '../conformance/official-client.js';
import { OurClient } from './our-client.js';
import { simulateTime } from './simulated-time.js';

const TOPIC = 'vault:1';
const HOUR = 3_600_000;
const UNAUTHORIZED = { reason: 'unauthorized' };
const CLOSED: ChannelTable = { [TOPIC]: { join: (_, channel) => channel.refuse(UNAUTHORIZED) } };

test('phoenix.js joins again after 1, 2, 5 and then every 10 s, without end: 363 joins in an hour', async () => {
  simulateTime();
  await using double = await PhoenixDouble.start(CLOSED);
  await using client = new OfficialClient(double.url);
  await client.connect();
  const askedAt: number[] = [];
  const refusals: unknown[] = [];
  const channel = client.channel(TOPIC, () => {
    askedAt.push(Date.now());
    return {};
  });
  channel.join().receive('error', (response: unknown) => refusals.push(response));
  while (Date.now() < HOUR) {
    await client.until(() => client.heard.length === client.said.length);
    vi.advanceTimersToNextTimer();
  }
  const within = askedAt.filter((at) => at < HOUR);
  expect(within.slice(0, 6)).toEqual([0, 1000, 3000, 8000, 18_000, 28_000]);
  expect(within).toHaveLength(363);
  expect(refusals.slice(0, within.length)).toEqual(within.map(() => UNAUTHORIZED));
});

test('ours tries five times at that pace and then every few minutes: 23 joins in an hour', async () => {
  await using double = await PhoenixDouble.start(CLOSED);
  await using ours = new OurClient({ [TOPIC]: {} }, { url: double.url });
  const delays: number[] = [];
  while (ours.clock.monotonic() < HOUR) {
    const { attempt, retryIn, error } = await ours.worker.next('handleJoinError');
    expect(error).toMatchObject({ code: 'PHX_JOIN_REFUSED', response: UNAUTHORIZED });
    expect(attempt).toBe(delays.length + 1);
    delays.push(retryIn ?? 0);
    ours.clock.advance(retryIn ?? 0);
  }
  expect(delays.slice(0, 5)).toEqual([750, 1500, 3750, 7500, 7500]);
  expect(delays.slice(5, 8)).toEqual([45_000, 90_000, 180_000]);
  expect(new Set(delays.slice(8))).toEqual(new Set([225_000]));
  expect(delays).toHaveLength(23);
  expect(double.dials).toHaveLength(1);
});

test('ours takes the first refusal as final when it is told to', async () => {
  await using double = await PhoenixDouble.start(CLOSED);
  const rejoin = { refused: false } as const;
  await using ours = new OurClient({ [TOPIC]: {} }, { url: double.url, rejoin });
  const refused = await ours.worker.next('handleJoinError');
  expect(refused).toMatchObject({ attempt: 1, retryIn: null });
  ours.clock.advance(HOUR);
  expect(ours.client.status.channels.size).toBe(0);
  expect(ours.worker.untaken('handleJoinError')).toBe(0);
});
