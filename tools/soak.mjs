/** Runs the long proofs one after the other, each a program of its own, and sums up. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';

const { values } = parseArgs({
  options: {
    /** Of chaos and of the steady soak, each. */
    minutes: { type: 'string', default: '10' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const { minutes } = values;
const PARTS = {
  steady: ['chaos.mjs', 'steady', '--minutes', minutes],
  chaos: ['chaos.mjs', '--minutes', minutes],
  fuzz: ['fuzz.mjs', '--frames', '1000000'],
  kills: ['kills.mjs', '--kills', '50'],
  workerKills: ['kills.mjs', '--worker', '--kills', '50'],
  reconnectLoad: ['reconnect-load.mjs'],
  detection: ['detection.mjs'],
};
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

ensureInstalled();
const chosen = Object.entries(PARTS).filter(([name]) => name === (values.only ?? name));
if (chosen.length === 0) {
  console.error(`--only is ${values.only}: choose from ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
const parts = {};
for (const [name, [tool, ...args]] of chosen) parts[name] = await run(name, tool, args);
const ok = Object.values(parts).every((part) => part.ok);
if (values.json) console.log(JSON.stringify({ ok, parts }));
else console.log(summary());
process.exitCode = ok ? 0 : 1;

/** With `--json` the last line of each is its object; else it prints for itself. */
async function run(name, tool, args) {
  console.error(`== ${name}`);
  const started = performance.now();
  const file = fileURLToPath(new URL(tool, import.meta.url));
  const child = spawn(process.execPath, [file, ...args, ...(values.json ? ['--json'] : [])], {
    stdio: ['ignore', values.json ? 'pipe' : 'inherit', 'inherit'],
  });
  const pass = Object.keys(SIGNALS).map((signal) => [signal, () => child.kill(signal)]);
  for (const [signal, listener] of pass) process.on(signal, listener);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const [code, signal] = await once(child, 'close');
  for (const [each, listener] of pass) process.off(each, listener);
  if (signal !== null || Object.values(SIGNALS).includes(code))
    process.exit(SIGNALS[signal] ?? code);
  const seconds = Math.round((performance.now() - started) / 1000);
  return { ok: code === 0, seconds, ...(values.json && { report: lastObject(text) }) };
}

function lastObject(text) {
  try {
    return JSON.parse(text.trim().split('\n').at(-1));
  } catch {
    return null;
  }
}

function summary() {
  const lines = Object.entries(parts).map(
    ([name, { ok: kept, seconds }]) =>
      `${kept ? 'ok    ' : 'FAILED'} ${name.padEnd(16)}${seconds} s`,
  );
  return ['', ...lines].join('\n');
}
