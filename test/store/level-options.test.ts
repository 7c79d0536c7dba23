/** What a store on disk is given is looked at when it is named, before there is a disk to blame. */

import { expect, test } from 'vitest';
import { levelStore } from 'gen-socket-client/store';

test.each<[string, readonly unknown[], string]>([
  ['no path', [undefined], 'the path of levelStore is undefined: write at least one character'],
  ['a number', [5], 'the path of levelStore is 5'],
  ['an empty path', [''], 'the path of levelStore is text of 0 characters'],
  ['an option that is unknown', ['x', { sync: false }], 'levelStore has no option sync'],
  ['options that are none', ['x', null], 'the options of levelStore is null: write an object'],
  ['a wrong length of time', ['x', { lockTimeout: '1 day' }], 'lockTimeout is 1 day'],
])('%s is refused at the call', (_, given, words) => {
  const named = () => (levelStore as (...given: readonly unknown[]) => unknown)(...given);
  expect(named).toThrow(expect.objectContaining({ code: 'PHX_BAD_OPTION' }));
  expect(named).toThrow(words);
});
