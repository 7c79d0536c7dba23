/**
 * A worker that waits for something in one of its callbacks, and what goes on around it: the callback begins and holds, its
 * topic is brought into some state, then it asks and waits, while the server does as it likes.
 */

import { PhoenixSocketError } from '../../src/errors.js';
import type { ClientOptions } from '../../src/index.js';
import type { Client } from '../../src/client/handle.js';
import { ClockedWorker } from './fault-worker.js';
import { HookedWorker, type Hooks } from './hooked-worker.js';
import type { Script } from './memory-phoenix.js';
import { OK } from './memory-phoenix.js';
import type { Callback } from './worker-facts.js';
import { type Simulation, simulate } from './worker-simulation.js';

/** The topic that calls back, and the one that is waited for. */
export const OWN = 'room:own';
export const TARGET = 'room:target';

export const LIMITS = { join: 1000, push: 1000, leave: 500, call: 500, ttl: 2000 } as const;

/** Where a worker may wait: its callbacks, and what runs beside them. */
export type Place = Callback | 'after' | 'every' | 'defer' | 'params' | 'credentials';

export type Wait = {
  /** Milliseconds within which it has to settle. */
  readonly due: number;
  /** Whether it ends well as soon as the server answers. */
  readonly isServed?: boolean;
  begin(stage: Stage): Promise<unknown>;
};

/** Answers calls, or does not. */
class Colleague extends ClockedWorker {
  answer: () => unknown = () => 'done';

  override handleCall(): unknown {
    return this.answer();
  }
}

export class Stage {
  readonly sim: Simulation<HookedWorker>;
  readonly colleague = new Colleague();
  #other: Client | null = null;

  constructor(sim: Simulation<HookedWorker>) {
    this.sim = sim;
  }

  get worker(): HookedWorker {
    return this.sim.worker;
  }

  /** The colleague, as a client that may be called. */
  get other(): Client {
    this.#other ??= this.colleague.startOn(this.sim.clock, { autoConnect: false });
    return this.#other;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#other !== null) {
      const stopped = this.#other.stop();
      await this.sim.pass(5000);
      await stopped;
    }
    await this.sim[Symbol.asyncDispose]();
  }
}

/** The one callback that waits: holds when it begins, until it is told to ask. */
export class Waiting {
  readonly #place: Place;
  readonly #wait: Wait;
  #ask: (stage: Stage) => void = () => undefined;
  readonly #stage = new Promise<Stage>((resolve) => {
    this.#ask = resolve;
  });
  #askedAt = 0;
  hasBegun = false;
  /** What messages are held by until then; null: nothing. */
  held: Promise<void> | null = null;
  /** How long it took; null: it has not settled. */
  took: number | null = null;
  /** `ok`, or the code of the error. */
  end = '';

  constructor(place: Place, wait: Wait) {
    this.#place = place;
    this.#wait = wait;
  }

  /** Called by each callback: waits in the first that is the one. */
  turn(place: Place, topic = OWN): Promise<void> | undefined {
    if (place === 'handleMessage' && topic === OWN && this.held !== null) return this.held;
    if (place !== this.#place || this.hasBegun || topic !== OWN) return undefined;
    this.hasBegun = true;
    return this.#run();
  }

  ask(stage: Stage): void {
    this.#ask(stage);
  }

  async #run(): Promise<void> {
    const stage = await this.#stage;
    const { clock } = stage.sim;
    this.#askedAt = clock.monotonic();
    this.end = await this.#wait.begin(stage).then(() => 'ok', codeOf);
    this.took = clock.monotonic() - this.#askedAt;
  }
}

function codeOf(error: unknown): string {
  return error instanceof PhoenixSocketError ? error.code : String(error);
}

const CALLBACKS = [
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
  'terminate',
] as const;

/** Wants its own topic, and waits where it is to. */
function hooksOf(waiting: Waiting): Hooks {
  const others = CALLBACKS.map((callback) => [callback, turnOf(waiting, callback)] as const);
  return {
    init: (worker) => {
      worker.join(OWN);
      return waiting.turn('init');
    },
    ...Object.fromEntries(others),
  };
}

/** What is told of other topics is not what the test waits for. */
function turnOf(waiting: Waiting, callback: Callback): () => Promise<void> | undefined {
  return (_worker?: unknown, fact?: unknown) => {
    const topic = (fact as { topic?: string } | null | undefined)?.topic;
    return waiting.turn(callback, topic);
  };
}

export type Setting = {
  readonly waiting: Waiting;
  readonly options: ClientOptions;
  readonly isReachable: boolean;
};

export const ANSWERING: Script = { push: () => OK };

/** Starts the worker on its stage. */
export async function staged({ waiting, options, isReachable }: Setting): Promise<Stage> {
  const { ttl, ...timeouts } = LIMITS;
  const sim = await simulate(new HookedWorker(hooksOf(waiting)), {
    options: {
      timeouts: { ...timeouts, connect: 500, credentials: 1000 },
      heartbeat: false,
      inbox: { messages: 4 },
      credentials: async () => {
        await waiting.turn('credentials');
        return {};
      },
      ...options,
      outbox: { ttl, ...(options.outbox as object | undefined) },
    },
    script: isReachable ? ANSWERING : { ...ANSWERING, dial: () => null },
  });
  return new Stage(sim);
}
