/** A worker whose callbacks take their time, and that asks, defers and rejoins as chance tells it; and its server. */

import fc from 'fast-check';
import type { Concurrency } from '../../src/index.js';
import type { HookedWorker, Hooks } from '../support/hooked-worker.js';
import { type Answer, OK, type Script } from '../support/memory-phoenix.js';
import type { Callback } from '../support/worker-facts.js';
import type { Simulation } from '../support/worker-simulation.js';

export const TOPICS = ['room:1', 'room:2', 'room:3'] as const;
export const LIMITS = { connect: 500, join: 1000, push: 1000, leave: 500, call: 500 } as const;
const TTL = 2000;

type Mode = 'ok' | 'error' | 'silence';
type Kind = 'dials' | 'joins' | 'leaves' | 'pushes';
/** What a callback does: returns, waits for a timer, or for something of ours. */
type Habit =
  | 'return'
  | 'sleep'
  | 'push'
  | 'confirm'
  | 'join'
  | 'rejoin'
  | 'leave'
  | 'defer'
  | 'call';
type Topic = (typeof TOPICS)[number];
export type Step =
  | { readonly do: 'habit'; readonly habit: Habit; readonly topic: Topic }
  | { readonly do: 'ask'; readonly habit: Exclude<Habit, 'return'>; readonly topic: Topic }
  | { readonly do: 'say'; readonly topic: Topic; readonly times: number }
  | { readonly do: 'crash' | 'close' | 'appear'; readonly topic: Topic }
  | { readonly do: 'behave'; readonly kind: Kind; readonly mode: Mode }
  | { readonly do: 'notify' | 'after' | 'every' | 'cut' | 'connect' | 'disconnect' }
  | { readonly do: 'pass'; readonly ms: number };

const topic = fc.constantFrom(...TOPICS);
const waits = ['sleep', 'push', 'confirm', 'join', 'rejoin', 'leave', 'defer', 'call'] as const;

function doing(what: readonly Step['do'][], fields: object = {}) {
  return fc
    .tuple(fc.constantFrom(...what), fc.record(fields as { [name: string]: fc.Arbitrary<unknown> }))
    .map(([kind, rest]) => ({ do: kind, ...rest }) as unknown as Step);
}

const step = fc.oneof(
  { weight: 6, arbitrary: doing(['habit'], { habit: fc.constantFrom('return', ...waits), topic }) },
  { weight: 8, arbitrary: doing(['ask'], { habit: fc.constantFrom(...waits), topic }) },
  { weight: 8, arbitrary: doing(['say'], { topic, times: fc.constantFrom(1, 2, 8) }) },
  { weight: 2, arbitrary: doing(['crash', 'close'], { topic }) },
  { weight: 2, arbitrary: doing(['appear'], { topic }) },
  {
    weight: 3,
    arbitrary: doing(['behave'], {
      kind: fc.constantFrom('dials', 'joins', 'leaves', 'pushes'),
      mode: fc.constantFrom('ok', 'ok', 'error', 'silence'),
    }),
  },
  { weight: 3, arbitrary: doing(['notify', 'after', 'every']) },
  { weight: 2, arbitrary: doing(['cut', 'connect', 'disconnect']) },
  { weight: 6, arbitrary: doing(['pass'], { ms: fc.constantFrom(0, 1, 100, 500, 1000, 5000) }) },
);
export const steps = fc.array(step, { minLength: 10, maxLength: 50, size: 'max' });

/** Something that was asked for, and how often it has settled. */
export type Asked = { readonly what: Habit; readonly due: number; settled: number };

type Run = Simulation<HookedWorker>;

/** From the question to the answer; of a join, the replies of the others may start its clock again. */
const DUE: { readonly [H in Habit]: number } = {
  return: 0,
  sleep: 300,
  push: TTL + LIMITS.push,
  confirm: TTL,
  join: Infinity,
  rejoin: Infinity,
  leave: LIMITS.leave,
  defer: TTL + LIMITS.push,
  call: LIMITS.call,
};

