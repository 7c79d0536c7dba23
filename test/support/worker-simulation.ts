/** A worker with a scripted server, under time and chance that the test decides. */

import type { Pending, Push } from '../../src/channel/push-request.js';
import type { Join, Leave } from '../../src/channel/requests.js';
import type { Client } from '../../src/client/handle.js';
import type { Worker } from '../../src/client/turn.js';
import { Commands } from '../../src/client/commands.js';
import type { JoinResponse, JoinRest, Meta, PushReply, PushRest } from '../../src/contract.js';
import { type ClientOptions, startClient } from '../../src/client/start.js';
import {
  type Duration,
  type Endpoint,
  GenSocketClient,
  type JoinOptions,
  type PhoenixSocketError,
  type Presence,
  type PushOptions,
  type TelemetryFact,
  type Timer,
  type Untyped,
} from '../../src/index.js';
import { Reporter } from '../../src/telemetry/telemetry.js';
import { keys } from './keys.js';
import { MemoryPhoenix, type Script } from './memory-phoenix.js';
import { pass, quiet } from './passing-time.js';
import { SimulatedClock } from './simulated-clock.js';
import type { Callback, Facts, Told } from './worker-facts.js';

/** A worker as users write it, whose commands anyone may give, and whose time and chance are the test's. */
export class SimulatedWorker extends GenSocketClient {
  readonly commands = new Commands();

  override connect(endpoint?: Endpoint): void {
    this.commands.connect(endpoint);
  }

  override disconnect(): void {
    this.commands.disconnect();
  }

  override stop(reason?: string): void {
    this.commands.stop(reason);
  }

  override join<T extends string>(
    topic: T,
    ...rest: JoinRest<Untyped, T>
  ): Join<JoinResponse<Untyped, T>> {
    const [params, options] = rest as [unknown?, JoinOptions?];
    return this.commands.join(topic, params, options) as Join<JoinResponse<Untyped, T>>;
  }

  override rejoin<T extends string>(topic: T): Join<JoinResponse<Untyped, T>> {
    return this.commands.rejoin(topic) as Join<JoinResponse<Untyped, T>>;
  }

  override after(delay: Duration, turn: () => unknown): Timer {
    return this.commands.after(delay, turn);
  }

  override every(interval: Duration, turn: () => unknown): Timer {
    return this.commands.every(interval, turn);
  }

  override defer<R>(work: (signal: AbortSignal) => Promise<R>): Pending<R, PhoenixSocketError> {
    return this.commands.defer(work);
  }

  override leave(topic: string): Leave {
    return this.commands.leave(topic);
  }

  override push<T extends string, E extends string>(
    topic: T,
    event: E,
    ...rest: PushRest<Untyped, T, E>
  ): Push<PushReply<Untyped, T, E>> {
    const [payload, options] = rest as [unknown?, PushOptions?];
    return this.commands.push(topic, event, payload, options) as Push<PushReply<Untyped, T, E>>;
  }

  override presence<T extends string>(topic: T): Presence<Meta<Untyped, T>> {
    return this.commands.presence(topic) as Presence<Meta<Untyped, T>>;
  }

  override joined(topic: string): boolean {
    return this.commands.joined(topic);
  }
}

export type Scene = {
  readonly options?: ClientOptions;
  readonly script?: Script;
  readonly vsn?: '1.0.0' | '2.0.0';
  /** What every draw gives, from 0 up to but not including 1. Default 0: the least delay. */
  readonly chance?: number;
};

export class Simulation<W extends SimulatedWorker = SimulatedWorker> implements AsyncDisposable {
  readonly worker: W;
  readonly client: Client;
  readonly clock = new SimulatedClock();
  readonly phoenix: MemoryPhoenix;
  /** The callbacks that have begun, in order, with what they were given. */
  readonly told: Told[] = [];
  readonly telemetry: TelemetryFact[] = [];
  /** Simulated milliseconds at each dial, since the start. */
  readonly dialedAt: number[] = [];
  readonly #begun = this.clock.monotonic();

  constructor(worker: W, { options = {}, script, vsn = '2.0.0', chance = 0 }: Scene) {
    this.worker = worker;
    this.phoenix = new MemoryPhoenix(script, vsn);
    const recorder = { fact: (fact: TelemetryFact) => this.telemetry.push(fact) };
    const listeners = [recorder, ...[options.telemetry ?? []].flat()];
    const reporter = new Reporter(listeners, () => this.clock.now());
    this.client = startClient(
      recorded(worker, this.told),
      worker.commands,
      { url: 'ws://phoenix/socket', transports: [this.#transport()], ...options },
      {
        init: worker.init !== GenSocketClient.prototype.init,
        handlePresence: true,
        handleReply: true,
      },
      { clock: this.clock, random: () => chance, reporter, makeKey: keys() },
    );
  }

  /** What one callback was given, each time. */
  given<C extends Callback>(callback: C): readonly Facts[C][] {
    return this.told.flatMap((told) => (told.callback === callback ? [told.fact as Facts[C]] : []));
  }

  /** The callbacks in order, each with its topic and event: `handleMessage room:1 said`. */
  get story(): readonly string[] {
    return this.told.map(lineOf);
  }

  /** Lets everything happen that can without time passing. */
  quiet(): Promise<void> {
    return quiet();
  }

  /** Lets time pass, timer by timer, and everything happen that follows from each. */
  pass(ms: number): Promise<void> {
    return pass(this.clock, ms);
  }

  /** Ends the worker, however long that takes, and makes sure that it leaves no timer. */
  async [Symbol.asyncDispose](): Promise<void> {
    const stopped = this.client.stop();
    await this.quiet();
    if (this.client.status.state !== 'stopped') await this.pass(LONGEST_STOP);
    await stopped;
    await this.quiet();
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers left after the stop`);
  }

  #transport(): MemoryPhoenix['transport'] {
    const { name } = this.phoenix.transport;
    return {
      name,
      dial: (request, sink) => {
        this.dialedAt.push(this.clock.monotonic() - this.#begun);
        return this.phoenix.transport.dial(request, sink);
      },
    };
  }
}

/** A callback that hangs and a `terminate` that hangs are given up after 5 s each. */
const LONGEST_STOP = 10_000;

/** Starts the worker and lets it connect. */
export async function simulate<W extends SimulatedWorker = SimulatedWorker>(
  worker: W,
  scene: Scene = {},
): Promise<Simulation<W>> {
  const simulation = new Simulation(worker, scene);
  await simulation.quiet();
  return simulation;
}

/** The same worker, and a note of each callback before it runs. */
function recorded(worker: Worker, told: Told[]): Worker {
  return new Proxy(worker, {
    get: (target, name) => {
      const callback: unknown = Reflect.get(target, name);
      if (typeof callback !== 'function') return callback;
      return (fact?: unknown): unknown => {
        told.push({ callback: String(name), fact } as Told);
        return Reflect.apply(callback, target, [fact]);
      };
    },
  });
}

function lineOf({ callback, fact }: Told): string {
  const { topic, event } = { topic: null, event: null, ...(fact as object) };
  return [callback, topic, event].filter((part) => part !== null).join(' ');
}
