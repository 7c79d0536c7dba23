/** How long a drain may take, and what it reports. */

import { type Duration, milliseconds } from '../policy/duration.js';
import { requireOptions } from './option-names.js';

export type DrainOptions = {
  /** For what is under way to settle. Default 15 s. */
  readonly grace?: Duration;
  /**
   * Then for leaves, `terminate` and the Close handshake. Default 5 s: both fit into Kubernetes' 30 s. Leaves, and a
   * callback that still hangs, get half of it at most.
   */
  readonly force?: Duration;
};

export type DrainReport = {
  /** Pushes that were replied to, or failed, while draining. */
  readonly settled: number;
  /** Pushes that were dropped because they still waited to be sent: safe to push again. None that a store keeps. */
  readonly unsent: number;
  /** Pushes that were sent, and to which no reply came in time. */
  readonly unanswered: number;
  /** Confirmed pushes that had no reply yet, and that the store keeps for the next client. */
  readonly persisted: number;
  /** Whether something took longer than it may, and was abandoned. Pushes that the store keeps are not. */
  readonly forced: boolean;
};

export type DrainLimits = { readonly [Limit in keyof DrainOptions]-?: number };

/** Of `force`, what leaves and overdue callbacks may use up: what follows needs some of it, too. */
export const FOR_LEAVES = 0.5;

/** Throws `PHX_BAD_OPTION`. */
export function drainLimits(options: DrainOptions): DrainLimits {
  requireOptions(options, ['grace', 'force']);
  const { grace = 15_000, force = 5000 } = options;
  return {
    grace: milliseconds('drain.grace', grace),
    force: milliseconds('drain.force', force),
  };
}
