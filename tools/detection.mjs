/** Measures how long faults go unnoticed, by default and by a short policy: `node tools/detection.mjs [--json]`. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compiledProgram } from './compiled-program.mjs';

const isJson = process.argv.includes('--json');
const program = fileURLToPath(await compiledProgram('test/load/programs/detection.ts'));
const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
const found = [];
for await (const line of createInterface(child.stdout)) found.push(JSON.parse(line));
if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));

if (isJson) console.log(JSON.stringify({ node: process.version, found }));
else console.table(found);
process.exitCode = child.exitCode ?? 1;
