/**
 * Measures how a fleet comes back: `node tools/reconnect-load.mjs [--clients 1000] [--channels 10000] [--away 10000] [--json]`.
 * Fails when the return is no spread, somebody dials under a floor, or more joins are in flight than allowed.
 */

import { parseArgs } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';
import { wholeNumber } from './whole-number.mjs';

/** The largest part of a fleet that may return in one second, after a server that was away: the back-offs have spread by then. */
const SHARE = 0.5;
/** And of the first delays that fall into one tenth of their window: 0.1, and chance. */
const DRAWN_SHARE = 0.2;
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
  clients: wholeNumber('clients', values.clients, 1),
  channels: wholeNumber('channels', values.channels, 1),
  away: wholeNumber('away', values.away),
};

ensureInstalled();
const { saidBy } = await import('./test-program.mjs');
const found = [];
for await (const result of saidBy('test/load/programs/reconnect-load.ts', asked)) {
  found.push(result);
  if (!values.json) print(result);
}

const passed = found.length === 3 && found.every(isCalm);
if (values.json) console.log(JSON.stringify({ passed, node: process.version, found }));
else console.log(passed ? 'as the policy says' : 'FAILED');
process.exitCode = passed ? 0 : 1;

function isCalm({ what, away, peak, hasty, drawn, clients, largestShare }) {
  if (what === 'rejoin') return peak <= JOINS_IN_FLIGHT;
  const spread = drawn.length <= 10 && Math.max(...drawn) / clients <= DRAWN_SHARE;
  return hasty === 0 && spread && (away === 0 || largestShare <= SHARE);
}

function print(result) {
  if (result.what === 'rejoin') {
    const { channels, ms, peak } = result;
    return console.log(
      `\n${channels} channels rejoined in ${ms} ms, at most ${peak} joins in flight`,
    );
  }
  const { clients, away, width, counts, drawn, dials, hasty } = result;
  console.log(
    `\n${clients} clients, server away for ${away} ms: ${dials} dials, ${hasty} under a floor`,
  );
  console.log('first delay drawn');
  bars(drawn, 50);
  console.log('back after');
  bars(counts, width);
}

/** Without the empty stretches at the beginning. */
function bars(counts, width) {
  const most = Math.max(...counts);
  const first = counts.findIndex((count) => count > 0);
  counts.forEach((count, index) => {
    if (index < first) return;
    const bar = '#'.repeat(Math.round((count / most) * WIDE));
    console.log(
      `${((index * width) / 1000).toFixed(2).padStart(6)} s ${String(count).padStart(5)} ${bar}`,
    );
  });
}
