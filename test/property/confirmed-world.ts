/** A worker with confirmed pushes, a server that hears or does not, a store that fails, and restarts, as chance tells them. */

import fc from 'fast-check';
import type { Outcome, Push } from '../../src/index.js';
import { OK, type Received, type Script } from '../support/memory-phoenix.js';
import { NotedStore } from '../support/noted-store.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

export const TOPICS = ['room:1', 'room:2'] as const;
type Topic = (typeof TOPICS)[number];

type Answering = { readonly do: 'answer'; readonly pushes: boolean; readonly joins: boolean };

export type Step =
  | { readonly do: 'push'; readonly topic: Topic }
  | { readonly do: 'end'; readonly how: 'crash' | 'close'; readonly topic: Topic }
  | { readonly do: 'reply'; readonly index: number; readonly times: number }
  | Answering
  | { readonly do: 'store'; readonly fails: boolean }
  | { readonly do: 'cut' }
  | { readonly do: 'restart' | 'drain' }
  | { readonly do: 'pass'; readonly ms: number };

const topic = fc.constantFrom(...TOPICS);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: fc.record({ do: fc.constant('push' as const), topic }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('end' as const),
        how: fc.constantFrom('crash' as const, 'close'),
        topic,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('reply' as const),
        index: fc.nat(12),
        times: fc.constantFrom(1, 2),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('answer' as const),
        pushes: fc.boolean(),
        joins: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('store' as const), fails: fc.boolean() }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'restart', 'drain') }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('pass' as const),
        ms: fc.constantFrom(0, 1, 500, 1000, 5000),
      }),
    },
  ),
  { minLength: 10, maxLength: 50, size: 'max' },
);

/** A push, and what became of it in the process that made it. */
export type Made = {
  readonly key: string;
  readonly topic: string;
  readonly push: Push;
  isQueued: boolean;
  readonly outcomes: Outcome<unknown>[];
};

export class ConfirmedWorld {
  readonly store = new NotedStore();
  readonly made: Made[] = [];
  /** What the server has received in all lives, in order. */
  readonly received: Received[] = [];
  #answersPushes = false;
  #answersJoins = true;
  #life: Simulation;

  private constructor(life: Simulation) {
    this.#life = life;
  }

  static async begin(): Promise<ConfirmedWorld> {
    const world = new ConfirmedWorld(undefined as never);
    await world.#live();
    return world;
  }

  async take(step: Step): Promise<void> {
    const { phoenix } = this.#life;
    if (step.do === 'push') this.#push(step.topic);
    else if (step.do === 'end') this.#end(step.how, step.topic);
    else if (step.do === 'reply') this.#reply(step.index, step.times);
    else if (step.do === 'cut') phoenix.sessions.at(-1)?.cut();
    else if (step.do === 'pass') await this.#life.pass(step.ms);
    else if (step.do === 'answer') this.#answer(step);
    else if (step.do === 'store') this.#break(step.fails);
    else await this.#restart(step.do);
    await this.#life.quiet();
  }

  /** From now on all answers, and nothing fails. */
  async calm(): Promise<void> {
    this.#answersPushes = this.#answersJoins = true;
    this.#break(false);
    await this.#life.pass(600_000);
  }

  async end(): Promise<void> {
    await this.#life[Symbol.asyncDispose]();
  }

  async #live(): Promise<void> {
    const script: Script = {
      join: () => (this.#answersJoins ? OK : null),
      push: (message) => {
        this.received.push(message);
        return this.#answersPushes ? OK : null;
      },
    };
    this.#life = await simulate(new SimulatedWorker(), {
      options: {
        outbox: { store: this.store },
        confirmed: { resends: 1000, max: 1000, crashes: false },
        timeouts: { push: 1000, join: 1000 },
        heartbeat: false,
      },
      script,
    });
    for (const each of TOPICS) this.#life.worker.join(each);
    await this.#life.quiet();
  }

  #answer({ pushes, joins }: Answering): void {
    this.#answersPushes = pushes;
    this.#answersJoins = joins;
  }

  #push(about: Topic): void {
    const key = `${this.made.length}`;
    const push = this.#life.worker.push(about, 'order', {}, { delivery: 'confirmed', key });
    const made: Made = { key, topic: about, push, isQueued: false, outcomes: [] };
    this.made.push(made);
    void push.outcome().then((outcome) => made.outcomes.push(outcome));
    push.queued().then(
      () => void (made.isQueued = true),
      () => undefined,
    );
  }

  /** A store that fails to delete is one that sends again, which the model allows. */
  #break(fails: boolean): void {
    for (const action of ['put', 'delete'] as const) {
      if (fails) this.store.failing.add(action);
      else this.store.failing.delete(action);
    }
  }

  #end(how: 'crash' | 'close', about: Topic): void {
    const join = this.#life.phoenix.sent('phx_join', about).at(-1);
    if (join !== undefined) this.#life.phoenix[how](about, join);
  }

  /** To a push of any age of this life, perhaps twice. */
  #reply(index: number, times: number): void {
    const { phoenix } = this.#life;
    const push = phoenix.sent('order').at(-1 - index);
    for (let n = 0; n < times && push !== undefined; n += 1) phoenix.reply(push, OK);
  }

  async #restart(how: 'restart' | 'drain'): Promise<void> {
    const { client } = this.#life;
    const ended = how === 'drain' ? client.drain() : client.stop();
    await this.#life.pass(25_000);
    await ended;
    await this.#life[Symbol.asyncDispose]();
    await this.#live();
  }
}
