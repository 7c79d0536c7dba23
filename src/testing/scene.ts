/** The parts of a simulation: time, a server, and whoever is tested. */

import type { SimulatedServer } from './simulated-server.js';
import type { SimulatedTime } from './simulated-time.js';

export type Scene = {
  readonly time: SimulatedTime;
  readonly server: SimulatedServer;
  readonly subject: Subject;
};

/** Who is tested: anything that dials and can be stopped. */
export interface Subject {
  /** How it ended, in words; null: it has not. */
  readonly ending: string | null;
  stop(): Promise<unknown>;
}
