/** How often a confirmed push is sent again before it is given up, and who is told then. */

import { badOption, type PushError } from '../errors.js';
import { type BackoffRule, backoffRule, type Jitter } from './backoff.js';
import type { Duration } from './duration.js';
import { frozen } from './frozen.js';
import {
  requireChoice,
  requireCount,
  requireCountOrFalse,
  requireFields,
  shown,
} from './requirements.js';

/** A confirmed push that was given up: nobody else will send it again. */
export type DeadLetter = {
  readonly key: string;
  readonly topic: string;
  readonly event: string;
  /** As it was pushed, without the key. */
  readonly payload: unknown;
  /** How often this process has sent it. */
  readonly sendings: number;
  /** `delivered` says whether the server may have it. */
  readonly error: PushError;
};

/**
 * Told of each dead letter, beside the mailbox. The push stays in its store until what this returns has settled: who writes the
 * letter down loses none. What it throws is told as `callback.failed`, and then the letter is gone.
 */
export type OnDeadLetter = (letter: DeadLetter) => void | Promise<void>;

/** What a confirmed push does that is sent and not confirmed. */
export type ConfirmedPolicy = {
  /** How many of a topic may be sent and not yet replied to. Default 1: more of them, and their order is no longer promised. */
  readonly window?: number;
  /**
   * How often one is sent again that got no reply within its `timeout`, on a join that lived on. Default 5: a handler that is silent
   * six times will not answer the seventh.
   */
  readonly resends?: number;
  /** The wait before the first of these. Default 1 s: a handler that was late by a little may still reply. */
  readonly min?: Duration;
  /** The longest of these waits. Default 30 s, so that a recovery is noticed soon. */
  readonly max?: Duration;
  /** What each wait is multiplied by for the next. Default 2. */
  readonly factor?: number;
  /** Default `equal`: a wait of nothing would send it again at once. */
  readonly jitter?: Jitter;
  /**
   * At how many crashes of its channel in a row it may have been the one that was sent; false: any number. Default 10: more than a
   * minute at the pace of `rejoin`, so it is the push that crashes the channel, and not a deploy.
   */
  readonly crashes?: number | false;
  /** Default `final`: an error reply is an answer. `retry`: it counts as no reply, until there were too many. */
  readonly errors?: 'final' | 'retry';
  /** Default: nobody is told but `handlePushError` and telemetry. */
  readonly onDeadLetter?: OnDeadLetter;
};

export type ConfirmedRule = {
  readonly window: number;
  readonly resends: number;
  readonly backoff: BackoffRule;
  readonly crashes: number | false;
  readonly errors: 'final' | 'retry';
  readonly onDeadLetter: OnDeadLetter | null;
};

export const DEFAULT_CONFIRMED: ConfirmedRule = frozen({
  window: 1,
  resends: 5,
  backoff: {
    kind: 'exponential',
    min: 1000,
    max: 30_000,
    factor: 2,
    jitter: 'equal',
    attempts: null,
  },
  crashes: 10,
  errors: 'final',
  onDeadLetter: null,
});

/** Fills in what a policy leaves out; throws `PHX_BAD_OPTION`. */
export function confirmedRule(policy: ConfirmedPolicy = {}): ConfirmedRule {
  requireFields('confirmed', policy);
  const window = policy.window ?? DEFAULT_CONFIRMED.window;
  const resends = policy.resends ?? DEFAULT_CONFIRMED.resends;
  const crashes = policy.crashes ?? DEFAULT_CONFIRMED.crashes;
  const errors = policy.errors ?? DEFAULT_CONFIRMED.errors;
  const onDeadLetter = policy.onDeadLetter ?? null;
  requireCount('confirmed.window', window, 1);
  requireCount('confirmed.resends', resends, 0);
  requireCountOrFalse('confirmed.crashes', crashes, 1);
  requireChoice('confirmed.errors', errors, ['final', 'retry']);
  requireHook(onDeadLetter);
  const backoff = backoffRule('confirmed', growthOf(policy), DEFAULT_CONFIRMED.backoff);
  return frozen({ window, resends, backoff, crashes, errors, onDeadLetter });
}

function growthOf({
  min,
  max,
  factor,
  jitter,
}: ConfirmedPolicy): Pick<ConfirmedPolicy, 'min' | 'max' | 'factor' | 'jitter'> {
  return {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(factor !== undefined && { factor }),
    ...(jitter !== undefined && { jitter }),
  };
}

function requireHook(hook: unknown): void {
  if (hook === null || typeof hook === 'function') return;
  throw badOption(`confirmed.onDeadLetter is ${shown(hook)}: write a function`);
}
