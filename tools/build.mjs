/** Compiles the package to dist and, when asked for by name, the examples to build/examples. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const TSC = fileURLToPath(new URL('node_modules/typescript/bin/tsc', ROOT));

const PAGE = 'daemon/admin/page';

export function buildPackage() {
  compile('tsconfig.build.json', 'dist');
  buildPage('dist');
}

/** What the browser is given, which is compiled with other libraries than what Node runs. */
export function buildPage(output) {
  run(['-p', `src/${PAGE}`, '--noEmit', 'false', '--rootDir', 'src', '--outDir', output]);
  const [from, to] = ['src', output].map((folder) => new URL(`${folder}/${PAGE}/`, ROOT));
  for (const name of readdirSync(from).filter((one) => /\.(html|css|svg)$/.test(one))) {
    copyFileSync(new URL(name, from), new URL(name, to));
  }
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
  run(['-p', project]);
}

function run(args) {
  const { status } = spawnSync(process.execPath, [TSC, ...args], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildPackage();
  if (process.argv.includes('examples')) buildExamples();
}