export class World {
  readonly asked: Asked[] = [];
  /** What the server said to a joined client, by topic, in order. */
  readonly said = new Map<string, number>();
  /** Callbacks that run at the same time though they are to run in turn, the most there ever were. */
  overlap = 0;
  /** How many run, by what they have to take turns with. */
  readonly #running = new Map<string, number>();
  readonly #concurrency: Concurrency;
  #appeared = 0;
  #sim: Run | null = null;
  #habit: { habit: Habit; topic: string } = { habit: 'return', topic: TOPICS[0] };
  readonly #modes: { [K in Kind]: Mode } = {
    dials: 'ok',
    joins: 'ok',
    leaves: 'ok',
    pushes: 'ok',
  };

  readonly script: Script = {
    dial: () => this.#dial(),
    join: () => this.#answer('joins'),
    leave: () => this.#answer('leaves'),
    push: () => this.#answer('pushes'),
  };

  readonly hooks: Hooks = Object.fromEntries(
    (
      [
        'handleConnected',
        'handleDisconnected',
        'handleJoined',
        'handleJoinError',
        'handleChannelClosed',
        'handleMessage',
        'handlePresence',
        'handleReply',
        'handlePushError',
        'handleGap',
        'handleInfo',
        'handleCall',
      ] satisfies Callback[]
    ).map((callback) => [callback, (_: HookedWorker, fact: unknown) => this.#turn(fact)]),
  );

  constructor(concurrency: Concurrency) {
    this.#concurrency = concurrency;
  }

  /** What is abandoned by the stop may still run while the worker terminates. */
  terminate(): Promise<void> | undefined {
    this.#running.clear();
    return this.#turn();
  }

  begin(sim: Run): void {
    this.#sim = sim;
    for (const each of TOPICS) void this.#ask('join', each);
  }

  behave(): void {
    this.#modes.dials = this.#modes.joins = this.#modes.leaves = this.#modes.pushes = 'ok';
    this.#habit = { habit: 'return', topic: TOPICS[0] };
    this.#sim?.worker.connect();
  }

  async take(sim: Run, one: Step): Promise<void> {
    const { worker, phoenix, client } = sim;
    if (one.do === 'pass') await sim.pass(one.ms);
    else if (one.do === 'habit') this.#habit = one;
    else if (one.do === 'ask') void this.#ask(one.habit, one.topic);
    else if (one.do === 'behave') this.#modes[one.kind] = one.mode;
    else if (one.do === 'say') this.#say(sim, one);
    else if (one.do === 'appear') this.#appear(sim, one.topic);
    else if (one.do === 'crash' || one.do === 'close') this.#end(sim, one.do, one.topic);
    else if (one.do === 'after') worker.after(100, () => this.#turn());
    else if (one.do === 'every') worker.every(700, () => this.#turn());
    else if (one.do === 'cut') phoenix.sessions.at(-1)?.cut();
    else if (one.do === 'notify') notify(client);
    else worker[one.do]();
    await sim.quiet();
  }

  #turn(fact?: unknown): Promise<void> | undefined {
    const key = this.#concurrency === 'topic' ? topicIn(fact) : '';
    const running = (this.#running.get(key) ?? 0) + 1;
    this.overlap = Math.max(this.overlap, running);
    const { habit, topic: about } = this.#habit;
    if (habit === 'return') return undefined;
    this.#running.set(key, running);
    // Who rejoins whenever they are joined does nothing else.
    if (habit === 'rejoin') this.#habit = { habit: 'return', topic: about };
    return this.#ask(habit, about).then(() => {
      this.#running.set(key, running - 1);
    });
  }

  /** Never rejects. */
  #ask(what: Habit, about: string): Promise<void> {
    const sim = this.#sim;
    if (sim === null || sim.client.status.state === 'stopped') return Promise.resolve();
    const asked = { what, due: sim.clock.monotonic() + DUE[what], settled: 0 };
    this.asked.push(asked);
    const note = () => {
      asked.settled += 1;
    };
    return begin(sim, what, about).then(note, note);
  }

  /** Numbered, so that their order and their loss can be seen. */
  #say({ phoenix, worker }: Run, { topic: about, times }: Step & { do: 'say' }): void {
    if (!worker.joined(about)) return;
    for (let n = 0; n < times; n += 1) {
      const number = (this.said.get(about) ?? 0) + 1;
      this.said.set(about, number);
      phoenix.push(about, 'said', { number });
    }
  }

  /** Another one comes, with each list. */
  #appear({ phoenix, worker }: Run, about: string): void {
    this.#appeared += 1;
    const metas = [{ phx_ref: `${this.#appeared}` }];
    const list = { [`user ${this.#appeared}`]: { metas } };
    if (worker.joined(about)) phoenix.push(about, 'presence_state', list);
  }

  #end({ phoenix }: Run, how: 'crash' | 'close', about: string): void {
    const join = phoenix.sent('phx_join', about).at(-1);
    if (join !== undefined) phoenix[how](about, join);
  }

  #dial(): 'accept' | { status: number } | null {
    if (this.#modes.dials === 'silence') return null;
    return this.#modes.dials === 'ok' ? 'accept' : { status: 502 };
  }

  #answer(kind: 'joins' | 'leaves' | 'pushes'): Answer {
    const mode = this.#modes[kind];
    return mode === 'silence' ? null : mode === 'ok' ? OK : ['error', {}];
  }
}

function begin(sim: Run, what: Habit, about: string): Promise<unknown> {
  const { worker, client, clock } = sim;
  switch (what) {
    case 'return':
      return Promise.resolve();
    case 'sleep':
      return new Promise((resolve) => void clock.setTimeout(() => resolve(null), DUE.sleep));
    case 'push':
      return worker.push(about, 'ask', {}, { ttl: TTL }).ok();
    case 'confirm':
      return worker.push(about, 'ask', {}, { delivery: 'confirmed', ttl: TTL }).ok();
    case 'join':
      return worker.join(about).ok();
    case 'rejoin':
      return worker.rejoin(about).ok();
    case 'leave':
      return worker.leave(about).ok();
    case 'defer':
      return worker.defer(() => worker.push(about, 'ask', {}, { ttl: TTL }).ok()).ok();
    case 'call':
      return client.call('it');
  }
}

/** Empty: it belongs to none. */
function topicIn(fact: unknown): string {
  const isTopical = typeof fact === 'object' && fact !== null && 'topic' in fact;
  return isTopical ? String(fact.topic) : '';
}

/** Refused when the mailbox is full, which is no surprise. */
function notify(client: Run['client']): void {
  try {
    client.notify('it');
  } catch {
    return;
  }
}
