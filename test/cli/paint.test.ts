/** Colours are for terminals that have them, and for nobody else. */

import { expect, test } from 'vitest';
import { paintFor } from '../../src/cli/paint.js';

const RED = '\u001b[31mfailed\u001b[39m';

test.each([
  ['a terminal with colours', { isTTY: true, hasColors: () => true }, RED],
  ['a terminal without, or with NO_COLOR set', { isTTY: true, hasColors: () => false }, 'failed'],
  ['a pipe', {}, 'failed'],
  ['a pipe, whatever it says of itself', { isTTY: false, hasColors: () => true }, 'failed'],
])('%s', (_, stream, text) => {
  expect(paintFor(stream)('red', 'failed')).toBe(text);
});
