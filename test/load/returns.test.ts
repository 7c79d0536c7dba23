/** The return of a fleet in simulated time: spread over the window of the policy, and calm while the server is away. */

import { expect, test } from 'vitest';
import { GenSocketClient } from '../../src/index.js';
import { lost } from '../../src/protocol/close.js';
import { environmentOf, optionsIn } from '../../src/sockets/environment.js';
import { Chance } from '../support/chart-chance.js';
import { MemoryPhoenix } from '../support/memory-phoenix.js';
import { pass, quiet } from '../support/passing-time.js';
import { SimulatedClock } from '../support/simulated-clock.js';
import { histogram, Returns } from './returns.js';

const CLIENTS = 200;
const SEED = 5;

class Fleet extends GenSocketClient {}

async function loseAll(away: number): Promise<Returns> {
  const clock = new SimulatedClock();
  const returns = new Returns();
  let isAway = false;
  const phoenix = new MemoryPhoenix({
    dial: (dial) => {
      if (!isAway) return 'accept';
      dial.fail(lost('network', 'ECONNREFUSED'));
      return null;
    },
  });
  const { random } = new Chance(SEED);
  const options = {
    url: 'ws://phoenix/socket',
    transports: [phoenix.transport],
    heartbeat: false,
  } as const;
  const clients = Array.from({ length: CLIENTS }, () => {
    const telemetry = returns.listener(() => clock.monotonic());
    return new Fleet().start(optionsIn(environmentOf(clock, random, telemetry), options));
  });
  await quiet();
  expect(clients.every(({ status }) => status.state === 'connected')).toBe(true);

  returns.lost(clock.monotonic());
  isAway = away > 0;
  for (const session of phoenix.sessions) session.cut();
  await pass(clock, away);
  isAway = false;
  await pass(clock, 60_000);
  const stopped = Promise.all(clients.map((client) => client.stop()));
  await pass(clock, 10_000);
  await stopped;
  expect(clock.pending).toBe(0);
  return returns;
}

test('a fleet whose server comes back at once returns within half a second, and evenly', async () => {
  const { drawn, returns, hasty } = await loseAll(0);

  expect(returns).toHaveLength(CLIENTS);
  expect(Math.max(...returns)).toBeLessThanOrEqual(500);
  expect(histogram(drawn, 50)).toHaveLength(10);
  expect(Math.max(...histogram(drawn, 50)) / CLIENTS).toBeLessThan(0.2);
  expect(hasty).toBe(0);
});

test('a fleet whose server is away for ten seconds dials ever more rarely, and is all back', async () => {
  const { returns, dials, hasty } = await loseAll(10_000);

  expect(returns).toHaveLength(CLIENTS);
  expect(Math.min(...returns)).toBeGreaterThanOrEqual(10_000);
  expect(Math.max(...returns)).toBeLessThan(10_000 + 30_000 + 1000);
  expect(Math.max(...histogram(returns, 1000)) / CLIENTS).toBeLessThan(0.5);
  // Half of 0.5, 1, 2, 4 and 8 s each: about five dials in ten seconds, and the one that succeeds.
  expect(dials.length / CLIENTS).toBeLessThan(7);
  expect(hasty).toBe(0);
});
