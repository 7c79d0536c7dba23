/** Runs a script with a test as its server, without a network and without waiting. */

import { connectIn, type ConnectOptions } from '../awaitable/connect.js';
import type { Socket } from '../awaitable/socket.js';
import type { ContractOf, Untyped } from '../contract.js';
import { wordsOf } from '../errors.js';
import { environmentOf } from '../sockets/environment.js';
import type { Subject } from './scene.js';
import { ANYWHERE, endingOf, leastDraw, type SimulationOptions } from './simulate.js';
import { simulatedKeys } from './simulated-keys.js';
import { SimulatedServer } from './simulated-server.js';
import { SimulatedTime } from './simulated-time.js';
import type { Simulation } from './simulation.js';
import { Verbs } from './verbs.js';

/** Those of `connect`; `transports` and `websocket` have no effect. */
export type SocketSimulationOptions = ConnectOptions & Pick<SimulationOptions, 'random'>;

/**
 * Connects as `connect` does, with the test as the server and a clock that only the test moves. `socket` is what `connect` gives: await it
 * after `acceptConnect`; it rejects after `refuseConnect`, which nobody need listen to. Dispose of the simulation in the end: that closes
 * the socket.
 */
export function simulateSocket<C extends ContractOf<C> = Untyped>(
  options: SocketSimulationOptions = {},
): Simulation<C> & { readonly socket: Promise<Socket<C>> } {
  const { random = leastDraw, signal, ...given } = options;
  const time = new SimulatedTime();
  const server = new SimulatedServer();
  const environment = environmentOf(time.clock, random, options.telemetry, simulatedKeys());
  const stop = new AbortController();
  const staged = {
    ...given,
    transports: [server.transport] as const,
    signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
  };
  const socket = connectIn<C>(() => environment, ANYWHERE, staged);
  const simulation = new Verbs({ time, server, subject: new ClosableSocket(socket, stop) });
  return Object.assign(simulation as Simulation<C>, { socket });
}

class ClosableSocket implements Subject {
  readonly #socket: Promise<Pick<Socket, 'disconnect'> | null>;
  readonly #stop: AbortController;
  #ending: string | null = null;

  constructor(socket: Promise<Pick<Socket, 'closed' | 'disconnect'>>, stop: AbortController) {
    this.#stop = stop;
    this.#socket = socket.then(
      (open) => {
        void open.closed.then((reason) => void (this.#ending = endingOf(reason)));
        return open;
      },
      (error: unknown) => {
        this.#ending = wordsOf(error);
        return null;
      },
    );
  }

  get ending(): string | null {
    return this.#ending;
  }

  /** A connection that is not open yet is given up. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const socket = await this.#socket;
    await socket?.disconnect();
  }
}
