/** Lengths of time and numbers of bytes, as people write them. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasCode } from '../../../src/errors.js';
import {
  bytes,
  type Duration,
  LONGEST_DELAY,
  milliseconds,
  type Size,
} from '../../../src/policy/duration.js';

/** One seed, so that every run is the same. */
fc.configureGlobal({ seed: 41, numRuns: 300 });

/** What somebody without a compiler may write. */
const anything = fc.oneof(
  fc.anything(),
  fc.double(),
  fc.string(),
  fc
    .tuple(fc.double(), fc.constantFrom('ms', 's', 'm', 'h', 'MiB', ''))
    .map((pair) => pair.join('')),
);

describe('a length of time', () => {
  test.each([
    ['10 sec'],
    ['5s '],
    ['-5s'],
    ['1e3ms'],
    ['s'],
    [''],
    ['10'],
    [-1],
    [NaN],
    [Infinity],
    [LONGEST_DELAY + 1],
    ['600h'],
    [null],
    [{}],
    [['5s']],
  ])('may not be %j', (value) => {
    expect(() => milliseconds('timeouts.join', value as Duration)).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: expect.stringMatching(
          /^timeouts\.join is .*: write milliseconds .* such as '10s'$/,
        ),
      }),
    );
  });

  test.each<[Duration, number]>([
    [0, 0],
    [1.5, 1.5],
    ['0s', 0],
    ['500ms', 500],
    ['10s', 10_000],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    [LONGEST_DELAY, LONGEST_DELAY],
  ])('%j is %d ms', (value, expected) => {
    expect(milliseconds('x', value)).toBe(expected);
  });

  test('is a delay that a timer can hold, or refused, whatever is written', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const ms = accepted(() => milliseconds('x', value as Duration));
        return ms === null || (ms >= 0 && ms <= LONGEST_DELAY);
      }),
    );
  });
});

describe('a number of bytes', () => {
  test.each([['4MB'], ['1 KiB'], ['-1B'], [-1], [NaN], [Infinity], [undefined], ['KiB']])(
    'may not be %j',
    (value) => {
      expect(() => bytes('outbox.size', value as Size)).toThrow(
        expect.objectContaining({
          code: 'PHX_BAD_OPTION',
          message: expect.stringMatching(/^outbox\.size is .*: write bytes, .* such as '4MiB'$/),
        }),
      );
    },
  );

  test.each<[Size, number]>([
    [0, 0],
    [10.9, 10],
    ['12B', 12],
    ['1KiB', 1024],
    ['1.5KiB', 1536],
    ['4MiB', 4 * 1024 ** 2],
    ['1GiB', 1024 ** 3],
  ])('%j is %d', (value, expected) => {
    expect(bytes('x', value)).toBe(expected);
  });

  test('is a whole number, or refused, whatever is written', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const size = accepted(() => bytes('x', value as Size));
        return size === null || (Number.isSafeInteger(size) && size >= 0);
      }),
    );
  });
});

/** Null: it was refused, and in no other way than by our own error. */
function accepted(measure: () => number): number | null {
  try {
    return measure();
  } catch (error) {
    if (hasCode(error, 'PHX_BAD_OPTION')) return null;
    throw error;
  }
}
