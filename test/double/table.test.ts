/** A table of channels that cannot be meant is refused before anybody connects. */

import { expect, test } from 'vitest';
import { type ChannelTable, PhoenixDouble } from '../../src/testing/index.js';

test.each([
  ['a misspelt callback', { jion: () => undefined }, /room:\* has no jion: choose from join, /],
  ['a callback that is none', { join: 3 }, /join of room:\* is no function/],
  ['a handler that is none', { handle: { ping: 'pong' } }, /ping of room:\* is no function/],
])('%s', async (_, channel, words) => {
  const table = { 'room:*': channel } as unknown as ChannelTable;
  await expect(PhoenixDouble.start(table)).rejects.toThrow(words);
});
