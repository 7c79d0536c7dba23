/** What a store refuses to take is told as what a socket refuses to send. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { levelStore, memoryStore } from 'gen-socket-client/store';
import { temporaryFolder } from '../support/temporary-folder.js';
import { push } from './pushes.js';

const stores = {
  memoryStore,
  levelStore: () => levelStore(join(temporaryFolder(), 'store')),
};

test.each(Object.entries(stores))(
  '%s names the push that is no JSON, and not what is in it',
  async (_, make) => {
    const store = make();
    const refusal = { code: 'PHX_ENCODING', topic: 'orders:1' };
    await expect(store.put(push('a', { secret: 1n }))).rejects.toMatchObject(refusal);
    await expect(store.put(push('a', { secret: 1n }))).rejects.toThrow(
      /^cannot store "ack" on "orders:1": [^]*BigInt/,
    );
    await store.close();
  },
);
