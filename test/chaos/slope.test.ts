/** The slope through measured points. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slopeOf } from './slope.js';

const NUMBER = fc.integer({ min: -1000, max: 1000 });

test('a straight line has its own slope', () => {
  fc.assert(
    fc.property(NUMBER, NUMBER, fc.integer({ min: 2, max: 50 }), (slope, start, count) => {
      const points = Array.from({ length: count }, (_, at) => ({ at, value: start + slope * at }));
      expect(slopeOf(points)).toBeCloseTo(slope, 6);
    }),
  );
});

test('what goes up and comes down again has none', () => {
  const points = [0, 5, 0, 5, 0].map((value, at) => ({ at, value }));
  expect(slopeOf(points)).toBe(0);
});

test('one point, or none, has none', () => {
  expect(slopeOf([])).toBe(0);
  expect(slopeOf([{ at: 1, value: 9 }])).toBe(0);
});
