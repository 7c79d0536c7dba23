/** Commands of the daemon where a library is not installed that is optional: they say which, and how to get it. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { optionalPart } from '../../src/cli/daemon/optional-part.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const require = createRequire(import.meta.url);

/** From where nothing is installed, as Node loads it. */
function partThatImports(name: string): () => Promise<unknown> {
  const folder = join(temporaryFolder(), 'part');
  mkdirSync(folder);
  const file = join(folder, 'part.mjs');
  writeFileSync(file, `import '${name}';\n`);
  return async () => require(file) as unknown;
}

test.each([
  ['zod', 'zod'],
  ['yaml', 'yaml'],
  ['hono', 'hono/http-exception'],
  ['@hono/node-server', '@hono/node-server'],
  ['@hono/zod-openapi', '@hono/zod-openapi'],
])('without %s a command says what to install', async (name, imported) => {
  await expect(optionalPart(partThatImports(imported))).rejects.toMatchObject({
    code: 'PHX_MISSING_DEPENDENCY',
    message: `${name} cannot be loaded; it is an optional dependency: npm install ${name}`,
    cause: expect.objectContaining({ code: 'ERR_MODULE_NOT_FOUND' }),
  });
});

test('what is wrong in a part itself is told as it is', async () => {
  const wrong = partThatImports('./nowhere.mjs');
  await expect(optionalPart(wrong)).rejects.not.toMatchObject({ code: 'PHX_MISSING_DEPENDENCY' });
});
