/** What to do about an expectation that failed, as far as the state of the simulation tells. */

import type { Expectation } from './expectation.js';
import type { Scene } from './scene.js';

export function remedyFor({ verb, topic }: Expectation, scene: Scene): string {
  const { server, subject } = scene;
  if (subject.ending !== null) return `it has stopped: ${subject.ending}`;
  if (server.unclaimed.some(({ kind }) => kind === 'dial')) {
    return 'answer its dial first: acceptConnect or refuseConnect';
  }
  const isPush = verb === 'expectPush' && topic !== undefined;
  if (isPush && server.channel(topic)?.isJoining === true) return joinFirst(topic);
  return timeOf(scene);
}

export function notJoined(topic: string, scene: Scene): Error {
  const isJoining = scene.server.channel(topic)?.isJoining === true;
  const remedy = isJoining ? joinFirst(topic) : 'expectJoin it, and reply, first';
  return new Error(`'${topic}' is not joined: ${remedy}`);
}

function joinFirst(topic: string): string {
  return `answer the join of '${topic}' first: expectJoin it, and reply`;
}

function timeOf({ time, server }: Scene): string {
  const { nextIn } = time.clock;
  const where = server.isConnected ? 'it is connected' : 'it is not connected';
  if (nextIn === null) return `${where}, and no timer is set: nothing will happen by itself`;
  return `${where}; if it waits for time to pass, advance the clock: the next timer is due in ${nextIn} ms`;
}
