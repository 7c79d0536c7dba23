/** Builds what is missing, then plays chaos: workers in processes of their own, a bad network, a failing server. */

import { buildChaos, buildPackage } from './build.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { runProgram } from './run-program.mjs';

ensureInstalled();
console.error('building the package and the chaos programs …');
buildPackage();
buildChaos();
runProgram('build/chaos/chaos/run.js', process.argv.slice(2));
