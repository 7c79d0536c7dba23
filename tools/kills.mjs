/**
 * Kills a process that writes to its store, again and again: `node tools/kills.mjs --kills N --seed S`; with `--worker` a
 * whole worker, which pushes to a server. Prints one line of JSON; exits with 1 when a promise was broken. What is printed
 * of a failure has the seed in it.
 */

import { parseArgs } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';
import { wholeNumber } from './whole-number.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string' },
    worker: { type: 'boolean', default: false },
    /** As the other proofs have it: it is JSON anyway. */
    json: { type: 'boolean', default: false },
  },
});
const kills = wholeNumber('kills', values.kills);
const seed = wholeNumber('seed', values.seed ?? String(Math.floor(Math.random() * 2 ** 31)));

ensureInstalled();
const { testProgram } = await import('./test-program.mjs');
const report = await (values.worker ? killWorkers() : killWriters());
console.log(JSON.stringify(report));
if (report.broken.length > 0) process.exitCode = 1;

async function killWriters() {
  const writer = await testProgram('test/kills/programs/writer.ts');
  const { killAgainAndAgain } = await import(await testProgram('test/kills/kills.ts'));
  return killAgainAndAgain({ writer, kills, seed });
}

async function killWorkers() {
  await testProgram('test/chaos/life.ts');
  const play = await import(await testProgram('test/kills/worker-kills.ts'));
  return play.killWorkers({ kills, seed });
}
