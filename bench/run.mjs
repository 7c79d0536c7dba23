/** Measures the client, or with `daemon` the daemon, beside others in turn, and prints what it found. */

import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { FULL, FULL_DAEMON, QUICK, QUICK_DAEMON } from './plan.mjs';
import { summarise } from './summary.mjs';
import { tableOf } from './table.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});

const plans = positionals.includes('daemon') ? [FULL_DAEMON, QUICK_DAEMON] : [FULL, QUICK];
const plan = plans[options.quick ? 1 : 0];
const server = fork(pathOf('server.mjs'));
const [{ port }] = await once(server, 'message');
const figures = {};
for (const [name, figure] of chosen()) figures[name] = await measure(name, figure);
server.kill();

const machine = { node: process.version, cores: availableParallelism() };
const report = { machine, rounds: plan.rounds, quick: options.quick, figures };
console.log(options.json ? JSON.stringify(report) : tableOf(report));

function chosen() {
  return Object.entries(plan.figures).filter(([name]) => name === (options.only ?? name));
}

/** In turn, so that whatever else the machine does meanwhile is shared by all. */
async function measure(name, { measurement, contenders, sizes, rounds = plan.rounds }) {
  const results = Object.fromEntries(contenders.map((contender) => [contender, []]));
  for (let round = 1; round <= rounds; round += 1) {
    console.error(`${name}, round ${round} of ${rounds}`);
    for (const contender of contenders) {
      results[contender].push(await runOne({ contender, measurement, ...sizes }));
    }
  }
  return summarise(results);
}

/** Resolves with the result when the process has ended. */
async function runOne(job) {
  const url = `ws://127.0.0.1:${port}/socket`;
  const client = fork(pathOf('client.mjs'), [JSON.stringify({ ...job, url })], {
    execArgv: ['--expose-gc'],
  });
  let result = null;
  const passBack = (answer) => client.connected && client.send(answer);
  server.on('message', passBack);
  client.on('message', (message) => {
    if ('result' in message) ({ result } = message);
    else server.send(message);
  });
  const [code] = await once(client, 'exit');
  server.off('message', passBack);
  if (code !== 0 || result === null) fail(`${job.contender} ended with ${code} and no result`);
  return result;
}

function fail(problem) {
  server.kill();
  throw new Error(problem);
}

function pathOf(file) {
  return fileURLToPath(new URL(file, import.meta.url));
}
