/** The time that a refusing server asks for. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retryAfter } from '../../../src/policy/retry-after.js';
import type { Close } from '../../../src/protocol/close.js';

fc.configureGlobal({ seed: 41, numRuns: 500 });

const NOW = Date.UTC(2026, 0, 1, 12);
const LONGEST = 300_000;

function refusal(header?: string): Close {
  const headers = header === undefined ? {} : { 'retry-after': header };
  const response = { headers, body: '' };
  return { cause: 'refused', code: 1006, reason: '', status: 429, response };
}

describe('Retry-After', () => {
  test('that is absent asks for nothing', () => {
    const bare: Close = { cause: 'peer', code: 1012, reason: '', status: null };
    expect(retryAfter(bare, NOW)).toBe(0);
    expect(retryAfter(refusal(), NOW)).toBe(0);
  });

  test.each([[''], ['  '], ['soon'], ['-5'], ['NaN'], ['Infinity'], ['Thu, 32 Foo 2026']])(
    'that says %j asks for nothing',
    (header) => {
      expect(retryAfter(refusal(header), NOW)).toBe(0);
    },
  );

  test.each<[string, number]>([
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
  ])('that says %j asks for %d ms', (header, expected) => {
    expect(retryAfter(refusal(header), NOW)).toBe(expected);
  });

  test.each([['301'], ['99999999999999999999'], ['Fri, 01 Jan 2027 12:00:00 GMT']])(
    'that says %j is believed for five minutes',
    (header) => {
      expect(retryAfter(refusal(header), NOW)).toBe(LONGEST);
    },
  );

  test('asks for something between nothing and five minutes, whatever it says', () => {
    const header = fc.oneof(
      fc.string(),
      fc.bigInt().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    );
    fc.assert(
      fc.property(header, fc.integer({ min: 0 }), (value, now) => {
        const asked = retryAfter(refusal(value), now);
        return asked >= 0 && asked <= LONGEST;
      }),
    );
  });
});
