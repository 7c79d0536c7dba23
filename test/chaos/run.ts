/** `npm run chaos`: plays one schedule from beginning to end, and exits with 1 if a promise was broken. */

import { parseArgs } from 'node:util';
import { type ChaosReport, tableOf } from './report.js';
import { scheduleOf } from './schedule.js';
import { Stage } from './stage.js';

const TOPICS = 5;
const MINUTE = 60_000;
const SEEDS = 2 ** 31;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    minutes: { type: 'string', default: '2' },
    workers: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
    schedule: { type: 'boolean', default: false },
  },
});
const seed = numberOf('seed', values.seed ?? String(Math.floor(Math.random() * SEEDS)), 0);
const minutes = numberOf('minutes', values.minutes, 0);
// One is never killed, and some must be.
const workers = numberOf('workers', values.workers, 2);
const topics = Array.from({ length: TOPICS }, (_, at) => `room:${at + 1}`);
const schedule = scheduleOf(seed, minutes * MINUTE, { workers, topics });

if (values.schedule) console.log(JSON.stringify(schedule));
else await play();

async function play(): Promise<void> {
  const progress = (line: string) => console.error(line);
  console.error(`chaos, seed ${seed}: ${schedule.length} faults in ${minutes} min`);
  await using stage = await Stage.set({ seed, workers, topics, schedule, progress });
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => void stage[Symbol.asyncDispose]().then(() => process.exit(code)));
  }
  const played = await stage.perform();
  const ok = played.violations.length === 0;
  const report: ChaosReport = { ok, seed, minutes, workers, ...played };
  console.log(values.json ? JSON.stringify(report) : tableOf(report));
  process.exitCode = ok ? 0 : 1;
}

function numberOf(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isFinite(number) && number >= least) return number;
  console.error(`--${name} is ${text}: write a number from ${least} on`);
  process.exit(2);
}
