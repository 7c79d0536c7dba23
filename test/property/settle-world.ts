/** A worker and a server that do as chance tells them, and the requests that were made meanwhile. */

import fc from 'fast-check';
import type { Outcome, Push, PushError, PushOptions, WhenFull } from '../../src/index.js';
import { type Answer, OK, type Script } from '../support/memory-phoenix.js';
import { type Simulation, SimulatedWorker } from '../support/worker-simulation.js';

export const TOPICS = ['room:1', 'room:2', 'room:3'] as const;
export const whenFulls = fc.constantFrom<WhenFull>('reject', 'dropOldest', 'dropNewest', 'block');

const FULL = 2 * 1024 * 1024;

type Mode = 'ok' | 'error' | 'silence';
type Kind = 'dials' | 'joins' | 'leaves' | 'pushes';
/** What the worker asks of a push as it makes it. */
type Ask = 'nothing' | 'outcome' | 'queued' | 'sent';
/** What it does when a topic is joined. */
type Greeting = 'none' | 'push' | 'queue' | 'ask' | 'hang';
type Signal = 'none' | 'own' | 'shared' | 'aborted';
type PushStep = {
  readonly do: 'push';
  readonly topic: string;
  readonly ask: Ask;
  readonly signal: Signal;
  readonly timeout: number;
  readonly delivery: 'buffered' | 'volatile' | 'confirmed';
  readonly ttl: number;
};
type EndStep = { readonly do: 'crash' | 'close'; readonly topic: string };
type Step =
  | PushStep
  | { readonly do: 'join' | 'leave'; readonly topic: string }
  | EndStep
  | { readonly do: 'behave'; readonly kind: Kind; readonly mode: Mode }
  | { readonly do: 'greet'; readonly greeting: Greeting }
  | { readonly do: 'reply'; readonly index: number; readonly times: number }
  | { readonly do: 'cancel' | 'abort'; readonly index: number }
  | { readonly do: 'crowd'; readonly bytes: number }
  | { readonly do: 'cut' | 'disconnect' | 'connect' | 'stop' | 'abortShared' }
  | { readonly do: 'pass'; readonly ms: number };

const topic = fc.constantFrom(...TOPICS);

function doing<K extends string, F extends object>(
  weight: number,
  what: K | readonly K[],
  fields: { readonly [N in keyof F]: fc.Arbitrary<F[N]> },
): fc.WeightedArbitrary<{ readonly do: K } & F> {
  const kinds: readonly K[] = typeof what === 'string' ? [what] : what;
  const arbitrary = fc
    .tuple(fc.constantFrom(...kinds), fc.record(fields))
    .map(([kind, rest]) => ({ do: kind, ...(rest as F) }));
  return { weight, arbitrary };
}

const step = fc.oneof(
  doing(12, 'push', {
    topic,
    ask: fc.constantFrom<Ask>('nothing', 'nothing', 'outcome', 'outcome', 'queued', 'sent'),
    signal: fc.constantFrom<Signal>('none', 'none', 'own', 'shared', 'aborted'),
    timeout: fc.constantFrom(500, 1000),
    delivery: fc.constantFrom('buffered' as const, 'buffered', 'buffered', 'volatile', 'confirmed'),
    ttl: fc.constantFrom(0, 500, 2000),
  }),
  doing(4, 'join', { topic }),
  doing(2, ['leave', 'crash', 'close'], { topic }),
  doing(3, 'behave', {
    kind: fc.constantFrom<Kind>('dials', 'joins', 'leaves', 'pushes'),
    mode: fc.constantFrom<Mode>('ok', 'ok', 'error', 'silence'),
  }),
  doing(2, 'greet', {
    greeting: fc.constantFrom<Greeting>('none', 'push', 'queue', 'ask', 'hang'),
  }),
  doing(4, 'reply', { index: fc.nat(20), times: fc.constantFrom(1, 2) }),
  doing(3, ['cancel', 'abort'], { index: fc.nat(8) }),
  doing(3, 'crowd', { bytes: fc.constantFrom(0, FULL) }),
  doing(4, ['cut', 'cut', 'disconnect', 'connect', 'connect', 'abortShared'], {}),
  { weight: 1, arbitrary: fc.constantFrom({ do: 'stop' as const }, { do: 'connect' as const }) },
  doing(6, 'pass', { ms: fc.constantFrom(0, 1, 10, 250, 500, 1000, 2000, 10_000) }),
) as fc.Arbitrary<Step>;
/** Long sequences more often than short ones, which find little. */
export const steps = fc.array(step, { minLength: 10, maxLength: 60, size: 'max' });

/** A push, and what is known of it from outside. */
export type Made = {
  readonly push: Push;
  readonly asked: boolean;
  readonly isConfirmed: boolean;
  /** Simulated time by which it must have settled. */
  readonly due: number;
  readonly controller: AbortController | null;
  outcome: Outcome<unknown, PushError> | null;
  isCancelled: boolean;
  /** Whether `queued` or `sent` has told that it will never be sent. */
  hasRejected: boolean;
};

export class SettleWorker extends SimulatedWorker {
  readonly world: SettleWorld;

  constructor(world: SettleWorld) {
    super();
    this.world = world;
  }

  override handleJoined({ topic }: { topic: string }): Promise<void> | undefined {
    return this.world.greet(this, topic);
  }
}

type Run = Simulation<SettleWorker>;

