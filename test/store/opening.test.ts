/** How long the opening of a store on disk may take, under time that the test moves. */

import { expect, test } from 'vitest';
import { StoreError } from '../../src/index.js';
import { inTime, whenFree } from '../../src/store/opening.js';
import { locked } from '../../src/store/store-errors.js';
import { pass, quiet } from '../support/passing-time.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const ELSEWHERE = locked('/x', {
  cause: new Error('lock /x/LOCK: Resource temporarily unavailable'),
});
const HERE = locked('/x', { cause: new Error('lock /x/LOCK: already held by process') });

function openings(...outcomes: readonly (Error | 'open')[]) {
  const tries = { count: 0 };
  const open = () => {
    const outcome = outcomes[Math.min(tries.count, outcomes.length - 1)];
    tries.count += 1;
    return outcome === 'open'
      ? Promise.resolve('open')
      : Promise.reject(outcome ?? new Error('none'));
  };
  return { tries, open };
}

test('a store of another process is tried again, slower and slower, until it is free', async () => {
  const clock = new SimulatedClock();
  const { tries, open } = openings(ELSEWHERE, ELSEWHERE, 'open');
  const opened = whenFree(open, 25_000, clock);
  await pass(clock, 149);
  expect(tries.count).toBe(2);
  await pass(clock, 1);
  expect(await opened).toBe('open');
  expect(clock.pending).toBe(0);
});

test('a store that is not let go in time is refused at the very end of it', async () => {
  const clock = new SimulatedClock();
  const { open } = openings(ELSEWHERE);
  const refused = whenFree(open, 25_000, clock).catch((error: unknown) => error);
  await pass(clock, 25_000);
  expect(await refused).toBe(ELSEWHERE);
  expect(clock.pending).toBe(0);
});

test.each([
  ['another owner in this process', HERE],
  ['damage', new StoreError('PHX_STORE_CORRUPT', 'x')],
])('%s is not waited for', async (_, error) => {
  const clock = new SimulatedClock();
  const { tries, open } = openings(error);
  await expect(whenFree(open, 25_000, clock)).rejects.toBe(error);
  expect(tries.count).toBe(1);
});

test('a disk that never answers fails by its limit, and is let go when it opens after all', async () => {
  const clock = new SimulatedClock();
  let isClosed = false;
  const ledger = {
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  };
  let opened: (late: typeof ledger) => void = () => undefined;
  const disk = new Promise<typeof ledger>((resolve) => {
    opened = resolve;
  });
  const opening = inTime('/mnt/gone', disk, 55_000, clock).catch((error: unknown) => error);
  await pass(clock, 55_000);
  expect(await opening).toMatchObject({
    code: 'PHX_STORE_FAILED',
    message: '/mnt/gone did not open within 55000 ms: look at its disk or mount',
  });
  opened(ledger);
  await quiet();
  expect(isClosed).toBe(true);
});
