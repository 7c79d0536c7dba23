/** Whatever happens, in whatever order: each push, join and leave settles exactly once, and what is told of it is true. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClientOptions, Outcome, Push, PushError } from '../../src/index.js';
import { type Answer, OK, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

fc.configureGlobal({ seed: 41, numRuns: 200 });

const OPTIONS: ClientOptions = {
  timeouts: { connect: 500, join: 1000, push: 1000, leave: 500 },
  outbox: { ttl: 2000, messages: 3, whenFull: 'dropOldest' },
  heartbeat: false,
  maxChannelsPerSocket: 2,
};
/** Long sequences more often than short ones, which find little. */
const STEPS = { minLength: 10, maxLength: 60, size: 'max' } as const;
/** The longest that a push may wait and then be unanswered. */
const LONGEST_PUSH = 3000;

const TOPICS = ['room:1', 'room:2', 'room:3'] as const;

type Mode = 'ok' | 'error' | 'silence';
type Step =
  | { readonly do: 'join' | 'leave'; readonly topic: string }
  | { readonly do: 'crash' | 'close'; readonly topic: string }
  | { readonly do: 'push'; readonly topic: string; readonly asked: boolean; readonly now: boolean }
  | { readonly do: 'dials' | 'joins' | 'leaves' | 'pushes'; readonly mode: Mode }
  | { readonly do: 'reply'; readonly index: number }
  | { readonly do: 'cut' | 'disconnect' | 'connect' | 'cancel' }
  | { readonly do: 'pass'; readonly ms: number };

const topic = fc.constantFrom(...TOPICS);
const mode = fc.constantFrom<Mode>('ok', 'ok', 'error', 'silence');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('join' as const), topic }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      topic,
      asked: fc.boolean(),
      now: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), topic }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'close'), topic }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('dials' as const, 'joins', 'leaves', 'pushes'),
      mode,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('reply' as const), index: fc.nat(20) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('cut' as const, 'disconnect', 'connect', 'cancel'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(0, 1, 250, 500, 1000, 2000, 10_000),
    }),
  },
);

type Made = { readonly push: Push; readonly asked: boolean; readonly at: number };

/** A worker and a server that do as they are told, and the requests that were made so far. */
class World {
  readonly pushes: Made[] = [];
  readonly outcomes = new Map<Push, Outcome<unknown, PushError>>();
  readonly requests: Promise<unknown>[] = [];
  readonly #modes: Record<'dials' | 'joins' | 'leaves' | 'pushes', Mode> = {
    dials: 'ok',
    joins: 'ok',
    leaves: 'ok',
    pushes: 'silence',
  };
  readonly script: Script = {
    dial: () => this.#dial(),
    join: () => this.#answer('joins'),
    leave: () => this.#answer('leaves'),
    push: () => this.#answer('pushes'),
  };

  async take(sim: Simulation, one: Step): Promise<void> {
    const { phoenix, worker } = sim;
    if (one.do === 'pass') await sim.pass(one.ms);
    else if (one.do === 'push') this.#push(sim, one);
    else if (one.do === 'join') this.requests.push(worker.join(one.topic).outcome());
    else if (one.do === 'leave') this.requests.push(worker.leave(one.topic).outcome());
    else if (one.do === 'crash' || one.do === 'close') this.#end(sim, one);
    else if (one.do === 'reply') this.#reply(sim, one.index);
    else if ('mode' in one) this.#modes[one.do] = one.mode;
    else if (one.do === 'cut') phoenix.sessions.at(-1)?.cut();
    else if (one.do === 'cancel') this.pushes.at(-1)?.push.cancel();
    else worker[one.do]();
    await sim.quiet();
  }

  #push(sim: Simulation, { topic, asked, now }: Extract<Step, { do: 'push' }>): void {
    const delivery = now ? 'volatile' : 'buffered';
    const push = sim.worker.push(topic, 'ping', {}, { delivery });
    this.pushes.push({ push, asked, at: sim.clock.monotonic() });
    if (asked) void push.outcome().then((outcome) => this.outcomes.set(push, outcome));
  }

  #end(
    { phoenix }: Simulation,
    { do: how, topic }: { do: 'crash' | 'close'; topic: string },
  ): void {
    const join = phoenix.sent('phx_join', topic).at(-1);
    if (join !== undefined) phoenix[how](topic, join);
  }

  /** To a push of any age, perhaps once more. */
  #reply({ phoenix }: Simulation, index: number): void {
    const push = phoenix.sent('ping').at(-1 - index);
    if (push !== undefined) phoenix.reply(push, OK);
  }

  #dial(): 'accept' | { status: number } | null {
    if (this.#modes.dials === 'silence') return null;
    return this.#modes.dials === 'ok' ? 'accept' : { status: 502 };
  }

  #answer(kind: 'joins' | 'leaves' | 'pushes'): Answer {
    const answer = this.#modes[kind];
    return answer === 'silence' ? null : [answer, {}];
  }
}

test('whatever happens, each request settles once, in time, and is told once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, STEPS), async (steps) => {
      const world = new World();
      await using sim = await simulate(new SimulatedWorker(), {
        options: OPTIONS,
        script: world.script,
      });
      for (const topic of TOPICS) world.requests.push(sim.worker.join(topic).outcome());
      for (const one of steps) {
        await world.take(sim, one);
        expectPunctual(world, sim);
      }
      await sim[Symbol.asyncDispose]();
      await Promise.all(world.requests);
      expectTruth(world, sim);
    }),
  );
});

function expectPunctual({ pushes, outcomes }: World, { clock }: Simulation): void {
  const late = pushes.filter(
    ({ push, asked, at }) => asked && clock.monotonic() - at > LONGEST_PUSH && !outcomes.has(push),
  );
  expect(late).toEqual([]);
}

function expectTruth({ pushes, outcomes }: World, sim: Simulation): void {
  const told = [
    ...sim.given('handleReply'),
    ...sim.given('handlePushError').map(({ error }) => error),
  ];
  const toldOf = countEach(told.map(({ ref }) => ref));
  const written = countEach(sim.phoenix.sent('ping').map(({ ref }) => ref ?? ''));
  for (const { push, asked } of pushes) {
    const { ref } = push;
    expect(written.get(ref) ?? 0).toBeLessThanOrEqual(1);
    expect(toldOf.get(ref) ?? 0).toBeLessThanOrEqual(asked ? 0 : 1);
    const outcome = outcomes.get(push);
    expect(asked).toBe(outcome !== undefined);
    if (outcome !== undefined) expect(written.has(ref)).toBe(wasWritten(outcome));
  }
  for (const { error } of sim.given('handlePushError')) expect(written.has(error.ref)).toBe(false);
}

function wasWritten(outcome: Outcome<unknown, PushError>): boolean {
  return outcome.ok || outcome.error.delivered !== 'no';
}

function countEach(refs: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const ref of refs) counts.set(ref, (counts.get(ref) ?? 0) + 1);
  return counts;
}
