/** How the store on disk writes. */

import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { levelStore } from 'gen-socket-client/store';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writesIn } from './level-files.js';
import { leftIn, push } from './pushes.js';

test('a thousand pushes put together share one write', async () => {
  const path = join(temporaryFolder(), 'store');
  const store = levelStore(path);
  const keys = Array.from({ length: 1000 }, (_, number) => `key ${number}`);
  await Promise.all(keys.map((key) => store.put(push(key))));
  expect(writesIn(path)).toBe(1);
  await store.close();
  expect((await leftIn(store)).map(({ key }) => key)).toEqual(keys);
});

test('what is asked while a write is under way shares the next one', async () => {
  const path = join(temporaryFolder(), 'store');
  const store = levelStore(path);
  await store.put(push('first'));
  const asked = [store.put(push('second'))];
  await turn();
  for (let number = 0; number < 100; number += 1) asked.push(store.put(push(`key ${number}`)));
  asked.push(store.delete('first'));
  await Promise.all(asked);
  expect(writesIn(path)).toBe(3);
  await store.close();
});

test('to delete what is not there writes nothing', async () => {
  const path = join(temporaryFolder(), 'store');
  const store = levelStore(path);
  await Promise.all([store.delete('a'), store.delete('b')]);
  expect(writesIn(path)).toBe(0);
  await store.close();
});

test('each put that is awaited is a write of its own', async () => {
  const path = join(temporaryFolder(), 'store');
  const store = levelStore(path);
  for (const key of ['a', 'b', 'c']) await store.put(push(key));
  expect(writesIn(path)).toBe(3);
  await store.close();
});
