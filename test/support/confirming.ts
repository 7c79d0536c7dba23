/** A worker that pushes what must be confirmed, and what the server has received of it. */

import type { ClientOptions, Push, PushOptions } from '../../src/index.js';
import type { Script } from './memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from './worker-simulation.js';

export const TOPIC = 'orders:1';

type Confirmed = Omit<Extract<PushOptions, { delivery: 'confirmed' }>, 'delivery'>;

/** Connected, and a member of the topic if the script lets it. */
export async function confirming(
  options: ClientOptions = {},
  script: Script = {},
  worker: SimulatedWorker = new SimulatedWorker(),
): Promise<Simulation> {
  const sim = await simulate(worker, { options: { heartbeat: false, ...options }, script });
  sim.worker.join(TOPIC);
  await sim.quiet();
  return sim;
}

export function confirm(sim: Simulation, event: string, options: Confirmed = {}): Push {
  return sim.worker.push(TOPIC, event, { of: event }, { delivery: 'confirmed', ...options });
}

/** The confirmed pushes that the server has received, in order, each with its key: `ship key:1`. */
export function delivered({ phoenix }: Simulation): readonly string[] {
  return phoenix.received.flatMap(({ event, payload }) => {
    const { idempotency_key: key } = payload as { idempotency_key?: string };
    return key === undefined ? [] : [`${event} ${key}`];
  });
}

/** Replies to the newest push of this event. */
export function reply({ phoenix }: Simulation, event: string, status = 'ok'): void {
  const push = phoenix.sent(event).at(-1);
  if (push === undefined) throw new Error(`${event} was never sent`);
  phoenix.reply(push, [status, { to: event }]);
}

/** The names of the telemetry's facts about confirmed pushes. */
export function factsOf({ telemetry }: Simulation): readonly string[] {
  const names = [
    'push.resent',
    'push.abandoned',
    'push.dropped',
    'outbox.restored',
    'store.failed',
  ];
  return telemetry.map(({ name }) => name).filter((name) => names.includes(name));
}
