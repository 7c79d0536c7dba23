/** Whatever is appended, taken, done, given back, closed and opened, in whatever order: every event comes, or is told as lost. */

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { LogWorld, steps } from './log-world.js';

/** Seconds on an idle machine; it may not be idle. */
const PATIENCE = 120_000;

test(
  'in memory every event that is wanted comes in order, or is told by one gap in its place',
  async () => {
    const property = fc.asyncProperty(steps, async (all) => {
      await using world = await LogWorld.begin(null);
      for (const one of all) await world.take(one);
      await world.rest();
    });
    await fc.assert(property, { seed: 47, numRuns: 200 });
  },
  PATIENCE,
);

test(
  'on disk so it is over restarts and crashes, and nothing is left there that nobody needs',
  async () => {
    const folder = temporaryFolder();
    const property = fc.asyncProperty(steps, async (all) => {
      const own = mkdtempSync(join(folder, 'run-'));
      const path = join(own, 'inbox');
      await using world = await LogWorld.begin(path);
      for (const one of all) await world.take(one);
      await world.rest();
      await world.end();
      expect(await leftAt(path)).toEqual([]);
      rmSync(own, { recursive: true });
    });
    await fc.assert(property, { seed: 47, numRuns: 25 });
  },
  PATIENCE,
);

/** What the disk has besides the events kept, and what it knows of topics and readers. */
async function leftAt(path: string): Promise<readonly string[]> {
  const database = new ClassicLevel<string, string>(path, { compression: false });
  const tail = Number((await database.get('tail')) ?? 1);
  const keys = await database.keys().all();
  await database.close();
  const isOld = (key: string) => key.startsWith('event!') && Number(key.slice(6)) < tail;
  return keys.filter((key) => key.startsWith('loss!') || isOld(key));
}
