/** A server that refuses the upgrade with 403 and asks for 30 s of peace. */

import { expect, test, vi } from 'vitest';
import { PhoenixDouble } from '../../src/testing/index.js';
import { OfficialClient } from '../conformance/official-client.js';
import { OurClient } from './our-client.js';
import { simulateTime } from './simulated-time.js';

const PEACE = { 'retry-after': '30' };
const SPAN = 2300;

test('phoenix.js dials 9 times in 2.3 s, and has the status in a text only', async () => {
  simulateTime();
  await using double = await PhoenixDouble.start({});
  double.faults.refuse(403, PEACE);
  await using client = new OfficialClient(double.url);
  client.socket.connect();
  while (Date.now() < SPAN) {
    const losses = client.codes.length;
    await client.until(() => client.codes.length > losses);
    vi.advanceTimersToNextTimer();
  }
  const dialedAt = double.dials.map(({ at }) => at).filter((at) => at < SPAN);
  expect(dialedAt).toEqual([0, 10, 60, 160, 310, 510, 760, 1260, 2260]);
  expect(new Set(client.errors)).toEqual(new Set(['Unexpected server response: 403']));
  expect(new Set(client.codes)).toEqual(new Set([1006]));
});

test('ours waits the 30 s, more from the second refusal on, and tells the status and the header', async () => {
  await using double = await PhoenixDouble.start({});
  double.faults.refuse(403, PEACE);
  await using ours = new OurClient({}, { url: double.url });
  for (const retryIn of [30_250, 45_000, 45_000]) {
    const refused = await ours.worker.next('handleDisconnected');
    expect(refused).toMatchObject({ retryIn, close: { cause: 'refused', status: 403 } });
    expect(refused.close.response?.headers).toMatchObject(PEACE);
    ours.clock.advance(retryIn);
  }
  expect(ours.dialedAt).toEqual([0, 30_250, 75_250, 120_250]);
});

test('ours does not dial into the 30 s even when its worker asks for it in a loop', async () => {
  await using double = await PhoenixDouble.start({});
  double.faults.refuse(403, PEACE);
  await using ours = new OurClient({}, { url: double.url });
  await ours.worker.next('handleDisconnected');
  for (let asked = 0; asked < 299; asked += 1) {
    ours.worker.connectNow();
    ours.clock.advance(100);
  }
  expect(ours.dialedAt).toEqual([0]);
  ours.clock.advance(100);
  expect(ours.dialedAt).toEqual([0, 30_000]);
});
