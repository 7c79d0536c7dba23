/** The schedule of faults: the same for the same seed, and within its bounds. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cast, isLastingChaos, scheduleOf, VETERAN } from './schedule.js';

const CAST: Cast = { workers: 4, topics: ['room:1', 'room:2', 'room:3'] };
const MINUTE = 60_000;
const SEED = fc.integer({ min: 0, max: 2 ** 31 });

test('a seed gives the same schedule again, and another seed another', () => {
  fc.assert(
    fc.property(SEED, (seed) => {
      expect(scheduleOf(seed, MINUTE, CAST)).toEqual(scheduleOf(seed, MINUTE, CAST));
      expect(scheduleOf(seed, MINUTE, CAST)).not.toEqual(scheduleOf(seed + 1, MINUTE, CAST));
    }),
    { numRuns: 20 },
  );
});

test('it is data: it goes through JSON', () => {
  const schedule = scheduleOf(1, MINUTE, CAST);
  expect(JSON.parse(JSON.stringify(schedule))).toEqual(schedule);
});

test('every fault begins in its time and ends in it, and the first worker is never killed', () => {
  fc.assert(
    fc.property(SEED, (seed) => {
      const schedule = scheduleOf(seed, MINUTE, CAST);
      for (const { at, fault } of schedule) {
        expect(at).toBeGreaterThanOrEqual(2000);
        expect(at + (isLastingChaos(fault) ? fault.lasts : 0)).toBeLessThanOrEqual(MINUTE);
        if ('worker' in fault) expect(fault.worker).toBeGreaterThan(VETERAN);
      }
    }),
    { numRuns: 50 },
  );
});

test('a worker is not killed, and the server not stopped, while it is still down', () => {
  fc.assert(
    fc.property(SEED, (seed) => {
      const downs = scheduleOf(seed, 10 * MINUTE, CAST).filter(({ fault }) => 'down' in fault);
      const upAgain = new Map<string, number>();
      for (const { at, fault } of downs) {
        const who = 'worker' in fault ? String(fault.worker) : 'server';
        expect(at).toBeGreaterThan(upAgain.get(who) ?? 0);
        upAgain.set(who, at + ('down' in fault ? fault.down : 0));
      }
    }),
    { numRuns: 20 },
  );
});

test('ten minutes have every kind of fault', () => {
  const kinds = new Set(scheduleOf(1, 10 * MINUTE, CAST).map(({ fault }) => fault.kind));
  expect(kinds.size).toBe(22);
});
