/** A long fuzz run in a process of its own: `{ frames, seed, recordings }` in, one line of JSON for each version out. */

import { heapInUse } from '../../support/heap.js';
import { corpusIn } from '../corpus.js';
import { FuzzRun } from '../fuzz-run.js';

type Asked = { readonly frames: number; readonly seed: number; readonly recordings: string };

const { frames, seed, recordings } = JSON.parse(process.argv[2] ?? '{}') as Asked;
const corpus = corpusIn(new URL(recordings));

for (const version of [2, 1] as const) {
  const began = performance.now();
  let midway = 0;
  const run = new FuzzRun({ seed, corpus, version });
  const result = await run.run(Math.ceil(frames / 2), async () => {
    midway = await heapInUse();
  });
  const grown = (await heapInUse()) - midway;
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  console.log(JSON.stringify({ version, ...result, grown, seconds }));
}
