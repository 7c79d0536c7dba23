/** What comes from outside of a client: time, chance, and who listens. */

import { type Clock, systemClock } from '../clock.js';
import type { Random } from '../policy/backoff.js';
import { Reporter, type Telemetry } from '../telemetry/telemetry.js';

export type Environment = {
  readonly clock: Clock;
  readonly random: Random;
  readonly reporter: Reporter;
};

export function realEnvironment(telemetry: Telemetry | readonly Telemetry[] = []): Environment {
  const clock = systemClock;
  return { clock, random: Math.random, reporter: new Reporter(telemetry, () => clock.now()) };
}
