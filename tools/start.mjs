/** Builds, then runs the daemon beside a Phoenix double of its own. */

import { buildPackage } from './build.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { runProgram } from './run-program.mjs';

ensureInstalled();
console.error('building the package …');
buildPackage();
runProgram('dist/cli/main.js', ['run', '--demo', ...process.argv.slice(2)]);
