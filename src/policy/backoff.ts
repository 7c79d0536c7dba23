/** Delay by attempt: exponential or stepped, with jitter, clamped. */

import { UsageError } from '../errors.js';
import { type Duration, LONGEST_DELAY, milliseconds } from './duration.js';

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
  return Math.min(rule.min * rule.factor ** (failures - 1), rule.max, LONGEST_DELAY);
}

export function jittered(delay: number, jitter: Jitter, random: Random): number {
  if (jitter === 'none') return delay;
  if (jitter === 'full') return Math.floor(random() * delay);
  return Math.floor(delay / 2 + (random() * delay) / 2);
}

/** Fills in what a policy leaves out; throws `PHX_BAD_OPTION`. */
export function backoffRule(option: string, policy: Backoff, defaults: BackoffRule): BackoffRule {
  const jitter = policy.jitter ?? defaults.jitter;
  const attempts = policy.attempts ?? defaults.attempts;
  requireChoice(`${option}.jitter`, jitter);
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
  requireAtLeast(`${option}.delays.length`, delays.length, 1);
  return {
    kind: 'stepped',
    delays: delays.map((delay, index) => milliseconds(`${option}.delays[${index}]`, delay)),
    ...limits,
  };
}

function requireChoice(option: string, value: string): void {
  if (['full', 'equal', 'none'].includes(value)) return;
  throw new UsageError(
    'PHX_BAD_OPTION',
    `${option} is '${value}': write 'full', 'equal' or 'none'`,
  );
}

/** Throws `PHX_BAD_OPTION` unless the value is a finite number of at least `least`. */
export function requireAtLeast(option: string, value: number, least: number): void {
  if (Number.isFinite(value) && value >= least) return;
  throw new UsageError(
    'PHX_BAD_OPTION',
    `${option} is ${value}: write a number of at least ${least}`,
  );
}
