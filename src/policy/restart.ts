/** Restarts after a crash: at once, then slower, and not without end. */

import {
  type Backoff,
  type BackoffRule,
  backoffRule,
  delayAfter,
  type Jitter,
  type Random,
} from './backoff.js';
import { type Duration, milliseconds } from './duration.js';
import { frozen } from './frozen.js';
import { requireCount, requirePolicy } from './requirements.js';
import { badOption } from '../errors.js';

/** False: the first crash ends it. */
export type RestartPolicy =
  | false
  | {
      /** How many crashes within `period` are cured; the next one ends it. Default 3, as most of Erlang's supervisors. */
      readonly max?: number;
      /** Default 1 min: a worker that crashes four times a minute is not cured by a fifth life. */
      readonly period?: Duration;
      /** The delay before the second restart within `period`; before the first there is none. Default 1 s. */
      readonly minDelay?: Duration;
      /** The longest delay. Default 30 s. */
      readonly maxDelay?: Duration;
      /** What each delay is multiplied by for the next. Default 2. */
      readonly factor?: number;
      /** Default `equal`: half of the delay at least, because what crashed a worker may need a while to go away. */
      readonly jitter?: Jitter;
    };

export type RestartRule = {
  readonly max: number;
  readonly period: number;
  readonly backoff: BackoffRule;
};

const NAMES = ['max', 'period', 'minDelay', 'maxDelay', 'factor', 'jitter'];
const BACKOFF: BackoffRule = {
  kind: 'exponential',
  min: 1000,
  max: 30_000,
  factor: 2,
  jitter: 'equal',
  attempts: null,
};

/** Throws `PHX_BAD_OPTION`. Null: no restarts at all. */
export function restartRule(policy: RestartPolicy = {}): RestartRule | null {
  if (policy === false) return null;
  requirePolicy('restart', policy);
  const unknown = Object.keys(policy).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw badOption(`there is no option restart.${unknown}: choose from ${NAMES.join(', ')}`);
  }
  const { max = 3, period = 60_000 } = policy;
  requireCount('restart.max', max, 0);
  return frozen({
    max,
    period: milliseconds('restart.period', period),
    backoff: backoffOf(policy),
  });
}

function backoffOf({
  minDelay,
  maxDelay,
  factor,
  jitter,
}: Exclude<RestartPolicy, false>): BackoffRule {
  if (minDelay !== undefined) milliseconds('restart.minDelay', minDelay);
  if (maxDelay !== undefined) milliseconds('restart.maxDelay', maxDelay);
  const backoff: Backoff = {
    ...(minDelay !== undefined && { min: minDelay }),
    ...(maxDelay !== undefined && { max: maxDelay }),
    ...(factor !== undefined && { factor }),
    ...(jitter !== undefined && { jitter }),
  };
  return backoffRule('restart', backoff, BACKOFF);
}

/** The crashes of the last period, the newest included, by their monotonic times. */
export function recentCrashes(
  { period }: RestartRule,
  before: readonly number[],
  now: number,
): readonly number[] {
  return [...before.filter((at) => now - at < period), now];
}

/** How long after so many crashes within the period the next life begins; null: there is none. */
export function restartIn(rule: RestartRule, crashes: number, random: Random): number | null {
  if (crashes > rule.max) return null;
  return crashes === 1 ? 0 : delayAfter(rule.backoff, crashes - 1, random);
}
