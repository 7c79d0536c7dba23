/** What comes from outside of a client: time, chance, names that nothing else has, and who listens. */

import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../clock.js';
import type { Random } from '../policy/backoff.js';
import { Reporter, type Telemetry } from '../telemetry/telemetry.js';

export type Environment = {
  readonly clock: Clock;
  /** For the deadlines of pushes, where each timer counts: `clock`, unless that one watches its timers. */
  readonly pushClock?: Clock;
  readonly random: Random;
  readonly reporter: Reporter;
  /** Makes up the idempotency key of a confirmed push. */
  readonly makeKey: () => string;
};

export function environmentOf(
  clock: Clock,
  random: Random,
  telemetry: Telemetry | readonly Telemetry[] = [],
  makeKey: () => string = randomUUID,
): Environment {
  return { clock, random, reporter: new Reporter(telemetry, () => clock.now()), makeKey };
}

export function realEnvironment(telemetry?: Telemetry | readonly Telemetry[]): Environment {
  return environmentOf(systemClock, Math.random, telemetry);
}

/** Where options carry an environment: no name of an option, and the same in every copy of this package. */
const ENVIRONMENT = Symbol.for('gen-socket-client.environment');

/** The same options, to be lived in another environment than the real one. */
export function optionsIn<O extends object>(environment: Environment, options: O): O {
  return { ...options, [ENVIRONMENT]: environment };
}

export function environmentIn(options: object): Environment | undefined {
  return (options as { readonly [ENVIRONMENT]?: Environment })[ENVIRONMENT];
}
