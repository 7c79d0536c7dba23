/** The example of a store of one's own keeps the contract, outlives a kill, and prints what is shown of it. */

import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { FileStore } from '../../examples/own-store/file-store.js';
import { keepsTheContract } from '../store/contract.js';
import { leftIn, push } from '../store/pushes.js';
import { SLOW_START } from '../support/child-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { inReadme } from './examples.js';
import { play } from './play.js';

vi.setConfig({ testTimeout: SLOW_START });

describe('a store of lines in a file', () => {
  keepsTheContract(() => {
    const path = join(temporaryFolder(), 'pushes.ndjson');
    return () => new FileStore(path);
  });

  test('goes on after a kill that left its lock and half a line', async () => {
    const path = join(temporaryFolder(), 'pushes.ndjson');
    const store = new FileStore(path);
    await store.put(push('a'));
    await store.close();
    appendFileSync(path, '{"key":"b","pu');
    writeFileSync(`${path}.lock`, String(2 ** 30));
    await store.put(push('c'));
    await store.close();
    expect(await leftIn(store)).toEqual([push('a'), push('c')]);
  });

  test('says which line is no JSON', async () => {
    const path = join(temporaryFolder(), 'pushes.ndjson');
    writeFileSync(path, 'spoilt\n');
    const store = new FileStore(path);
    await expect(leftIn(store)).rejects.toMatchObject({
      code: 'PHX_STORE_CORRUPT',
      message: `${path}:1 is no JSON`,
    });
    writeFileSync(path, '');
    expect(await leftIn(store)).toEqual([]);
  });
});

test('its program prints what is shown of it', async () => {
  await play(inReadme('own-store'), '');
});
