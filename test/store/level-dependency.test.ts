/** The store on disk without the library that it is optional to install. */

import Module from 'node:module';
import { expect, onTestFinished, test, vi } from 'vitest';
import { levelStore } from 'gen-socket-client/store';
import { push, read } from './pushes.js';

test('a store can be named without classic-level, and says what to install when it is opened', async () => {
  const loader = Module as unknown as { _resolveFilename: (name: string) => string };
  const missing = vi.spyOn(loader, '_resolveFilename').mockImplementation((name) => {
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  });
  onTestFinished(() => {
    missing.mockRestore();
  });

  const store = levelStore('/nowhere');
  const refusal = {
    code: 'PHX_MISSING_DEPENDENCY',
    message: expect.stringMatching(
      /^classic-level cannot be loaded; .* npm install classic-level$/,
    ),
    cause: expect.objectContaining({ code: 'MODULE_NOT_FOUND' }),
  };
  await expect(read(store)).rejects.toMatchObject(refusal);
  await expect(store.put(push('a'))).rejects.toMatchObject(refusal);
  await store.close();
});
