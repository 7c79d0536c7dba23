/** Whatever a script and a server do, in whatever order: every promise settles in time, and no message is lost or given twice. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type RoomTopic, ScriptWorld, TOPICS } from '../support/script-world.js';

/** More often than not there is something to say, to wait for, and somebody to hear it. */
const DEEDS = [
  'join',
  'join',
  'leave',
  'push',
  'receive',
  'receiveEvent',
  'receiveAny',
  'receiveUntil',
  'flush',
  'say',
  'say',
  'say',
  'crash',
  'close',
  'cut',
  'mood',
  'pass',
  'pass',
  'quiet',
] as const;

type Move = {
  readonly deed: (typeof DEEDS)[number];
  readonly topic: RoomTopic;
  readonly n: number;
};

const move: fc.Arbitrary<Move> = fc.record({
  deed: fc.constantFrom(...DEEDS),
  topic: fc.constantFrom(...TOPICS),
  n: fc.integer({ min: 0, max: 3000 }),
});
const ending = fc.constantFrom('disconnect', 'drain', 'giveUp');

const LONG = 300_000;

test('every promise settles by its deadline, and every message is given once and in order', async () => {
  const moves = fc.array(move, { minLength: 5, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      moves,
      ending,
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      async (...run) => {
        const [deeds, end, chance] = run;
        await using world = await ScriptWorld.open(() => chance);
        for (const { deed, topic, n } of deeds) {
          await world[deed](topic, n);
          expect(world.overdue()).toEqual([]);
        }
        await world.quiet();
        world.takeRest();
        expect(world.lost).toEqual([]);
        await close(world, end);
        expect([world.pending, world.unnamed]).toEqual([[], []]);
        expectOnceInOrder(world);
      },
    ),
    { numRuns: 300 },
  );
});

async function close(
  { stage }: ScriptWorld,
  end: 'disconnect' | 'drain' | 'giveUp',
): Promise<void> {
  if (end === 'giveUp') stage.phoenix.cut();
  else void stage.socket[end]();
  await stage.pass(LONG);
  await stage.socket.disconnect();
  await stage.quiet();
}

/** A message overtakes another of its topic only for who asks for its event. */
function expectOnceInOrder({ taken }: ScriptWorld): void {
  expect(new Set(taken.map(({ n }) => n)).size).toBe(taken.length);
  for (const topic of TOPICS) {
    for (const event of ['a', 'b']) {
      const numbers = taken.filter((said) => said.topic === topic && said.event === event);
      expect(numbers).toEqual([...numbers].sort((one, other) => one.n - other.n));
    }
  }
}
