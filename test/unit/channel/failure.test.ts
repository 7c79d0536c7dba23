/** The error of a join that was refused has Phoenix's own reasons in its message, and no other. */

import { expect, test } from 'vitest';
import { factOf } from '../../../src/channel/failure.js';

test.each([
  [{ reason: 'unmatched topic' }, 'join room:1: the server refused: unmatched topic'],
  [{ reason: 'join crashed' }, 'join room:1: the server refused: join crashed'],
  [{ reason: 'the token hunter2 has expired' }, 'join room:1: the server refused'],
  ['unmatched topic', 'join room:1: the server refused'],
])('%j', (response, message) => {
  const fact = factOf('room:1', { kind: 'refused', response }, 1, null);
  expect(fact).toMatchObject({ error: { code: 'PHX_JOIN_REFUSED', message, response } });
});
