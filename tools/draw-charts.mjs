/** Draws the statecharts into docs/design.md, by the test that holds the drawings to the machines. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensure-installed.mjs';

const ROOT = new URL('../', import.meta.url);
const VITEST = fileURLToPath(new URL('node_modules/vitest/vitest.mjs', ROOT));

ensureInstalled();
const args = ['run', '--project', 'offline', 'test/statechart/drawing.test.ts', '--update'];
const { status } = spawnSync(process.execPath, [VITEST, ...args], { cwd: ROOT, stdio: 'inherit' });
process.exitCode = status ?? 1;
