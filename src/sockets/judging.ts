/** What follows the end of a session: what the policy says of it, above the floors of its socket. */

import { decided, type Judgement, judge, type Loss } from '../policy/reconnect.js';
import type { DialFloor } from './dial-floor.js';
import type { SocketHub } from './socket-hub.js';

export function judged(loss: Loss, floor: DialFloor, hub: SocketHub): Judgement {
  const { settings, clock, random } = hub;
  const judgement = judge(settings.reconnect, loss, clock.now(), random);
  // Before a function is asked: one that connects to another server leaves this floor behind.
  floor.set(judgement.floor);
  const { retryIn } = decided(settings.reconnect, loss, judgement, (problem) => {
    hub.policyFailed(problem);
  });
  const left = floor.left();
  return { retryIn: retryIn === null ? null : Math.max(retryIn, left), floor: left };
}
