/**
 * Says wrong frames to a whole client: `node tools/fuzz.mjs [--frames 1000000] [--seed N] [--json]`.
 * A failure prints its seed, which repeats it, and the frame if one alone was to blame.
 */

import { parseArgs } from 'node:util';
import { ensureInstalled } from './ensure-installed.mjs';
import { wholeNumber } from './whole-number.mjs';

/** Bytes: what the engine's own tables take and give. A hundred bytes a frame would be 50 MB. */
const NOISE = 4 * 2 ** 20;

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    json: { type: 'boolean', default: false },
  },
});
const asked = {
  frames: wholeNumber('frames', values.frames, 1),
  seed: wholeNumber('seed', values.seed),
  recordings: new URL('../test/conformance/wire/', import.meta.url).href,
};

ensureInstalled();
const { saidBy } = await import('./test-program.mjs');
const runs = [];
const said = saidBy('test/fuzz/programs/fuzz.ts', asked, ['--expose-gc']);
for await (const { failures, grown, ...run } of said) {
  const growth = grown > NOISE ? [`the heap has grown by ${grown} bytes`] : [];
  runs.push({ ...run, grown, failures: [...failures, ...growth] });
  if (!values.json) print(runs.at(-1));
}

const passed = runs.length === 2 && runs.every(isClean);
if (values.json) console.log(JSON.stringify({ seed: asked.seed, passed, runs }));
else console.log(passed ? `no harm done, seed ${asked.seed}` : `FAILED: --seed ${asked.seed}`);
process.exitCode = passed ? 0 : 1;

function isClean({ failures }) {
  return failures.length === 0;
}

function print({ version, frames, misread, grown, seconds, failures }) {
  const kb = Math.round(grown / 1000);
  console.log(
    `version ${version}: ${frames} frames, ${misread} misread, heap ${kb} kB, ${seconds} s`,
  );
  for (const failure of failures) console.log(`  ${failure}`);
}
