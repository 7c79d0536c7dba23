/** Installs the programs that tests run and npm does not have, where Debian's packages are at hand; says which are missing otherwise. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS = [
  { program: process.env.CHROMIUM_PATH ?? 'chromium', debian: 'chromium', for: 'the page' },
  { program: 'promtool', debian: 'prometheus', for: 'the alert rules' },
  { program: 'python3', debian: 'python3', for: 'the application of the sidecar' },
];

const missing = PROGRAMS.filter(({ program }) => !isThere(program));
if (missing.length > 0) install(missing);

/** Only what nobody is asked for, so that it never waits at a prompt. The tests themselves fail for what is still missing. */
function install(programs) {
  const names = programs.map(({ debian }) => debian);
  console.error(`installing ${names.join(', ')} …`);
  if (process.getuid?.() === 0 && apt('update') && apt('install', '--yes', ...names)) return;
  for (const { debian, for: what } of programs) {
    console.error(`the tests of ${what} need ${debian}: install it (apt-get install ${debian})`);
  }
}

function apt(verb, ...args) {
  const options = ['-qq', '--no-install-recommends', ...args];
  const { status } = spawnSync('apt-get', [verb, ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}

function isThere(program) {
  const folders = program.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
