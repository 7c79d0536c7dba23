/** The store on disk in a folder that is not what it should be. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { expect, test } from 'vitest';
import { levelStore } from 'gen-socket-client/store';
import { temporaryFolder } from '../support/temporary-folder.js';
import { filesIn } from './level-files.js';
import { leftIn, push, read } from './pushes.js';

/** A store with two pushes, closed. */
async function stored(): Promise<string> {
  const path = join(temporaryFolder(), 'store');
  const store = levelStore(path);
  await Promise.all([store.put(push('a')), store.put(push('b'))]);
  await store.close();
  return path;
}

async function withEntry(path: string, number: string, text: string): Promise<void> {
  const database = new ClassicLevel(path);
  await database.put(number, text);
  await database.close();
}

test('a store of a newer version is refused, and left as it is', async () => {
  const path = await stored();
  writeFileSync(join(path, 'schema.json'), '{"store":"gen-socket-client","schema":2}\n');
  const before = filesIn(path);
  const store = levelStore(path);
  const refusal = { code: 'PHX_STORE_VERSION', retryable: false };
  await expect(read(store)).rejects.toMatchObject(refusal);
  await expect(store.put(push('c'))).rejects.toMatchObject(refusal);
  await expect(read(store)).rejects.toThrow(
    `${path} has schema 2, and the newest known here is 1: use the newer version`,
  );
  await store.close();
  expect(filesIn(path)).toEqual(before);
});

test.each([
  '',
  '{}',
  '[1]',
  'null',
  '{"store":"other","schema":1}',
  '{"store":"gen-socket-client"}',
])('a folder whose schema is %j is no store, and left as it is', async (schema) => {
  const path = await stored();
  writeFileSync(join(path, 'schema.json'), schema);
  const before = filesIn(path);
  await expect(read(levelStore(path))).rejects.toMatchObject({ code: 'PHX_STORE_CORRUPT' });
  expect(filesIn(path)).toEqual(before);
});

test("somebody else's database is refused, and left as it is", async () => {
  const path = join(temporaryFolder(), 'theirs');
  await withEntry(path, 'their', 'entry');
  const before = filesIn(path);
  await expect(read(levelStore(path))).rejects.toMatchObject({
    code: 'PHX_STORE_CORRUPT',
    retryable: false,
    message: expect.stringContaining(`${path} cannot be read as a store: it is a LevelDB of`),
  });
  expect(filesIn(path)).toEqual(before);
});

const A = JSON.stringify(push('a'));

test.each([
  ['0000000000000007', 'no JSON'],
  ['0000000000000007', 'null'],
  ['0000000000000007', '{"key":"c","topic":"t","event":"e","expires":null}'],
  ['0000000000000007', '{"key":7,"topic":"t","event":"e","payload":{},"expires":null}'],
  ['0000000000000007', '{"key":"c","topic":"t","event":"e","payload":{},"expires":"soon"}'],
  ['0000000000000007', A],
  ['7', '{"key":"c","topic":"t","event":"e","payload":{},"expires":null}'],
])('an entry %s that holds %s is named, and nothing is lost', async (number, text) => {
  const path = await stored();
  await withEntry(path, number, text);
  await expect(read(levelStore(path))).rejects.toMatchObject({
    code: 'PHX_STORE_CORRUPT',
    message: expect.stringMatching(`^${path} .*its entry ${number} is no push;`),
  });

  const database = new ClassicLevel(path);
  await database.del(number);
  await database.close();
  expect(await leftIn(levelStore(path))).toEqual([push('a'), push('b')]);
});

test('what lies beside a store does not matter', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  const store = levelStore(folder);
  await store.put(push('a'));
  await store.close();
  expect(await leftIn(store)).toEqual([push('a')]);
  expect(filesIn(folder).get('notes.txt')).toBe('mine');
});
