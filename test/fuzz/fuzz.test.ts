/** Wrong frames through a whole client: a few thousand here, a million by `node tools/fuzz.mjs`. */

import { expect, test } from 'vitest';
import { corpusIn } from './corpus.js';
import { FuzzRun } from './fuzz-run.js';

const FRAMES = 2500;
const SEED = 20_261_121;
const corpus = corpusIn(new URL('../conformance/wire/', import.meta.url));

test.each([1, 2] as const)(
  `${FRAMES} wrong frames of version %i do a client no harm, seed ${SEED}`,
  async (version) => {
    const run = new FuzzRun({ seed: SEED, corpus, version });

    const { frames, misread, failures } = await run.run(FRAMES, () => Promise.resolve());

    expect(failures).toEqual([]);
    expect(frames).toBe(FRAMES);
    // Enough of them are messages to reach what lies behind the decoder.
    expect(misread).toBeGreaterThan(FRAMES / 10);
    expect(misread).toBeLessThan((FRAMES * 9) / 10);
  },
);
