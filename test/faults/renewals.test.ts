/** Connections of limited age against a real server: a fleet that began together renews one by one. */

import { expect, onTestFinished, test } from 'vitest';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { STILL } from '../support/fault-options.js';
import { ClockedWorker } from '../support/fault-worker.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const TOPIC = 'ping:1';
const AGE = 100_000;
const CLIENTS = 5;
/** How often a connection that is due looks for a quiet moment. */
const CHECK = 50;

test('clients that connected together are renewed at times of their own', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  const clock = new SimulatedClock();
  const options = { ...STILL, maxConnectionAge: AGE, url: double.url };
  const workers = Array.from({ length: CLIENTS }, () => new ClockedWorker({ [TOPIC]: {} }));
  for (const [at, worker] of workers.entries()) {
    const client = worker.startOn(clock, options, at / CLIENTS);
    onTestFinished(async () => {
      await client.stop();
    });
    await worker.next('handleJoined');
  }

  for (const [at, worker] of workers.entries()) {
    const age = AGE * (0.75 + (0.25 * at) / CLIENTS);
    clock.advance(age + CHECK - clock.monotonic());
    await expect(worker.next('handleDisconnected')).resolves.toMatchObject({
      close: { cause: 'renewed', code: 1000 },
      attempt: 0,
      retryIn: 0,
    });
    clock.advance(0);
    const { gap } = await worker.next('handleJoined');
    expect(gap).toMatchObject({ topic: TOPIC });
    expect(double.dials).toHaveLength(CLIENTS + at + 1);
    const early = workers.slice(at + 1).map((each) => each.untaken('handleDisconnected'));
    expect(early).toEqual(early.map(() => 0));
  }
});
