/** Delay by attempt: exponential or stepped, with jitter, clamped. */

import { badOption } from '../errors.js';
import { type Duration, LONGEST_DELAY, milliseconds } from './duration.js';
import { requireAtLeast, requireChoice, requireCount, requireList } from './requirements.js';

/**
 * `full`: anywhere between nothing and the delay, which spreads a fleet best; `equal`: half the delay plus
 * a random half, for who needs a least delay; `none`: the delay itself, for tests.
 */
export type Jitter = 'full' | 'equal' | 'none';

/** A delay that grows, or a list of delays: one of the two. */
export type Backoff =
  | (BackoffLimits & {
      /**
       * The first delay. Default 500 ms for `reconnect`, so that a blip costs little; 1 s for `rejoin`, when it
       * is told to grow.
       */
      readonly min?: Duration;
      /** The longest delay. Default 30 s, so that a recovery is noticed soon. */
      readonly max?: Duration;
      /** What each delay is multiplied by for the next. Default 2: six failures, and a fleet is out of the way. */
      readonly factor?: number;
      readonly delays?: never;
    })
  | (BackoffLimits & {
      /**
       * The delays one by one; the last one repeats. Default 1, 2, 5, 10 s for `rejoin`: phoenix.js's steps, which
       * server authors expect.
       */
      readonly delays: readonly Duration[];
      readonly min?: never;
      readonly max?: never;
      readonly factor?: never;
    });

type BackoffLimits = {
  /**
   * Default `full` for `reconnect`, which spreads a fleet best; `equal` for `rejoin`, where a crash takes all
   * members of a topic at once and a join right behind it meets a server that is not back yet.
   */
  readonly jitter?: Jitter;
  /** How many failures in a row end it. Default none: whoever must stay connected for months never gives up. */
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
  if (attempts !== null) requireCount(`${option}.attempts`, attempts, 1);
  const growth = GROWTH.find((name) => policy[name] !== undefined);
  if (policy.delays !== undefined) {
    if (growth !== undefined) throw contradiction(option, growth);
    return stepped(option, policy.delays, { jitter, attempts });
  }
  if (defaults.kind === 'stepped' && growth === undefined) return { ...defaults, jitter, attempts };
  return exponential(option, policy, defaults, { jitter, attempts });
}

const GROWTH = ['min', 'max', 'factor'] as const;
const PLAIN_EXPONENTIAL = { min: 1000, max: 30_000, factor: 2 };

function contradiction(option: string, growth: string): Error {
  const remedy = 'write a list of delays, or how one grows, not both';
  return badOption(`${option}.delays and ${option}.${growth} exclude each other: ${remedy}`);
}

function exponential(
  option: string,
  policy: Backoff,
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
