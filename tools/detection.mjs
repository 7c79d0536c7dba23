/**
 * Measures how long faults go unnoticed, by default and by a short policy: `node tools/detection.mjs [--json]`.
 * Fails when one is noticed later than promised, and what a busy machine takes.
 */

import { ensureInstalled } from './ensure-installed.mjs';

/** Milliseconds: eight clients and servers begin in one process at the same moment, and megabytes are written. */
const SLACK = 5000;

ensureInstalled();
const { saidBy } = await import('./test-program.mjs');
const found = [];
for await (const each of saidBy('test/load/programs/detection.ts', {})) {
  found.push({ ...each, isInTime: each.ms <= each.promised + SLACK });
}

const passed = found.length === 8 && found.every(({ isInTime }) => isInTime);
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ passed, node: process.version, slack: SLACK, found }));
} else {
  console.table(found);
  console.log(passed ? 'in time' : 'FAILED');
}
process.exitCode = passed ? 0 : 1;
