/** A supervised worker over a memory server, under time and chance that the test decides. */

import type {
  ClientOptions,
  SupervisedClient,
  SuperviseOptions,
  TelemetryFact,
} from '../../src/index.js';
import { environmentOf, optionsIn } from '../../src/sockets/environment.js';
import { type AnyWorker, supervise } from '../../src/worker/supervise.js';
import { MemoryPhoenix } from './memory-phoenix.js';
import { pass, quiet } from './passing-time.js';
import { SimulatedClock } from './simulated-clock.js';

/** More than anything takes that needs no time. */
const MANY_TURNS = 1000;

export class SupervisedStage<W extends AnyWorker> implements AsyncDisposable {
  readonly clock: SimulatedClock;
  readonly phoenix = new MemoryPhoenix();
  readonly told: TelemetryFact[] = [];
  readonly client: SupervisedClient<W>;

  /** Every draw of chance is the least. */
  constructor(
    make: () => W,
    options: ClientOptions & SuperviseOptions = {},
    clock = new SimulatedClock(),
  ) {
    this.clock = clock;
    const telemetry = { fact: (fact: TelemetryFact) => this.told.push(fact) };
    const environment = environmentOf(this.clock, () => 0, telemetry);
    const { transport } = this.phoenix;
    const staged = { url: 'ws://phoenix/socket', transports: [transport], ...options } as const;
    this.client = supervise(make, optionsIn(environment, staged));
  }

  /** The facts of that name, in order. */
  facts<N extends TelemetryFact['name']>(name: N): readonly (TelemetryFact & { name: N })[] {
    return this.told.filter((fact) => fact.name === name) as (TelemetryFact & { name: N })[];
  }

  /** Lets happen what can without time passing, until it is so. */
  async until(isSo: () => boolean): Promise<void> {
    for (let turns = 0; !isSo(); turns += 1) {
      if (turns === MANY_TURNS)
        throw new Error(`not so after ${MANY_TURNS} turns: ${String(isSo)}`);
      if (this.clock.nextIn === 0) this.clock.advance(0);
      await quiet();
    }
  }

  pass(ms: number): Promise<void> {
    return pass(this.clock, ms);
  }

  /** Ends it, and makes sure that it leaves no timer. */
  async [Symbol.asyncDispose](): Promise<void> {
    void this.client.stop();
    await this.until(() => this.client.status.state === 'stopped');
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers left after the stop`);
  }
}
