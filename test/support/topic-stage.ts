/** One topic of a script's socket: how its join is begun, and what the server sees of it. */

import { Fate } from './fate.js';
import type { Script } from './memory-phoenix.js';
import type { SocketStage } from './socket-stage.js';

export const TOPIC = 'room:1';

/** Answers no join. */
export const silent: Script = { join: () => null };

/** The joins and leaves that the server has seen, in order. */
export function seen({ phoenix }: SocketStage): readonly string[] {
  return phoenix.received.filter(({ topic }) => topic === TOPIC).map(({ event }) => event);
}

export function begin(stage: SocketStage, params?: unknown): Fate {
  return new Fate(stage.socket.join(TOPIC, params));
}
