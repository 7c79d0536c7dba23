/** Builds, then runs the main job. */

import { buildExamples, buildPackage } from './build.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { runProgram } from './run-program.mjs';

ensureInstalled();
console.error('building the package and the examples …');
buildPackage();
buildExamples();
runProgram('build/examples/main-job/program.js', process.argv.slice(2));
