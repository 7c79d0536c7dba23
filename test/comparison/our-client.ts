/** Our client over real connections, its time and chance decided by the test, with the moments of its dials. */

import type { Client, ClientOptions, Transport } from '../../src/index.js';
import { wsTransport } from '../../src/transport/ws-transport.js';
import { STILL } from '../support/fault-options.js';
import { ClockedWorker } from '../support/fault-worker.js';
import type { Wanted } from '../support/recording-worker.js';
import { SimulatedClock } from '../support/simulated-clock.js';

export class OurClient implements AsyncDisposable {
  readonly clock = new SimulatedClock();
  readonly worker: ClockedWorker;
  readonly client: Client;
  /** Simulated milliseconds since the start. */
  readonly dialedAt: number[] = [];

  /** Every draw gives the middle. */
  constructor(wanted: Wanted, options: ClientOptions) {
    this.worker = new ClockedWorker(wanted);
    const transports = [this.#transport()] as const;
    this.client = this.worker.startOn(this.clock, { ...STILL, transports, ...options });
  }

  /** The peer must be able to answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.stop();
  }

  #transport(): Transport {
    const { name, dial } = wsTransport({ writeTimeout: 3_600_000 }, this.clock);
    return {
      name,
      dial: (request, sink) => {
        this.dialedAt.push(this.clock.monotonic());
        return dial(request, sink);
      },
    };
  }
}
