/** Delays by attempt: their bounds, their jitter, their end. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Backoff,
  type BackoffRule,
  backoffRule,
  ceilingAfter,
  delayAfter,
} from '../../../src/policy/backoff.js';
import { LONGEST_DELAY } from '../../../src/policy/duration.js';

fc.configureGlobal({ seed: 41, numRuns: 300 });

const EXPONENTIAL: BackoffRule = {
  kind: 'exponential',
  min: 500,
  max: 30_000,
  factor: 2,
  jitter: 'none',
  attempts: null,
};
const STEPPED: BackoffRule = {
  kind: 'stepped',
  delays: [1000, 2000, 5000],
  jitter: 'none',
  attempts: null,
};

const middle = (): number => 0.5;

function expectDelays(rule: BackoffRule, expected: readonly (number | null)[]): void {
  expect(expected.map((_, index) => delayAfter(rule, index + 1, middle))).toEqual(expected);
}

describe('a back-off', () => {
  test('that doubles stops growing at its longest delay', () => {
    expectDelays(EXPONENTIAL, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  test('in steps repeats the last one', () => {
    expectDelays(STEPPED, [1000, 2000, 5000, 5000, 5000]);
  });

  test('with full jitter is anywhere between nothing and the delay', () => {
    const rule: BackoffRule = { ...STEPPED, jitter: 'full' };
    expect([0, 0.5, 0.999].map((chance) => delayAfter(rule, 1, () => chance))).toEqual([
      0, 500, 999,
    ]);
  });

  test('with equal jitter keeps half of the delay', () => {
    const rule: BackoffRule = { ...STEPPED, jitter: 'equal' };
    expect([0, 0.5, 0.999].map((chance) => delayAfter(rule, 1, () => chance))).toEqual([
      500, 750, 999,
    ]);
  });

  test('ends when its attempts are used up', () => {
    expectDelays({ ...STEPPED, attempts: 3 }, [1000, 2000, null, null]);
    expectDelays({ ...EXPONENTIAL, attempts: 1 }, [null]);
  });

  test('that has failed for months still gives a delay', () => {
    expectDelays({ ...EXPONENTIAL, min: 0 }, [0, 0, 0]);
    expect(delayAfter({ ...EXPONENTIAL, min: 0 }, 1_000_000, middle)).toBe(0);
    expect(delayAfter(EXPONENTIAL, 1_000_000, middle)).toBe(30_000);
    expect(delayAfter(STEPPED, 1_000_000, middle)).toBe(5000);
  });
});

const duration = fc.integer({ min: 0, max: LONGEST_DELAY });
const jitter = fc.constantFrom('full' as const, 'equal' as const, 'none' as const);
const rules: fc.Arbitrary<BackoffRule> = fc.oneof(
  fc
    .record({
      bounds: fc.tuple(duration, duration),
      factor: fc.double({ min: 1, max: 1e6, noNaN: true }),
      jitter,
    })
    .map(({ bounds, factor, jitter: drawn }) => ({
      kind: 'exponential' as const,
      min: Math.min(...bounds),
      max: Math.max(...bounds),
      factor,
      jitter: drawn,
      attempts: null,
    })),
  fc.record({
    kind: fc.constant('stepped' as const),
    delays: fc.array(duration, { minLength: 1, maxLength: 6 }),
    jitter,
    attempts: fc.constant(null),
  }),
);
const failures = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1e9 }));
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('every back-off', () => {
  test('gives a delay between nothing and its ceiling, whatever the failures and the chance', () => {
    fc.assert(
      fc.property(rules, failures, chance, (rule, count, drawn) => {
        const delay = delayAfter(rule, count, () => drawn);
        const ceiling = ceilingAfter(rule, count);
        const longest = rule.kind === 'stepped' ? Math.max(...rule.delays) : rule.max;
        return delay !== null && delay >= 0 && delay <= ceiling && ceiling <= longest;
      }),
    );
  });

  test('that doubles has a ceiling that never sinks', () => {
    fc.assert(
      fc.property(rules, failures, (rule, count) => {
        fc.pre(rule.kind === 'exponential');
        return ceilingAfter(rule, count) <= ceilingAfter(rule, count + 1);
      }),
    );
  });

  test('makes as many attempts as it may, and no more', () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 1, max: 50 }), failures, (rule, attempts, count) => {
        const delay = delayAfter({ ...rule, attempts }, count, middle);
        return (delay === null) === count >= attempts;
      }),
    );
  });
});

describe('a back-off policy', () => {
  test.each<[string, object, RegExp]>([
    ['min', { min: 'soon' }, /^reconnect\.min is soon: write milliseconds/],
    ['max', { max: -1 }, /^reconnect\.max is -1: write milliseconds/],
    ['max below min', { min: '2s', max: '1s' }, /^reconnect\.max is 1000: write .* at least 2000$/],
    ['factor', { factor: 0.5 }, /^reconnect\.factor is 0\.5: write a number of at least 1$/],
    ['factor', { factor: NaN }, /^reconnect\.factor is NaN: write a number of at least 1$/],
    [
      'jitter',
      { jitter: 'some' },
      /^reconnect\.jitter is 'some': write 'full', 'equal' or 'none'$/,
    ],
    ['attempts', { attempts: 0 }, /^reconnect\.attempts is 0: write a whole number of at least 1$/],
    [
      'number of attempts',
      { attempts: 2.5 },
      /^reconnect\.attempts is 2\.5: write a whole number /,
    ],
    [
      'pair of forms',
      { delays: ['1s'], factor: 3 },
      /^reconnect\.delays and reconnect\.factor exclude each other: write a list of delays, or/,
    ],
    ['pair of forms', { delays: ['1s'], max: 3 }, /^reconnect\.delays and reconnect\.max exclude /],
    ['delays', { delays: [] }, /^reconnect\.delays is empty: write a list such as \['1s', '5s'\]$/],
    ['delays', { delays: ['1s', 'x'] }, /^reconnect\.delays\[1\] is x: write milliseconds/],
  ])('with a bad %s is refused: %j', (_, policy, message) => {
    expect(() => backoffRule('reconnect', policy as Backoff, EXPONENTIAL)).toThrow(
      expect.objectContaining({ code: 'PHX_BAD_OPTION', message: expect.stringMatching(message) }),
    );
  });

  test('keeps the default of each field that it leaves out', () => {
    expect(backoffRule('x', {}, EXPONENTIAL)).toEqual(EXPONENTIAL);
    expect(backoffRule('x', { max: '10s' }, EXPONENTIAL)).toEqual({ ...EXPONENTIAL, max: 10_000 });
    expect(backoffRule('x', { attempts: 3 }, STEPPED)).toEqual({ ...STEPPED, attempts: 3 });
  });

  test('whose least delay is above the longest by default has one delay', () => {
    expect(backoffRule('x', { min: '2m' }, EXPONENTIAL)).toEqual({
      ...EXPONENTIAL,
      min: 120_000,
      max: 120_000,
    });
  });

  test('may choose doubling where the default has steps, and steps where it doubles', () => {
    expect(backoffRule('x', { min: 100 }, STEPPED)).toEqual({
      ...EXPONENTIAL,
      min: 100,
      max: 30_000,
    });
    expect(backoffRule('x', { delays: ['1s', 2] }, EXPONENTIAL)).toEqual({
      ...STEPPED,
      delays: [1000, 2],
    });
  });
});
