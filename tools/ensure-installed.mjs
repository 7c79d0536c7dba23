/** Runs `npm ci` when node_modules is not what package-lock.json asks for, and says nothing otherwise. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);

export function ensureInstalled() {
  if (isInstalled()) return;
  // Dev dependencies too, whatever NODE_ENV says: they build, test and run the examples.
  const { status } = spawnSync('npm', ['ci', '--include=dev'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** npm writes what it installed to node_modules/.package-lock.json, last of all. */
function isInstalled() {
  const wanted = packagesIn('package-lock.json');
  const present = packagesIn('node_modules/.package-lock.json');
  return (
    Object.keys(present).every((path) => path in wanted) &&
    Object.entries(wanted).every(([path, entry]) => path === '' || fits(path, entry, present[path]))
  );
}

/** Optional packages of other platforms are in the lock file and are never installed. */
function fits(path, wanted, present) {
  if (present === undefined) return wanted.optional === true || wanted.devOptional === true;
  return (
    present.version === wanted.version &&
    present.integrity === wanted.integrity &&
    existsSync(new URL(`${path}/package.json`, ROOT))
  );
}

function packagesIn(path) {
  const file = new URL(path, ROOT);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled();
