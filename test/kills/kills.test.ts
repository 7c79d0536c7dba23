/** A process that writes to its store and is killed loses nothing that was confirmed. */

import { expect, test } from 'vitest';
import { SLOW_START } from '../support/child-program.js';
import { compiled } from '../support/compiled.js';
import { brokenPromises, keyOf, pushOf } from './kept.js';
import { killAgainAndAgain } from './kills.js';

const WRITER = new URL('programs/writer.ts', import.meta.url);

test(
  'a store has all that was put and not deleted, in order, after its process was killed twice',
  async () => {
    const report = await killAgainAndAgain({ writer: compiled(WRITER), kills: 2, seed: 1 });
    expect(report).toMatchObject({ kills: 2, broken: [], left: null });
    expect(report.puts).toBeGreaterThan(0);
  },
  SLOW_START,
);

const [a, b, c, d] = [0, 1, 2, 3].map(keyOf) as [string, string, string, string];
const life = { before: [a, b], first: 2, said: ['opening', 'open', `+${c}`, `-${a}`] };
const found = (...keys: readonly string[]) => keys.map(pushOf);

test.each([
  ['what was deleted is gone', [b, c]],
  ['what was to be deleted is there, as the kill came before', [a, b, c]],
  ['what was put is there, though nobody was told', [b, c, d]],
])('%s: all promises are kept', (_, keys) => {
  expect(brokenPromises({ ...life, found: found(...keys) })).toEqual([]);
});

test.each([
  ['a put that resolved is not there', found(b), `${c} was lost`],
  ['what an earlier life left is not there', found(c), `${b} was lost`],
  ['two have changed places', found(c, b), `${b} is out of its place`],
  ['one is there twice', found(b, c, c), `${c} is out of its place`],
  ['a payload is another', [pushOf(b), { ...pushOf(c), payload: {} }], `${c} was changed`],
])('%s: that is seen', (_, stored, broken) => {
  expect(brokenPromises({ ...life, found: stored })).toEqual([broken]);
});

test('what was gone when this life began comes back: that is seen', () => {
  const later = { before: [b], first: 2, said: [], found: found(a, b) };
  expect(brokenPromises(later)).toEqual([`${a} came back`]);
});
