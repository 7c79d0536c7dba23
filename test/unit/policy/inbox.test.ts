/** How much may wait for the worker, as options say it. */

import { describe, expect, test } from 'vitest';
import { type InboxPolicy, inboxRule } from '../../../src/policy/inbox.js';

describe('an inbox policy', () => {
  test.each<[object | null, RegExp]>([
    [{ messages: 0 }, /^inbox\.messages is 0: write a whole number of at least 1$/],
    [{ messages: 99.5 }, /^inbox\.messages is 99\.5: write a whole number of at least 1$/],
    [{ messages: Infinity }, /^inbox\.messages is Infinity: write a whole number of at least 1$/],
    [{ whenFull: 'block' }, /^inbox\.whenFull is 'block': write 'shedOldest' or 'disconnect'$/],
    [null, /^inbox is null: write an object$/],
  ])('that cannot be meant is refused: %j', (policy, message) => {
    expect(() => inboxRule(policy as InboxPolicy)).toThrow(
      expect.objectContaining({ code: 'PHX_BAD_OPTION', message: expect.stringMatching(message) }),
    );
  });

  test('keeps the default of each field that it leaves out', () => {
    expect(inboxRule()).toEqual({ messages: 10_000, whenFull: 'shedOldest' });
    expect(inboxRule({ messages: 1 })).toEqual({ messages: 1, whenFull: 'shedOldest' });
    expect(inboxRule({ whenFull: 'disconnect' })).toEqual({
      messages: 10_000,
      whenFull: 'disconnect',
    });
  });
});
