/** Whatever happens, in whatever order: what was accepted reaches the server, in order, under its key, and ends once. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfirmedWorld, steps, TOPICS } from './confirmed-world.js';

/** Seconds on an idle machine; it may not be idle. */
const PATIENCE = 120_000;

test(
  'whatever happens, each confirmed push that was accepted arrives, in order, and settles once',
  async () => {
    const property = fc.asyncProperty(steps, async (all) => {
      const world = await ConfirmedWorld.begin();
      for (const one of all) await world.take(one);
      await world.calm();

      const accepted = world.made.filter(({ isQueued }) => isQueued);
      for (const topic of TOPICS)
        expectInOrder(
          world,
          topic,
          accepted.map(({ key }) => key),
        );
      expect(world.store.keys.filter((key) => !accepted.some((made) => made.key === key))).toEqual(
        [],
      );
      await world.end();
      expect(world.made.filter(({ outcomes }) => outcomes.length !== 1)).toEqual([]);
    });
    await fc.assert(property, { seed: 47, numRuns: 60 });
  },
  PATIENCE,
);

/** The first deliveries of what was accepted, by topic, are in the order of the calls, and none is missing. */
function expectInOrder(world: ConfirmedWorld, topic: string, accepted: readonly string[]): void {
  const keys = world.received
    .filter((message) => message.topic === topic)
    .map(({ payload }) => (payload as { idempotency_key: string }).idempotency_key);
  const first = [...new Set(keys)].filter((key) => accepted.includes(key));
  const pushed = world.made.filter((made) => made.topic === topic && made.isQueued);
  expect(first).toEqual(pushed.map(({ key }) => key));
}
