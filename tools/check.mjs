/** Builds, then runs every `check:` script, with a line for each and all that the failing ones had to say. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensure-installed.mjs';

const ROOT = new URL('../', import.meta.url);
const BIN = fileURLToPath(new URL('node_modules/.bin', ROOT));

ensureInstalled();
const failed = checks().filter((check) => !passes(check));
if (failed.length > 0) {
  console.error(`failed: ${failed.map(([name]) => name).join(', ')}`);
  process.exitCode = 1;
}

/** The build comes first: publint and attw judge what would be published. */
function checks() {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
  const named = Object.entries(scripts).filter(([name]) => name.startsWith('check:'));
  return [['build', 'node tools/build.mjs'], ...named];
}

function passes([name, command]) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, {
    cwd: ROOT,
    shell: true,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH}` },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(20)}${seconds} s`);
  if (status !== 0) console.log(`${stdout}${stderr}`.trimEnd());
  return status === 0;
}
