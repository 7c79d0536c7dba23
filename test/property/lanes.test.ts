/** Messages, replies and callbacks at random: each topic is told in order and in turn, and of all that it loses. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Concurrency } from '../../src/index.js';
import { CONCURRENCIES } from '../../src/policy/concurrency.js';
import { HookedWorker, type Hooks } from '../support/hooked-worker.js';
import { OK } from '../support/memory-phoenix.js';
import { type Simulation, simulate } from '../support/worker-simulation.js';

/** Seconds on an idle machine; it may not be idle. */
const PATIENCE = 60_000;
const TOPICS = ['room:1', 'room:2', 'room:3'] as const;
const LIMIT = 8;
/** Half of the time for which nothing is read: what is held is let go of in time, or not. */
const STEP = 2500;
/** More than the longest delay before a connection and a join. */
const LONG = 90_000;

type Topic = (typeof TOPICS)[number];
type Habit = 'return' | 'hold' | 'push' | 'throw';
type Step =
  | { readonly do: 'say'; readonly topic: Topic; readonly times: number }
  | { readonly do: 'habit'; readonly topic: Topic; readonly habit: Habit }
  | { readonly do: 'tell' | 'crash' | 'leave'; readonly topic: Topic }
  | { readonly do: 'let go' | 'after' | 'cut' | 'pass' };

const topic = fc.constantFrom(...TOPICS);
const habit = fc.constantFrom<Habit>('return', 'hold', 'hold', 'push', 'throw');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      topic,
      times: fc.constantFrom(1, 3, 20),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('habit' as const), topic, habit }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tell' as const), topic }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'leave'), topic }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom('let go' as const, 'after', 'cut', 'pass') }),
  },
);
const steps = fc.array(step, { minLength: 10, maxLength: 60, size: 'max' });

type Run = Simulation<HookedWorker>;
/** What a worker was told of a topic: a message, so many lost, or that some may be. */
type Heard = { readonly number: number } | { readonly dropped: number } | 'anew';

/** What the server says, what the worker hears of it, and what runs. */
class World {
  readonly said = new Map<string, number>();
  readonly heard = new Map<string, Heard[]>();
  /** Callbacks that overlap though they are to run in turn. */
  overlaps = 0;
  told = 0;
  replied = 0;
  readonly #habits = new Map<string, Habit>();
  readonly #running = new Set<string>();
  readonly #concurrency: Concurrency;
  #held: (() => void)[] = [];

  readonly hooks: Hooks = {
    init: (worker) => {
      for (const each of TOPICS) worker.join(each);
    },
    handleJoined: (worker, { topic: about }) => this.#turn(worker, about, 'anew'),
    handleChannelClosed: (worker, { topic: about }) => this.#turn(worker, about, 'anew'),
    handleGap: (worker, { topic: about, dropped }) =>
      this.#turn(worker, about, { dropped: dropped ?? 0 }),
    handleMessage: (worker, { topic: about, payload }) =>
      this.#turn(worker, about, payload as { number: number }),
    handleReply: (worker, { topic: about }) => {
      this.replied += 1;
      return this.#turn(worker, about);
    },
  };

  constructor(concurrency: Concurrency) {
    this.#concurrency = concurrency;
  }

  async take(sim: Run, one: Step): Promise<void> {
    const { worker, phoenix } = sim;
    if (one.do === 'say') this.#say(sim, one.topic, one.times);
    else if (one.do === 'habit') this.#habits.set(one.topic, one.habit);
    else if (one.do === 'tell') this.#tell(sim, one.topic);
    else if (one.do === 'crash') phoenix.crash(one.topic);
    else if (one.do === 'leave') {
      worker.leave(one.topic);
      worker.join(one.topic);
    } else if (one.do === 'let go') this.letGo();
    else if (one.do === 'after') worker.after(0, () => this.#turn(worker, ''));
    else if (one.do === 'cut') phoenix.cut();
    else await sim.pass(STEP);
    await sim.quiet();
  }

  /** All is worked off from now on. */
  calm(): void {
    this.#habits.clear();
    this.letGo();
  }

  letGo(): void {
    for (const end of this.#held) end();
    this.#held = [];
  }

  #say({ phoenix, worker }: Run, about: string, times: number): void {
    for (let n = 0; n < times && worker.joined(about); n += 1) {
      const number = (this.said.get(about) ?? 0) + 1;
      this.said.set(about, number);
      phoenix.push(about, 'said', { number });
    }
  }

  /** Written at once, so that it is replied to, or not at all. */
  #tell({ worker, phoenix }: Run, about: string): void {
    const session = phoenix.sessions.at(-1);
    if (!worker.joined(about) || session?.paused === true) return;
    if (!worker.push(about, 'tell').cancel()) this.told += 1;
  }

  #turn(worker: HookedWorker, about: string, heard?: Heard): Promise<void> | undefined {
    if (heard !== undefined) this.heard.set(about, [...(this.heard.get(about) ?? []), heard]);
    const key = this.#concurrency === 'topic' ? about : '';
    if (this.#running.has(key)) this.overlaps += 1;
    const what = this.#habits.get(about) ?? 'return';
    if (what === 'return') return undefined;
    if (what === 'throw') throw new Error('mine');
    this.#running.add(key);
    return this.#work(worker, what).finally(() => this.#running.delete(key));
  }

  async #work(worker: HookedWorker, what: 'hold' | 'push'): Promise<void> {
    if (what === 'push') await worker.push(TOPICS[0], 'ask', {}, { ttl: 100 }).outcome();
    else await new Promise<void>((resolve) => this.#held.push(resolve));
  }
}

test.each(CONCURRENCIES)(
  'with turns by %s each topic is told in order and in turn, and of what it loses',
  async (concurrency) => {
    let shed = 0;
    const property = fc.asyncProperty(steps, async (all) => {
      const world = new World(concurrency);
      await using sim = await simulate(new HookedWorker(world.hooks), {
        options: {
          concurrency,
          inbox: { messages: LIMIT },
          heartbeat: false,
          onCallbackError: 'continue',
        },
        script: { push: () => OK },
      });
      for (const one of all) await world.take(sim, one);
      world.calm();
      await sim.pass(LONG);

      expect(world.overlaps).toBe(0);
      expect(world.replied).toBe(world.told);
      for (const about of TOPICS) expectAccounted(world, about);
      expectEpisodes(sim);
      shed += sim.given('handleGap').length;
    });
    await fc.assert(property, { seed: 47, numRuns: 150 });
    expect(shed).toBeGreaterThan(20);
  },
  PATIENCE,
);

/** Numbers follow each other, but for those that were told to be lost; a new membership begins where it likes. */
function expectAccounted({ heard, said }: World, about: string): void {
  let last = 0;
  let isAnew = false;
  for (const one of heard.get(about) ?? []) {
    if (one === 'anew') isAnew = true;
    else if ('dropped' in one) last += one.dropped;
    else {
      expect(one.number).toBe(isAnew ? Math.max(one.number, last + 1) : last + 1);
      last = one.number;
      isAnew = false;
    }
  }
  if (!isAnew) expect(last).toBe(said.get(about) ?? 0);
}

/** Told once when there is too much, and once when there is little again. */
function expectEpisodes({ telemetry }: Run): void {
  const told = telemetry.flatMap(({ name }) =>
    name === 'inbox.crowded' || name === 'inbox.calmed' ? [name] : [],
  );
  const expected = told.map((_, index) => (index % 2 === 0 ? 'inbox.crowded' : 'inbox.calmed'));
  expect(told).toEqual(expected);
  expect(told.length % 2).toBe(0);
}
