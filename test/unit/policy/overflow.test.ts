/** How much may wait to be sent, as options say it. */

import { describe, expect, test } from 'vitest';
import { DEFAULT_OUTBOX, type OverflowPolicy, overflowRule } from '../../../src/policy/overflow.js';

describe('an outbox policy', () => {
  test.each<[object, RegExp]>([
    [{ messages: 0 }, /^outbox\.messages is 0: write a whole number of at least 1$/],
    [{ messages: Infinity }, /^outbox\.messages is Infinity: write a whole number of at least 1$/],
    [{ size: '4MB' }, /^outbox\.size is 4MB: write bytes, .* such as '4MiB'$/],
    [{ ttl: 'long' }, /^outbox\.ttl is long: write milliseconds/],
    [
      { whenFull: 'drop' },
      /^outbox\.whenFull is 'drop': write 'reject', 'dropOldest', 'dropNewest' or 'block'$/,
    ],
  ])('that cannot be meant is refused: %j', (policy, message) => {
    expect(() => overflowRule(policy as OverflowPolicy)).toThrow(
      expect.objectContaining({ code: 'PHX_BAD_OPTION', message: expect.stringMatching(message) }),
    );
  });

  test('keeps the default of each field that it leaves out', () => {
    expect(overflowRule()).toEqual(DEFAULT_OUTBOX);
    expect(overflowRule({ size: '1KiB', whenFull: 'dropOldest' })).toEqual({
      ...DEFAULT_OUTBOX,
      bytes: 1024,
      whenFull: 'dropOldest',
    });
  });

  test('that is switched off lets nothing wait', () => {
    expect(overflowRule(false).enabled).toBe(false);
  });
});
