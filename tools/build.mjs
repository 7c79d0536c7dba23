/** Compiles the package to dist and, when asked for by name, the examples to build/examples. */

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const TSC = fileURLToPath(new URL('node_modules/typescript/bin/tsc', ROOT));

export function buildPackage() {
  compile('tsconfig.build.json', 'dist');
}

/** The examples import the package by its name, so they are compiled against dist. */
export function buildExamples() {
  compile('tsconfig.examples.json', 'build/examples');
}

/** The programs of `npm run chaos`, which import the package by its name, too. */
export function buildChaos() {
  compile('tsconfig.chaos.json', 'build/chaos');
}

/** Emptied first: what a deleted source left behind would be packed or run. */
function compile(project, output) {
  rmSync(new URL(output, ROOT), { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [TSC, '-p', project], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildPackage();
  if (process.argv.includes('examples')) buildExamples();
}
