/** Lets chance drive a whole client, and looks after each step whether what was promised holds. */

import { expect, test } from 'vitest';
import { channelMachine, socketMachine } from '../../src/charts.js';
import { v1, v2 } from '../../src/index.js';
import { restingStates } from '../support/chart-run.js';
import { walk } from '../support/chart-walk.js';

const STEPS = 20_000;
const TIMEOUT = 60_000;
/** `WALK_SEED=7` walks another way. */
const FIRST = Number(process.env['WALK_SEED'] ?? 1);

test('whatever happens, in any order, the client keeps every promise', {
  timeout: TIMEOUT,
}, async () => {
  const visited = new Set<string>();
  for (let seed = FIRST; seed < FIRST + 3; seed += 1) {
    expect(await walk(seed, STEPS, v2, visited)).toBeNull();
  }
  expect([...visited].sort()).toEqual(
    [
      ...restingStates(channelMachine).map((state) => `channel.${state}`),
      ...restingStates(socketMachine).map((state) => `socket.${state}`),
    ].sort(),
  );
});

test('on version 1, too', { timeout: TIMEOUT }, async () => {
  expect(await walk(FIRST, STEPS / 2, v1)).toBeNull();
});
