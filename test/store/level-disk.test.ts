/** The store on disk when the disk does not do as it is told. */

import { execFile } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ClassicLevel } from 'classic-level';
import { expect, onTestFinished, test, vi } from 'vitest';
import { levelStore } from 'gen-socket-client/store';
import { SLOW_START } from '../support/child-program.js';
import { compiled } from '../support/compiled.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { leftIn, push, read } from './pushes.js';

type Told = {
  readonly taken: readonly string[];
  readonly refused: readonly (readonly string[])[];
};

/** Of its overloads, the one that is used. */
type Batch = (this: ClassicLevel, operations: readonly object[]) => Promise<void>;

/** In blocks of 512 bytes. */
const LIMITED = 'ulimit -f 256 && exec "$0" "$@"';

async function onFullDisk(path: string): Promise<Told> {
  const program = fileURLToPath(compiled(new URL('programs/full-disk.ts', import.meta.url)));
  const args = ['-c', LIMITED, process.execPath, program, path];
  const { stdout } = await promisify(execFile)('/bin/sh', args);
  return JSON.parse(stdout) as Told;
}

test(
  'a disk that is full refuses a push, keeps all it had, and takes the next when there is room',
  async () => {
    const path = join(temporaryFolder(), 'store');
    const { taken, refused } = await onFullDisk(path);
    expect(refused.slice(0, 5)).toEqual([
      ['too big', 'PHX_STORE_FAILED', 'File too large'],
      ['on no disk', 'PHX_STORE_FAILED', expect.stringContaining('does not exist')],
      ['first', 'PHX_STORE_FAILED', 'File too large'],
      ['with one too big', 'PHX_STORE_FAILED', 'File too large'],
      ['too big', 'PHX_STORE_FAILED', 'File too large'],
    ]);
    expect(refused.at(-1)).toEqual(['small 39', 'PHX_STORE_FAILED', 'File too large']);

    // Nothing that was refused is there, nothing else is missing, and what was to be replaced or deleted is as it was.
    const store = levelStore(path);
    const stored = await read(store);
    expect(stored.map(({ key }) => key)).toEqual(taken.filter((key) => key !== 'second'));
    expect(stored[0]).toEqual(push('first', 1));
    await store.put(push('last'));
    await store.close();
    expect((await leftIn(store)).at(-1)).toEqual(push('last'));
  },
  SLOW_START,
);

test('a path that cannot be made is told with its cause, and works when it can', async () => {
  const file = join(temporaryFolder(), 'in the way');
  writeFileSync(file, '');
  const store = levelStore(join(file, 'store'));
  const refusal = {
    code: 'PHX_STORE_FAILED',
    retryable: true,
    message: expect.stringContaining(file),
    cause: expect.objectContaining({ code: 'ENOTDIR' }),
  };
  await expect(read(store)).rejects.toMatchObject(refusal);
  await expect(store.put(push('a'))).rejects.toMatchObject(refusal);
  await store.close();
  rmSync(file);
  await store.put(push('b'));
  expect(await leftIn(store)).toEqual([push('b')]);
});

test('nobody but its owner may enter the folder', async () => {
  const path = join(temporaryFolder(), 'deep', 'store');
  const store = levelStore(path);
  await store.put(push('a'));
  await store.close();
  expect((statSync(path).mode & 0o777).toString(8)).toBe('700');
});

test('each write that has a push in it is synced, and a delete need not be', async () => {
  const store = levelStore(join(temporaryFolder(), 'store'));
  const batch = vi.spyOn(ClassicLevel.prototype, 'batch');
  onTestFinished(() => batch.mockRestore());
  await store.put(push('a'));
  await Promise.all([store.put(push('b')), store.delete('a')]);
  await store.delete('b');
  await store.close();
  const calls = batch.mock.calls as readonly (readonly unknown[])[];
  expect(calls.map(([, options]) => options)).toEqual([
    { sync: true },
    { sync: true },
    { sync: false },
  ]);
});

/** As when a disk takes a write and then fails to sync it: LevelDB refuses it, and finds it in its log when it is opened. */
function keepsWhatItRefuses(): void {
  const realOpen = ClassicLevel.prototype.open;
  const realBatch = ClassicLevel.prototype.batch as unknown as Batch;
  const open = vi.spyOn(ClassicLevel.prototype, 'open');
  const batch = vi.spyOn(ClassicLevel.prototype, 'batch');
  onTestFinished(() => {
    open.mockRestore();
    batch.mockRestore();
  });
  batch.mockImplementationOnce(((operations: readonly object[]) => {
    let found: Promise<void> | null = null;
    open.mockImplementation(async function (this: ClassicLevel, options: object = {}) {
      await realOpen.call(this, options);
      found ??= realBatch.call(this, operations);
      await found;
    });
    throw new Error('IO error: 000003.log: Input/output error');
  }) as never);
}

test('a write that was refused and is on disk after all is taken back', async () => {
  const path = join(temporaryFolder(), 'store');
  const store = levelStore(path);
  await Promise.all(['a', 'b'].map((key) => store.put(push(key))));
  keepsWhatItRefuses();
  const refused = await Promise.allSettled([
    store.put(push('a', 'other')),
    store.delete('b'),
    store.put(push('c')),
  ]);
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set(['rejected']));
  await store.put(push('d'));
  await store.close();
  expect(await leftIn(store)).toEqual([push('a'), push('b'), push('d')]);
});

test('it is taken back by a close, too', async () => {
  const store = levelStore(join(temporaryFolder(), 'store'));
  await store.put(push('a'));
  keepsWhatItRefuses();
  await expect(store.delete('a')).rejects.toMatchObject({ code: 'PHX_STORE_FAILED' });
  await store.close();
  expect(await leftIn(store)).toEqual([push('a')]);
});
