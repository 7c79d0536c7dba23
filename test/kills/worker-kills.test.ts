/** A worker that is killed while it pushes loses no confirmed push that it had accepted, and keeps their order. */

import { expect, test } from 'vitest';
import { SLOW_START } from '../support/child-program.js';
import { compiled } from '../support/compiled.js';
import type * as Kills from './worker-kills.js';

const LIFE = new URL('../chaos/life.ts', import.meta.url);
const KILLS = new URL('worker-kills.ts', import.meta.url);

test(
  'what a worker was promised holds after it was killed twice',
  async () => {
    compiled(LIFE);
    // Compiled, as what it starts is beside it.
    const { killWorkers } = (await import(compiled(KILLS).href)) as typeof Kills;
    const report = await killWorkers({ kills: 2, seed: 1 });
    expect(report).toMatchObject({ kills: 2, broken: [], left: null });
    expect(report.pushes['accepted']).toBeGreaterThan(0);
  },
  SLOW_START * 3,
);
