/** A peer that is gone without a word: the connection stays, and nothing comes over it. */

import { expect, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { OfficialClient } from '../conformance/official-client.js';
import { OurClient } from './our-client.js';
import { simulateTime } from './simulated-time.js';

const TOPIC = 'ping:1';

test.each([
  { interval: 1000, returned: 3510 },
  { interval: 30_000, returned: 61_510 },
])(
  'phoenix.js with a heartbeat of $interval ms is back after $returned ms',
  async ({ interval, returned }) => {
    simulateTime();
    await using double = await PhoenixDouble.start(seedChannels(), { idleTimeout: 600_000 });
    await using client = new OfficialClient(double.url, { heartbeatIntervalMs: interval });
    await client.connect();
    const channel = await client.join(TOPIC);
    double.faults.halfOpen();
    vi.advanceTimersByTime(returned - 1);
    double.faults.heal();
    vi.advanceTimersByTime(1);
    await client.until(() => channel.state === 'joined');
    expect(double.dials.map(({ at }) => at)).toEqual([0, returned]);
  },
);

test.each([
  ['with a heartbeat of 1 s notices after 2 s', { interval: '1s', timeout: '1s' }, 2000],
  ['by default notices after 35 s', {}, 35_000],
] as const)('ours %s, and is back after a back-off', async (_what, heartbeat, noticed) => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using ours = new OurClient({ [TOPIC]: {} }, { url: double.url, heartbeat });
  await ours.worker.next('handleJoined');
  double.faults.halfOpen();
  ours.clock.advance(noticed);
  double.faults.heal();
  expect(await ours.worker.next('handleDisconnected')).toMatchObject({
    close: { cause: 'heartbeatTimeout', code: 1006 },
    retryIn: 250,
  });
  ours.clock.advance(250);
  await ours.worker.next('handleJoined');
  expect(ours.dialedAt).toEqual([0, noticed + 250]);
});
