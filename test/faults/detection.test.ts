/** How long a fault goes unnoticed, by the default policies and by short ones, in simulated time. */

import { expect, test } from 'vitest';
import type { ClientOptions } from '../../src/index.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { STILL } from '../support/fault-options.js';
import { ClockedWorker } from '../support/fault-worker.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const TOPIC = 'ping:1';
const HOUR = 3_600_000;

test.each<[string, ClientOptions, number]>([
  ['by default', {}, 10_000],
  ['by a short policy', { timeouts: { connect: '1s' } }, 1000],
])(
  'a handshake that stalls is given up %s after its deadline, not before',
  async (_, options, ms) => {
    await using double = await PhoenixDouble.start(seedChannels());
    double.faults.stall();
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ [TOPIC]: {} });
    await using client = worker.startOn(clock, { ...STILL, ...options, url: double.url });
    await expect.poll(() => client.status.state).toBe('connecting');

    clock.advance(ms - 1);
    expect(client.status.state).toBe('connecting');
    clock.advance(1);

    expect(await worker.next('handleDisconnected')).toMatchObject({
      close: { cause: 'connectTimeout' },
    });
    double.faults.heal();
  },
);

/** The sleep is seen by a look every 5 s, and the heartbeat that follows has its own timeout. */
test.each<[string, ClientOptions['heartbeat'], number]>([
  ['by default after 15 s', {}, 15_000],
  ['by a short timeout after 6 s', { timeout: '1s' }, 6000],
])(
  'a peer that has gone during a sleep is noticed %s, and not only by the next heartbeat',
  async (_, heartbeat, ms) => {
    await using double = await PhoenixDouble.start(seedChannels());
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ [TOPIC]: {} });
    const options = { ...STILL, ...(heartbeat !== undefined && { heartbeat }), url: double.url };
    await using client = worker.startOn(clock, options);
    await worker.next('handleJoined');

    double.faults.halfOpen();
    clock.sleep(HOUR);
    clock.advance(ms - 1);
    expect(client.status.state).toBe('connected');
    clock.advance(1);

    expect(await worker.next('handleDisconnected')).toMatchObject({
      close: { cause: 'heartbeatTimeout' },
    });
    double.faults.heal();
  },
);
