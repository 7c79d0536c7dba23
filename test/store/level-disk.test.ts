/** The store on disk when the disk does not do as it is told. */

import { execFile } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { levelStore } from 'gen-socket-client/store';
import { SLOW_START } from '../support/child-program.js';
import { compiled } from '../support/compiled.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { leftIn, push, read } from './pushes.js';

type Told = {
  readonly taken: readonly string[];
  readonly refused: readonly (readonly string[])[];
};

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
