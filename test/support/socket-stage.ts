/** A connected socket with a scripted server, under time and chance that the test decides. */

import { connectIn, type ConnectOptions } from '../../src/awaitable/connect.js';
import type { Socket, TelemetryFact } from '../../src/index.js';
import { Reporter } from '../../src/telemetry/telemetry.js';
import { keys } from './keys.js';
import { MemoryPhoenix, type Script } from './memory-phoenix.js';
import { pass, quiet } from './passing-time.js';
import { SimulatedClock } from './simulated-clock.js';

export type SocketScene = {
  readonly options?: ConnectOptions;
  readonly script?: Script;
  /** Each draw, from 0 up to but not including 1. Default 0: the least delay. */
  readonly chance?: () => number;
};

/** The server and the time that a socket will be opened in. */
export class SocketStage implements AsyncDisposable {
  readonly clock = new SimulatedClock();
  readonly phoenix: MemoryPhoenix;
  readonly telemetry: TelemetryFact[] = [];
  readonly #chance: () => number;
  readonly #opened: Socket[] = [];

  constructor({ script, chance = () => 0 }: SocketScene = {}) {
    this.phoenix = new MemoryPhoenix(script);
    this.#chance = chance;
  }

  async connect(options: ConnectOptions = {}): Promise<Socket> {
    const recorder = { fact: (fact: TelemetryFact) => this.telemetry.push(fact) };
    const reporter = new Reporter([recorder], () => this.clock.now());
    const environment = () => ({
      clock: this.clock,
      random: this.#chance,
      reporter,
      makeKey: keys(),
    });
    const transports = [this.phoenix.transport] as const;
    const socket = await connectIn(environment, 'ws://phoenix/socket', { transports, ...options });
    this.#opened.push(socket);
    return socket;
  }

  /** The newest one. */
  get socket(): Socket {
    const socket = this.#opened.at(-1);
    if (socket === undefined) throw new Error('no socket has been opened yet');
    return socket;
  }

  /** Lets everything happen that can without time passing. */
  quiet(): Promise<void> {
    return quiet();
  }

  /** Lets time pass, timer by timer, and everything happen that follows from each. */
  pass(ms: number): Promise<void> {
    return pass(this.clock, ms);
  }

  /** Closes what was opened, and makes sure that it leaves no timer. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#opened.map((socket) => socket.disconnect()));
    await this.quiet();
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers left after the end`);
  }
}

/** A socket that is open. */
export async function openSocket(scene: SocketScene = {}): Promise<SocketStage> {
  const stage = new SocketStage(scene);
  await stage.connect(scene.options);
  return stage;
}
