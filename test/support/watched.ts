/** A simulated worker, with a listener that takes all that telemetry has. */

import type { Gauges, Measurement, Telemetry } from '../../src/index.js';
import { simulate, type Scene, SimulatedWorker, type Simulation } from './worker-simulation.js';

/** Keeps what it is told, and the gauges while they are there to be read. */
export class Measured implements Telemetry {
  readonly measured: Measurement[] = [];
  gauges: Gauges | null = null;

  fact(): void {
    return;
  }

  measure(measurement: Measurement): void {
    this.measured.push(measurement);
  }

  watch(gauges: Gauges): () => void {
    this.gauges = gauges;
    return () => {
      this.gauges = null;
    };
  }
}

export type Watched = { readonly sim: Simulation; readonly listener: Measured };

/** Connects, and joins the topic. */
export async function watched(
  scene: Scene = {},
  topic: string | null = 'room:1',
): Promise<Watched> {
  const listener = new Measured();
  const options = { ...scene.options, telemetry: listener };
  const sim = await simulate(new SimulatedWorker(), { ...scene, options });
  if (topic !== null) sim.worker.join(topic);
  await sim.quiet();
  return { sim, listener };
}

/** The facts of that name so far, without their time. */
export function named({ telemetry }: Simulation, name: string): readonly object[] {
  return telemetry.filter((fact) => fact.name === name).map(({ at: _, ...fact }) => fact);
}

export function settled({ measured }: Measured, name: Measurement['name']): readonly object[] {
  return measured.filter((measurement) => measurement.name === name);
}
