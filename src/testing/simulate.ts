/** Runs a worker with a test as its server, without a network and without waiting. */

import type { Client } from '../client/handle.js';
import type { ClientOptions } from '../client/start.js';
import type { ContractIn } from '../contract.js';
import { wordsOf } from '../errors.js';
import { environmentOf, optionsIn } from '../sockets/environment.js';
import type { StopReason } from '../sockets/client-status.js';
import type { Subject } from './scene.js';
import { simulatedKeys } from './simulated-keys.js';
import { SimulatedServer } from './simulated-server.js';
import { SimulatedTime } from './simulated-time.js';
import type { Simulation } from './simulation.js';
import { Verbs } from './verbs.js';

/** Those that the worker has in production may be given as they are: `transports` and `websocket` then have no effect. */
export type SimulationOptions = ClientOptions & {
  /**
   * Draws a number from 0 up to but not including 1, for every jitter. Default always 0, the least delay: a lost
   * connection is dialled again at once, a channel that crashed is joined again after half of its delay.
   */
  readonly random?: () => number;
};

/** A worker of any contract. */
export interface Startable {
  start(options?: ClientOptions): Client;
  handleCall(request: never): unknown;
  handleInfo(info: never): unknown;
}

/** Where nobody listens. */
export const ANYWHERE = 'ws://simulated.invalid/socket';

/**
 * Starts the worker, with the test as its server and a clock that only the test moves. Each simulation has its own, so many may run side by
 * side. Throws what `start` throws; the `url` may be left out. Dispose of it in the end: that stops the worker.
 */
export function simulate<W extends Startable>(
  worker: W,
  options: SimulationOptions = {},
): Simulation<ContractIn<W>> & { readonly client: Client<W> } {
  const { random = leastDraw, ...given } = options;
  const time = new SimulatedTime();
  const server = new SimulatedServer();
  const environment = environmentOf(time.clock, random, options.telemetry, simulatedKeys());
  const staged = { url: ANYWHERE, ...given, transports: [server.transport] } as const;
  const client = worker.start(optionsIn(environment, staged)) as Client<W>;
  const simulation = new Verbs({ time, server, subject: new StoppableClient(client) });
  return Object.assign(simulation as Simulation<ContractIn<W>>, { client });
}

class StoppableClient implements Subject {
  readonly #client: Pick<Client, 'stop' | 'stopped'>;
  #ending: string | null = null;

  constructor(client: Pick<Client, 'stop' | 'stopped'>) {
    this.#client = client;
    void client.stopped.then((reason) => void (this.#ending = endingOf(reason)));
  }

  get ending(): string | null {
    return this.#ending;
  }

  stop(): Promise<unknown> {
    return this.#client.stop();
  }
}

export function endingOf(reason: StopReason): string {
  switch (reason.kind) {
    case 'requested':
      return `it was asked to${reason.reason === null ? '' : ` (${reason.reason})`}`;
    case 'gaveUp':
      return `it gave up after ${reason.close.cause} ${reason.close.status ?? reason.close.code}`;
    case 'unauthorized':
    case 'crashed':
      return wordsOf(reason.error);
  }
}

export function leastDraw(): number {
  return 0;
}
