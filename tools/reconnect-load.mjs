/**
 * Measures how a fleet comes back: `node tools/reconnect-load.mjs [--clients 1000] [--channels 10000] [--away 10000] [--json]`.
 * Fails when the return is no spread, somebody dials under a floor, or more joins are in flight than allowed.
 */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compiledProgram } from './compiled-program.mjs';

/** The largest part of a fleet in one stretch: full jitter over 0.5 s puts a fifth into each 0.1 s, and a busy machine lags. */
const SHARE = 0.5;
const JOINS_IN_FLIGHT = 10;
const WIDE = 50;

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '1000' },
    channels: { type: 'string', default: '10000' },
    away: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
});
const asked = {
  clients: Number(values.clients),
  channels: Number(values.channels),
  away: Number(values.away),
};

const program = fileURLToPath(await compiledProgram('test/load/programs/reconnect-load.ts'));
const stdio = ['ignore', 'pipe', 'inherit'];
const child = spawn(process.execPath, [program, JSON.stringify(asked)], { stdio });
const found = [];
for await (const line of createInterface(child.stdout)) {
  found.push(JSON.parse(line));
  if (!values.json) print(found.at(-1));
}
if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));

const passed = child.exitCode === 0 && found.length === 3 && found.every(isCalm);
if (values.json) console.log(JSON.stringify({ passed, node: process.version, found }));
else console.log(passed ? 'as the policy says' : 'FAILED');
process.exitCode = passed ? 0 : 1;

function isCalm({ what, peak, hasty, largestShare }) {
  return what === 'rejoin' ? peak <= JOINS_IN_FLIGHT : hasty === 0 && largestShare <= SHARE;
}

function print(result) {
  if (result.what === 'rejoin') {
    const { channels, ms, peak } = result;
    return console.log(
      `\n${channels} channels rejoined in ${ms} ms, at most ${peak} joins in flight`,
    );
  }
  const { clients, away, width, counts, dials, hasty } = result;
  console.log(
    `\n${clients} clients, server away for ${away} ms: ${dials} dials, ${hasty} under a floor`,
  );
  const most = Math.max(...counts);
  counts.forEach((count, index) => {
    const bar = '#'.repeat(Math.round((count / most) * WIDE));
    console.log(
      `${String((index * width) / 1000).padStart(6)} s ${String(count).padStart(5)} ${bar}`,
    );
  });
}
