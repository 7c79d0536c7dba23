/** A worker with two topics that run beside each other, and what holds its callbacks until the test lets them go. */

import { HookedWorker, type Hooks } from './hooked-worker.js';
import type { Script } from './memory-phoenix.js';
import { type Simulation, simulate } from './worker-simulation.js';

export const [A, B] = ['room:a', 'room:b'];
const BY_TOPIC = { concurrency: 'topic' } as const;

export type Run = Simulation<HookedWorker>;

/** Holds a callback until it is opened. */
export class Gate {
  open = (): void => undefined;
  readonly passed = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

export function begin(hooks: Hooks, options = {}, script: Script = {}): Promise<Run> {
  const wanting: Hooks = { init: (worker) => [A, B].forEach((topic) => worker.join(topic)) };
  const scene = { options: { ...BY_TOPIC, ...options }, script };
  return simulate(new HookedWorker({ ...wanting, ...hooks }), scene);
}

/** Holds the messages of one topic. */
export function holding(gate: Gate, slow = A): Hooks {
  return { handleMessage: (_, { topic }) => (topic === slow ? gate.passed : undefined) };
}

export async function say(sim: Run, topic: string, ...events: string[]): Promise<void> {
  for (const event of events) sim.phoenix.push(topic, event);
  await sim.quiet();
}

/** What was told since it was connected. */
export function messages(sim: Run): readonly string[] {
  return sim.given('handleMessage').map(({ topic, event }) => `${topic} ${event}`);
}
