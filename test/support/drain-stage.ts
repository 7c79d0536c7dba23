/** A worker that has joined a topic, and when what it is asked is done: the stage of a drain. */

import { HookedWorker, type Hooks } from './hooked-worker.js';
import { type Scene, type Simulation, simulate } from './worker-simulation.js';

type Run = Simulation<HookedWorker>;

export async function joined(hooks: Hooks = {}, scene: Scene = {}): Promise<Run> {
  const sim = await simulate(new HookedWorker(hooks), scene);
  sim.worker.join('room:1');
  await sim.quiet();
  return sim;
}

/** When a promise resolves, counted from now. */
export function timed<T>(sim: Run, promise: Promise<T>): Promise<readonly [at: number, value: T]> {
  const begun = sim.clock.monotonic();
  return promise.then((value) => [sim.clock.monotonic() - begun, value] as const);
}
