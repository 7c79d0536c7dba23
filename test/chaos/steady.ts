/** The steady soak: one worker, thousands of messages a second, a lost connection every few seconds, and a flat heap. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PhoenixDouble } from 'gen-socket-client/testing';
import { FaultProxy } from '../support/fault-proxy.js';
import type { FaultRule } from '../support/fault-rules.js';
import { BOUNDS, type Load, type Sample, verdictOf } from './steady-verdict.js';

const WORKER = fileURLToPath(new URL('steady-worker.js', import.meta.url));
const TOPICS = Array.from({ length: 10 }, (_, at) => `room:${at + 1}`);
/** Milliseconds between two bundles of broadcasts: 5000 messages a second in all. */
const TICK = 10;
const BUNDLE = 50;
/** Milliseconds. */
const LOSS_EVERY = 2000;
const WARM_UP = 8000;
const SAMPLES = 20;
const MINUTE = 60_000;
const KIB = 1024;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const length = Number(values.minutes) * MINUTE;
if (!(length > 0))
  throw new Error(`--minutes ${values.minutes} is no length: give a number above 0`);
await run();

async function run(): Promise<void> {
  await using double = await PhoenixDouble.start({ 'room:*': { handle: { work: () => ({}) } } });
  await using proxy = await FaultProxy.start(double.port);
  const terms = JSON.stringify({ url: proxy.urlOf('/socket'), topics: TOPICS });
  const child = fork(WORKER, [terms], { execArgv: ['--expose-gc'] });
  const ticking = setInterval(() => tick(double), TICK);
  const losing = setInterval(() => lose(proxy), LOSS_EVERY);
  try {
    await pause(Math.min(WARM_UP, length / 4));
    const began = performance.now();
    const samples = await samplesOf(child);
    const seconds = (performance.now() - began) / 1000;
    report(samples, { seconds, losses: Math.floor((seconds * 1000) / LOSS_EVERY) });
  } finally {
    clearInterval(ticking);
    clearInterval(losing);
    child.kill('SIGKILL');
  }
}

function tick(double: PhoenixDouble): void {
  for (let n = 0; n < BUNDLE; n += 1) {
    double.broadcast(TOPICS[n % TOPICS.length] ?? '', 'news', { n, text: 'what there is to say' });
  }
}

/** Whatever is connected, by turns as a reset and as an end without farewell. */
function lose(proxy: FaultProxy): void {
  const kind = proxy.count('reset') <= proxy.count('cut') ? 'reset' : 'cut';
  const once: FaultRule = { to: 'client', do: { kind }, times: 1 };
  proxy.obey([once]);
}

/** The first one when the code is warm. */
async function samplesOf(child: ChildProcess): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let n = 0; n <= SAMPLES; n += 1) {
    samples.push(await sampled(child));
    if (n < SAMPLES) await pause((length * 3) / 4 / SAMPLES);
  }
  return samples;
}

async function sampled(child: ChildProcess): Promise<Sample> {
  const answer = once(child, 'message', { signal: AbortSignal.timeout(MINUTE) });
  child.send('sample');
  const [sample] = (await answer) as [Sample];
  return sample;
}

function report(samples: readonly Sample[], load: Load): void {
  const verdict = verdictOf(samples, load);
  const seconds = length / 1000;
  const { messages = 0, reconnects = 0, shed = 0 } = samples.at(-1) ?? {};
  const perSecond = Math.round(messages / seconds);
  const all = { minutes: length / MINUTE, messages, perSecond, reconnects, shed, ...verdict };
  console.log(values.json ? JSON.stringify({ ...all, bounds: BOUNDS, samples }) : tableOf(all));
  process.exitCode = verdict.ok ? 0 : 1;
}

function tableOf(all: Readonly<Record<string, unknown>> & ReturnType<typeof verdictOf>): string {
  const rows = Object.entries(all).filter(([name]) => name !== 'problems' && name !== 'ok');
  const lines = rows.map(
    ([name, value]) => `  ${name.padEnd(30)}${Math.round(Number(value) * 100) / 100}`,
  );
  const bound = `heap may grow by ${BOUNDS.heapGrowth / KIB} KiB, handles by ${BOUNDS.extraHandles}`;
  const verdict = all.ok ? 'flat' : `NOT FLAT: ${all.problems.join('; ')}`;
  return ['steady soak', ...lines, '', bound, verdict].join('\n');
}
