/** How often a topic is joined, whoever asks. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOver, type Pace, paced, RESTED, restLeft } from '../../../src/policy/pace.js';

/** The times at which a topic is joined that is wanted again so long after each join. */
function joins(gaps: readonly number[]): readonly number[] {
  const times: number[] = [];
  let pace: Pace = RESTED;
  let now = 0;
  for (const gap of gaps) {
    now += gap;
    now += restLeft(pace, now);
    pace = paced(pace, now);
    times.push(now);
  }
  return times;
}

test('five joins in a row are free, the others come once a second', () => {
  expect(joins([0, 0, 0, 0, 0, 0, 0, 400])).toEqual([0, 0, 0, 0, 0, 1000, 2000, 3000]);
});

test('who has not joined for 10 s begins a new row', () => {
  expect(joins([0, 0, 0, 0, 0, 0, 10_000, 0, 0, 0, 0, 0])).toEqual([
    0, 0, 0, 0, 0, 1000, 11_000, 11_000, 11_000, 11_000, 11_000, 12_000,
  ]);
  expect(isOver({ tries: 6, at: 0 }, 10_000)).toBe(true);
  expect(isOver({ tries: 6, at: 0 }, 9999)).toBe(false);
});

test('whatever is asked, in no 10 s are there more than 15 joins', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 12_000 })), (gaps) => {
      const times = joins(gaps);
      for (const from of times) {
        const within = times.filter((time) => time >= from && time < from + 10_000);
        expect(within.length).toBeLessThanOrEqual(15);
      }
    }),
  );
});
