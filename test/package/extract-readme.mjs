/** Writes the programs of the installed package's README into files, to be compiled and run as they stand. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const readme = readFileSync('node_modules/gen-socket-client/README.md', 'utf8');
mkdirSync('readme', { recursive: true });
for (const [, path, program] of readme.matchAll(
  /^```ts file=examples\/(\S+)\/program\.ts\n([^]*?)^```$/gm,
)) {
  writeFileSync(`readme/${path}.ts`, program);
}