export class SettleWorld {
  readonly pushes: Made[] = [];
  shared = new AbortController();
  /** How many joins and leaves have not settled. */
  unsettled = 0;
  isStopped = false;
  readonly #modes: Record<Kind, Mode> = {
    dials: 'ok',
    joins: 'ok',
    leaves: 'ok',
    pushes: 'silence',
  };
  #greeting: Greeting = 'none';
  /** Lets the callback that hangs go on. */
  #letGo: () => void = () => undefined;
  #now: () => number = () => 0;
  readonly script: Script = {
    dial: () => this.#dial(),
    join: () => this.#answer('joins'),
    leave: () => this.#answer('leaves'),
    push: () => this.#answer('pushes'),
  };

  want({ worker, clock }: Run, topic: string): void {
    this.#now = () => clock.monotonic();
    this.#expect(worker.join(topic));
  }

  /** From now on no callback hangs and the server answers. */
  behave(): void {
    this.#modes.dials = this.#modes.joins = this.#modes.leaves = 'ok';
    this.#greeting = 'none';
    this.#letGo();
  }

  async take(sim: Run, one: Step): Promise<void> {
    const { worker, phoenix } = sim;
    if (one.do === 'pass') await sim.pass(one.ms);
    else if (one.do === 'push') this.#push(worker, one);
    else if (one.do === 'behave') this.#modes[one.kind] = one.mode;
    else if (one.do === 'greet') this.#greeting = one.greeting;
    else if (one.do === 'reply') this.#reply(sim, one);
    else if (one.do === 'cancel') this.#cancel(one.index);
    else if (one.do === 'abort') this.pushes.at(-1 - one.index)?.controller?.abort();
    else if (one.do === 'crowd')
      for (const each of phoenix.sessions) each.bufferedAmount = one.bytes;
    else if (one.do === 'crash' || one.do === 'close') this.#end(sim, one);
    else if (one.do === 'cut') phoenix.sessions.at(-1)?.cut();
    else this.#command(worker, one);
    await sim.quiet();
  }

  /** Never asks within the callback for what it does not wait for: that ends the greeting. */
  greet(worker: SettleWorker, topic: string): Promise<void> | undefined {
    const push = (ask: Ask) => {
      const terms = { signal: 'none', timeout: 500, delivery: 'buffered', ttl: 500 } as const;
      return this.#push(worker, { do: 'push', topic, ask, ...terms });
    };
    switch (this.#greeting) {
      case 'none':
        return undefined;
      case 'push':
        push('nothing');
        return undefined;
      case 'queue':
        return push('queued')
          .push.queued()
          .catch(() => undefined);
      case 'ask':
        return push('outcome')
          .push.outcome()
          .then(() => void push('nothing'));
      case 'hang':
        push('nothing');
        return new Promise((resolve) => {
          this.#letGo = resolve;
        });
    }
  }

  #command(worker: SettleWorker, one: Exclude<Step, { ms: number }>): void {
    if (one.do === 'abortShared') this.#abortShared();
    else if (one.do === 'leave') this.#expect(worker.leave(one.topic));
    else if (this.isStopped) return;
    else if (one.do === 'join') this.#expect(worker.join(one.topic));
    else if (one.do === 'connect') worker.connect();
    else if (one.do === 'disconnect') worker.disconnect();
    else if (one.do === 'stop') {
      this.isStopped = true;
      worker.stop();
    }
  }

  #expect(request: { outcome(): Promise<unknown> }): void {
    this.unsettled += 1;
    void request.outcome().then(() => {
      this.unsettled -= 1;
    });
  }

  #push(worker: SettleWorker, step: PushStep): Made {
    const { ask, delivery, timeout, ttl } = step;
    const controller = step.signal === 'own' ? new AbortController() : null;
    const signal = this.#signalOf(step, controller);
    const options: PushOptions = {
      timeout,
      ...(signal !== null && { signal }),
      ...(delivery === 'volatile' ? { delivery } : { delivery, ttl }),
    };
    const push = worker.push(step.topic, `push:${this.pushes.length}`, {}, options);
    const made: Made = {
      push,
      asked: ask === 'outcome',
      isConfirmed: delivery === 'confirmed',
      due: this.#now() + timeout + (delivery === 'volatile' ? 0 : ttl),
      controller,
      outcome: null,
      isCancelled: false,
      hasRejected: false,
    };
    this.pushes.push(made);
    ASK[ask](made);
    return made;
  }

  #signalOf({ signal }: PushStep, own: AbortController | null): AbortSignal | null {
    if (signal === 'shared') return this.shared.signal;
    if (signal === 'aborted') return AbortSignal.abort();
    return own?.signal ?? null;
  }

  #abortShared(): void {
    this.shared.abort();
    this.shared = new AbortController();
  }

  #cancel(index: number): void {
    const made = this.pushes.at(-1 - index);
    if (made?.push.cancel() === true) made.isCancelled = true;
  }

  #end({ phoenix }: Run, { do: how, topic }: EndStep): void {
    const join = phoenix.sent('phx_join', topic).at(-1);
    if (join !== undefined) phoenix[how](topic, join);
  }

  /** To a push of any age, perhaps once more. */
  #reply({ phoenix }: Run, { index, times }: { index: number; times: number }): void {
    const pushes = phoenix.received.filter(({ event }) => event.startsWith('push:'));
    const push = pushes.at(-1 - index);
    for (let n = 0; n < times && push !== undefined; n += 1) phoenix.reply(push, OK);
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

const ASK: { readonly [A in Ask]: (made: Made) => void } = {
  nothing: () => undefined,
  outcome: (made) => {
    void made.push.outcome().then((outcome) => {
      made.outcome = outcome;
    });
  },
  queued: (made) => {
    made.push.queued().catch(() => {
      made.hasRejected = true;
    });
  },
  sent: (made) => {
    made.push.sent().catch(() => {
      made.hasRejected = true;
    });
  },
};
