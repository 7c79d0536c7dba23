/** The store on disk has one owner, in this process or in another. */

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { levelStore } from 'gen-socket-client/store';
import { ChildProgram, SLOW_START } from '../support/child-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { leftIn, push, read } from './pushes.js';

const OWNER = new URL('programs/owner.ts', import.meta.url);

test(
  'a store that another process has open is refused, and is free when that one was killed',
  async () => {
    const path = join(temporaryFolder(), 'store');
    await using owner = new ChildProgram(OWNER, [path]);
    await owner.until('open');
    const store = levelStore(path, { lockTimeout: 0 });
    const refusal = {
      code: 'PHX_STORE_LOCKED',
      retryable: true,
      message: expect.stringContaining(path),
    };
    await expect(read(store)).rejects.toMatchObject(refusal);
    await expect(store.put(push('d'))).rejects.toMatchObject(refusal);
    await store.close();

    owner.signal('SIGKILL');
    await owner.ended;
    expect(await leftIn(store)).toEqual([push('a'), push('c')]);
  },
  SLOW_START,
);

test(
  'a store that another process has open is waited for until that one ends',
  async () => {
    const path = join(temporaryFolder(), 'store');
    await using owner = new ChildProgram(OWNER, [path]);
    await owner.until('open');
    const left = leftIn(levelStore(path, { lockTimeout: '1h' }));
    const hasty = levelStore(path, { lockTimeout: 1 });
    await expect(read(hasty)).rejects.toMatchObject({ code: 'PHX_STORE_LOCKED' });

    owner.signal('SIGTERM');
    expect(await left).toEqual([push('a'), push('c')]);
  },
  SLOW_START,
);

test('two ways to one folder are one store', async () => {
  const folder = temporaryFolder();
  const owner = levelStore(join(folder, 'store'));
  await read(owner);
  symlinkSync(folder, join(folder, 'other'));
  const store = levelStore(join(folder, 'other', '..', 'other', 'store', '.'));
  await expect(read(store)).rejects.toMatchObject({ code: 'PHX_STORE_LOCKED' });
  await owner.put(push('a'));
  await owner.close();
  expect(await leftIn(store)).toEqual([push('a')]);
});

test('a store that was refused once opens when it is free', async () => {
  const path = join(temporaryFolder(), 'store');
  const owner = levelStore(path);
  const next = levelStore(path);
  await owner.put(push('a'));
  await expect(next.put(push('b'))).rejects.toMatchObject({ code: 'PHX_STORE_LOCKED' });
  await owner.close();
  await next.put(push('c'));
  expect(await leftIn(next)).toEqual([push('a'), push('c')]);
});
