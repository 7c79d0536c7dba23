/** Whatever happens, in whatever order: each push, join and leave settles exactly once, and what is told of it is true. */

import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulate, type Simulation } from '../support/worker-simulation.js';
import { type Made, SettleWorker, SettleWorld, steps, TOPICS, whenFulls } from './settle-world.js';

/** Seconds on an idle machine; it may not be idle. */
const PATIENCE = 60_000;

fc.configureGlobal({ seed: 41, numRuns: 90 });

/** More than the longest join clock, and all joins are answered by then. */
const LONG = 70_000;

test(
  'whatever happens, each request settles once, in time, and is told once',
  async () => {
    await fc.assert(
      fc.asyncProperty(whenFulls, steps, async (whenFull, all) => {
        const world = new SettleWorld();
        await using sim = await simulate(new SettleWorker(world), {
          options: {
            timeouts: { connect: 500, join: 1000, push: 1000, leave: 500 },
            outbox: { ttl: 2000, messages: 2, whenFull },
            heartbeat: false,
            maxChannelsPerSocket: 2,
          },
          script: world.script,
        });
        for (const topic of TOPICS) world.want(sim, topic);
        for (const one of all) {
          await world.take(sim, one);
          expectPunctual(world, sim);
        }
        world.behave();
        await sim.pass(LONG);
        expectPunctual(world, sim);
        expect(world.unsettled).toBe(0);
        await sim[Symbol.asyncDispose]();

        const truth = new Truth(sim);
        for (const made of world.pushes) truth.expectOf(made);
        expect(getEventListeners(world.shared.signal, 'abort')).toEqual([]);
      }),
    );
  },
  PATIENCE,
);

function expectPunctual({ pushes }: SettleWorld, { clock }: Simulation): void {
  const now = clock.monotonic();
  const late = pushes.filter(({ asked, outcome, due }) => asked && outcome === null && now > due);
  expect(late).toEqual([]);
}

/** What the server received of each push, and what the worker and telemetry were told, by event: each has its own. */
class Truth {
  readonly #written: ReadonlyMap<string, number>;
  readonly #replied: ReadonlyMap<string, number>;
  readonly #failed: ReadonlyMap<string, number>;
  readonly #counted: ReadonlyMap<string, number>;
  readonly #isStoppedEarly: boolean;

  constructor(sim: Simulation<SettleWorker>) {
    this.#written = countEach(sim.phoenix.received);
    this.#replied = countEach(sim.given('handleReply'));
    this.#failed = countEach(sim.given('handlePushError'));
    const unanswered = sim.telemetry.filter(({ name }) => name === 'push.unanswered');
    this.#counted = countEach(unanswered as unknown as { event: string }[]);
    this.#isStoppedEarly = sim.worker.world.isStopped;
  }

  expectOf(made: Made): void {
    const { event } = made.push;
    const [written, counted] = [of(this.#written, event), of(this.#counted, event)];
    const told = of(this.#replied, event) + of(this.#failed, event);
    if (!made.isConfirmed) expect(written).toBeLessThanOrEqual(1);
    if (!made.isConfirmed && of(this.#failed, event) > 0) expect(written).toBe(0);
    if (made.asked) this.#expectAsked(made, written, told + counted);
    else this.#expectTold(made, told + counted);
  }

  #expectAsked({ outcome, isConfirmed }: Made, written: number, told: number): void {
    expect(told).toBe(0);
    const isWritten = outcome !== null && (outcome.ok || outcome.error.delivered !== 'no');
    expect(isConfirmed ? Math.min(written, 1) : written).toBe(isWritten ? 1 : 0);
  }

  /** After a stop nobody is told any more. */
  #expectTold({ isCancelled, hasRejected }: Made, told: number): void {
    const ends = told + (isCancelled || hasRejected ? 1 : 0);
    expect(ends).toBeLessThanOrEqual(1);
    if (!this.#isStoppedEarly) expect(ends).toBe(1);
  }
}

function of(counts: ReadonlyMap<string, number>, event: string): number {
  return counts.get(event) ?? 0;
}

function countEach(all: readonly { readonly event: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { event } of all) counts.set(event, (counts.get(event) ?? 0) + 1);
  return counts;
}
