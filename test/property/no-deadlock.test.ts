/** Whatever happens, in whatever order: nothing that a worker waits for hangs, turns never overlap, and the end comes in time. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONCURRENCIES } from '../../src/policy/concurrency.js';
import { HookedWorker } from '../support/hooked-worker.js';
import { simulate, type Simulation } from '../support/worker-simulation.js';
import { LIMITS, steps, TOPICS, World } from './no-deadlock-world.js';

/** Seconds on an idle machine; it may not be idle. */
const PATIENCE = 60_000;
/** More than the longest join clock, and all joins are answered by then. */
const LONG = 90_000;

type Run = Simulation<HookedWorker>;

const endings = fc.constantFrom('stop', 'drain', 'drain, then stop');

test.each(CONCURRENCIES)(
  'whatever happens, all that is asked settles once and in time, in turns by %s, and the end is in time',
  async (concurrency) => {
    const property = fc.asyncProperty(steps, endings, fc.boolean(), async (all, ending, isCalm) => {
      const world = new World(concurrency);
      await using sim = await simulate(
        new HookedWorker({ ...world.hooks, terminate: () => world.terminate() }),
        {
          options: {
            concurrency,
            timeouts: LIMITS,
            outbox: { messages: 3 },
            inbox: { messages: 4 },
            heartbeat: false,
          },
          script: world.script,
        },
      );
      world.begin(sim);
      for (const one of all) {
        await world.take(sim, one);
        expectPunctual(world, sim);
      }
      if (isCalm) {
        world.behave();
        await sim.pass(LONG);
        expect(world.asked.filter(({ settled }) => settled !== 1)).toEqual([]);
      }
      await expectEnd(sim, ending);
      await sim.pass(5000);

      expect(world.asked.filter(({ settled }) => settled !== 1)).toEqual([]);
      expect(world.overlap).toBeLessThanOrEqual(1);
      for (const topic of TOPICS) expectInOrder(sim, topic);
    });
    await fc.assert(property, { seed: 43, numRuns: 120 });
  },
  PATIENCE,
);

function expectPunctual({ asked }: World, { clock }: Run): void {
  const now = clock.monotonic();
  expect(asked.filter(({ settled, due }) => settled === 0 && now > due)).toEqual([]);
}

/** A stop has three steps of 5 s, a drain its grace and its force. */
const IN_TIME = { stop: 15_000, drain: 20_000, 'drain, then stop': 16_000 } as const;

async function expectEnd(sim: Run, ending: keyof typeof IN_TIME): Promise<void> {
  const begun = sim.clock.monotonic();
  const took = sim.client.stopped.then(() => sim.clock.monotonic() - begun);
  const drained = ending === 'stop' ? null : sim.client.drain();
  if (ending === 'drain, then stop') await sim.pass(1000);
  if (ending !== 'drain') void sim.client.stop();
  await sim.pass(20_000);
  expect(await took).toBeLessThanOrEqual(IN_TIME[ending]);
  await drained;
  expect(sim.given('terminate')).toHaveLength(1);
  expect(sim.story.at(-1)).toBe('terminate');
}

/** Numbers rise; where some are missing a gap was told, of the inbox or of the join. */
function expectInOrder(sim: Run, topic: string): void {
  let last = 0;
  let isGapTold = false;
  for (const { callback, fact } of sim.told) {
    if (typeof fact !== 'object' || fact === null || !('topic' in fact) || fact.topic !== topic)
      continue;
    if (callback === 'handleGap') isGapTold = true;
    if (callback === 'handleJoined' || callback === 'handleChannelClosed') isGapTold = true;
    if (callback !== 'handleMessage') continue;
    const { number } = fact.payload as { number: number };
    expect(number).toBeGreaterThan(last);
    if (!isGapTold) expect(number).toBe(last + 1);
    isGapTold = false;
    last = number;
  }
}
