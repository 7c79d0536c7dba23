/**
 * Builds what is missing, then plays chaos: workers in processes of their own, a bad network, a failing server. With `steady` for its
 * first word it runs the steady soak: one worker under load, its heap and handles watched.
 */

import { buildChaos, buildPackage } from './build.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { runProgram } from './run-program.mjs';

const args = process.argv.slice(2);
const program = args[0] === 'steady' ? args.shift() : 'run';

ensureInstalled();
console.error('building the package and the chaos programs …');
buildPackage();
buildChaos();
runProgram(`build/chaos/chaos/${program}.js`, args);
