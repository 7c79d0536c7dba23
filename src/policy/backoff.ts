/** Delay by attempt: exponential or stepped, with jitter, clamped. */

import { type Duration, LONGEST_DELAY, milliseconds } from './duration.js';
import { requireAtLeast, requireChoice, requireList } from './requirements.js';

/**
 * `full`: anywhere between nothing and the delay, which spreads a fleet best; `equal`: half the delay plus
 * a random half, for who needs a least delay; `none`: the delay itself, for tests.
 */
export type Jitter = 'full' | 'equal' | 'none';

/** No `attempts` means for ever. */
export type Backoff =
  | {
      readonly min?: Duration;
      readonly max?: Duration;
      readonly factor?: number;
      readonly jitter?: Jitter;
      readonly attempts?: number;
    }
  | {
      /** The last one repeats. */
      readonly delays: readonly Duration[];
      readonly jitter?: Jitter;
      readonly attempts?: number;
    };

type Limits = { readonly jitter: Jitter; readonly attempts: number | null };
export type ExponentialRule = Limits & {
  readonly kind: 'exponential';
  readonly min: number;
  readonly max: number;
  readonly factor: number;
};
export type SteppedRule = Limits & { readonly kind: 'stepped'; readonly delays: readonly number[] };
/** A back-off with every default filled in and every length in milliseconds. */
export type BackoffRule = ExponentialRule | SteppedRule;

/** A number from 0 up to but not including 1. */
export type Random = () => number;

const CALM_AFTER_FAILURES = 5;
const CALM_FLOOR = 1000;

/** From the sixth attempt on nobody tries more than once a second, whatever the policy or the worker says. */
export function calmFloor(failures: number): number {
  return failures >= CALM_AFTER_FAILURES ? CALM_FLOOR : 0;
}

/** How long to wait after the given number of failures (from 1), or null when the attempts are used up. */
export function delayAfter(rule: BackoffRule, failures: number, random: Random): number | null {
  if (rule.attempts !== null && failures >= rule.attempts) return null;
  return jittered(ceilingAfter(rule, failures), rule.jitter, random);
}

/** The longest that the delay after so many failures can be. */
export function ceilingAfter(rule: BackoffRule, failures: number): number {
  if (rule.kind === 'stepped') {
    return rule.delays[Math.min(failures, rule.delays.length) - 1] ?? 0;
  }
  // Overflow would be Infinity, and nothing times Infinity is no number.
  const growth = Math.min(rule.factor ** (failures - 1), Number.MAX_VALUE);
  return Math.min(rule.min * growth, rule.max, LONGEST_DELAY);
}

function jittered(delay: number, jitter: Jitter, random: Random): number {
  if (jitter === 'none') return delay;
  if (jitter === 'full') return Math.floor(random() * delay);
  return Math.floor(delay / 2 + (random() * delay) / 2);
}

/** Fills in what a policy leaves out; throws `PHX_BAD_OPTION`. */
export function backoffRule(option: string, policy: Backoff, defaults: BackoffRule): BackoffRule {
  const jitter = policy.jitter ?? defaults.jitter;
  const attempts = policy.attempts ?? defaults.attempts;
  requireChoice(`${option}.jitter`, jitter, ['full', 'equal', 'none']);
  if (attempts !== null) requireAtLeast(`${option}.attempts`, attempts, 1);
  if ('delays' in policy) return stepped(option, policy.delays, { jitter, attempts });
  if (defaults.kind === 'stepped' && !('min' in policy || 'max' in policy || 'factor' in policy)) {
    return { ...defaults, jitter, attempts };
  }
  return exponential(option, policy, defaults, { jitter, attempts });
}

const PLAIN_EXPONENTIAL = { min: 1000, max: 30_000, factor: 2 };

function exponential(
  option: string,
  policy: Exclude<Backoff, { delays: unknown }>,
  defaults: BackoffRule,
  limits: Limits,
): ExponentialRule {
  const base = defaults.kind === 'exponential' ? defaults : PLAIN_EXPONENTIAL;
  const min = milliseconds(`${option}.min`, policy.min ?? base.min);
  const max = milliseconds(`${option}.max`, policy.max ?? Math.max(base.max, min));
  const factor = policy.factor ?? base.factor;
  requireAtLeast(`${option}.factor`, factor, 1);
  requireAtLeast(`${option}.max`, max, min);
  return { kind: 'exponential', min, max, factor, ...limits };
}

function stepped(option: string, delays: readonly Duration[], limits: Limits): SteppedRule {
  requireList(`${option}.delays`, delays, "a list such as ['1s', '5s']");
  return {
    kind: 'stepped',
    delays: delays.map((delay, index) => milliseconds(`${option}.delays[${index}]`, delay)),
    ...limits,
  };
}
