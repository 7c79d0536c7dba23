/** Builds what is missing, then runs the steady soak: one worker under load, its heap and handles watched. */

import { buildChaos, buildPackage } from './build.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { runProgram } from './run-program.mjs';

ensureInstalled();
console.error('building the package and the chaos programs …');
buildPackage();
buildChaos();
runProgram('build/chaos/chaos/steady.js', process.argv.slice(2));
