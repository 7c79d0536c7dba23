/** Measures how long faults go unnoticed, by default and by a short policy: `node tools/detection.mjs [--json]`. */

import { saidBy } from './test-program.mjs';

const found = [];
for await (const result of saidBy('test/load/programs/detection.ts', {})) found.push(result);

if (process.argv.includes('--json')) console.log(JSON.stringify({ node: process.version, found }));
else console.table(found);
