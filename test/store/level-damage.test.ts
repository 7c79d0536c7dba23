/** The store on disk when its files were damaged, or cut short. */

import { cpSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { levelStore, type StoredPush } from 'gen-socket-client/store';
import { temporaryFolder } from '../support/temporary-folder.js';
import { filesIn } from './level-files.js';
import { leftIn, push } from './pushes.js';

/** Longer than a block of the log, so that a record has parts. */
const LONG = 'x'.repeat(40_000);
/** With which LevelDB ends a table. */
const MAGIC_BYTES = 8;

/** A closed store with a table and a log, and what is in it. */
async function stored(path: string): Promise<readonly StoredPush[]> {
  const pushes = ['a', 'b', 'c', 'd'].map((key) => push(key, key === 'b' ? LONG : { of: key }));
  const [a, b, c, d] = pushes as [StoredPush, StoredPush, StoredPush, StoredPush];
  const store = levelStore(path);
  await Promise.all([a, b].map((one) => store.put(one)));
  await store.put(push('gone'));
  await store.close();
  for (const one of [push('gone', LONG), c, d]) await store.put(one);
  await store.delete('gone');
  await store.close();
  return pushes;
}

function copyOf(path: string): string {
  const copy = join(temporaryFolder(), 'copy');
  cpSync(path, copy, { recursive: true });
  return copy;
}

function flip(path: string, name: string, at: number, bits: number): void {
  const bytes = Buffer.from(filesIn(path).get(name)!, 'latin1');
  bytes[at] = bytes[at]! ^ bits;
  writeFileSync(join(path, name), bytes);
}

function nameOf(path: string, form: RegExp): string {
  return [...filesIn(path).keys()].find((name) => form.test(name))!;
}

test.each([/\.log$/, /\.ldb$/, /^MANIFEST/, /^CURRENT$/])(
  'a byte changed in a file like %s is noticed, or does no harm; and nothing is touched',
  async (form) => {
    const path = join(temporaryFolder(), 'store');
    const pushes = await stored(path);
    const name = nameOf(path, form);
    const size = filesIn(path).get(name)!.length - (name.endsWith('.ldb') ? MAGIC_BYTES : 0);
    const flips = fc.tuple(fc.nat(size - 1), fc.integer({ min: 1, max: 255 }));
    // Headers are few among the bytes, and matter most.
    const near = fc.tuple(fc.nat(Math.min(50, size - 1)), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(flips, near), async ([at, bits]) => {
        const copy = copyOf(path);
        flip(copy, name, at, bits);
        await isNoticedOrHarmless(copy, pushes);
      }),
      { numRuns: 60 },
    );
  },
);

async function isNoticedOrHarmless(path: string, pushes: readonly StoredPush[]): Promise<void> {
  const before = filesIn(path);
  try {
    expect(await leftIn(levelStore(path))).toEqual(pushes);
  } catch (error) {
    expect(error).toMatchObject({
      code: 'PHX_STORE_CORRUPT',
      message: expect.stringContaining(path),
    });
    expect(filesIn(path)).toEqual(before);
  }
}

test('damage is said with the file and the place', async () => {
  const path = join(temporaryFolder(), 'store');
  await stored(path);
  const name = nameOf(path, /\.log$/);
  flip(path, name, 20, 1);
  await expect(leftIn(levelStore(path))).rejects.toThrow(
    `${path} cannot be read as a store: its file ${name} is damaged at byte 0; nothing was changed`,
  );
});

test('a table that does not end as one is refused, and nothing of it is lost', async () => {
  const path = join(temporaryFolder(), 'store');
  const pushes = await stored(path);
  const name = nameOf(path, /\.ldb$/);
  const last = filesIn(path).get(name)!.length - 1;
  flip(path, name, last, 1);
  await expect(leftIn(levelStore(path))).rejects.toMatchObject({ code: 'PHX_STORE_CORRUPT' });
  flip(path, name, last, 1);
  expect(await leftIn(levelStore(path))).toEqual(pushes);
});

test.each([
  ['CURRENT', /^CURRENT$/],
  ['the manifest', /^MANIFEST/],
  ['a table', /\.ldb$/],
])('%s missing is noticed', async (_, form) => {
  const path = join(temporaryFolder(), 'store');
  await stored(path);
  unlinkSync(join(path, nameOf(path, form)));
  const before = filesIn(path);
  await expect(leftIn(levelStore(path))).rejects.toMatchObject({ code: 'PHX_STORE_CORRUPT' });
  expect(filesIn(path)).toEqual(before);
});

test('a log cut short, as by a kill, loses what was never confirmed, and nothing before it', async () => {
  const path = join(temporaryFolder(), 'store');
  const store = levelStore(path);
  const keys = Array.from({ length: 30 }, (_, number) => String(number));
  for (const key of keys) await store.put(push(key, 'x'.repeat(2000)));
  await store.close();
  const name = nameOf(path, /\.log$/);
  const size = filesIn(path).get(name)!.length;
  await fc.assert(
    fc.asyncProperty(fc.nat(size), async (length) => {
      const copy = copyOf(path);
      truncateSync(join(copy, name), length);
      const left = (await leftIn(levelStore(copy))).map(({ key }) => key);
      expect(left).toEqual(keys.slice(0, left.length));
      expect(left.length).toBeGreaterThanOrEqual(Math.floor((length / size) * keys.length) - 1);
    }),
    { numRuns: 40 },
  );
});

test('a last record whose end the disk never got, as after a loss of power, is passed over', async () => {
  const path = join(temporaryFolder(), 'store');
  const store = levelStore(path);
  for (const key of ['a', 'b']) await store.put(push(key, 'x'.repeat(2000)));
  await store.close();
  const name = nameOf(path, /\.log$/);
  const log = filesIn(path).get(name)!;
  writeFileSync(join(path, name), `${log.slice(0, -1000)}${'\0'.repeat(5000)}`, 'latin1');
  expect((await leftIn(store)).map(({ key }) => key)).toEqual(['a']);
});
