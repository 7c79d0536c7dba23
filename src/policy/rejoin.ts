/** Whether a failed channel is worth another join, and how long to wait before it. */

import {
  type Backoff,
  type BackoffRule,
  backoffRule,
  calmFloor,
  delayAfter,
  type Random,
} from './backoff.js';
import { requireAtLeast, requireBoolean, requirePolicy } from './requirements.js';

/** Why a channel is not joined: first what a join can end in, then what a membership can. */
export type ChannelFailure =
  | { readonly kind: 'refused'; readonly response: unknown }
  | { readonly kind: 'timeout' }
  /** The channel ended before it answered. */
  | { readonly kind: 'aborted'; readonly payload: unknown }
  /** The worker's own params function threw (or, with null, gave no answer in time). */
  | { readonly kind: 'params'; readonly error: unknown }
  | { readonly kind: 'crashed'; readonly payload: unknown }
  /** The server ended it on purpose. */
  | { readonly kind: 'closed'; readonly payload: unknown }
  /** The server said that it knows no such membership. */
  | { readonly kind: 'desync' }
  /** The socket fell. */
  | { readonly kind: 'lost' };

/** `false`: a topic that is lost is no longer wanted; the worker joins it again if it wishes. */
export type RejoinPolicy =
  | false
  | (Backoff & {
      /** How many refusals are retried at the usual pace before the slow one; false: a refusal is final. Default 5. */
      readonly refused?: number | false;
      /** Whether a channel that the server closed on purpose is joined again. Default true. */
      readonly closed?: boolean;
      /** How many joins may be in flight on one socket. Default 10; Phoenix runs them one by one. */
      readonly concurrency?: number;
    });

export type RejoinRule = {
  readonly enabled: boolean;
  readonly backoff: BackoffRule;
  readonly refused: number | false;
  readonly closed: boolean;
  readonly concurrency: number;
};

export const DEFAULT_REJOIN: RejoinRule = {
  enabled: true,
  // phoenix.js's steps, which server authors expect, with jitter: a crash takes all of a topic's members at once.
  backoff: { kind: 'stepped', delays: [1000, 2000, 5000, 10_000], jitter: 'equal', attempts: null },
  // Permissions change and deploys race, so a refusal is not believed at once.
  refused: 5,
  closed: true,
  // Enough to hide the round trip, few enough that a heartbeat is answered in between.
  concurrency: 10,
};

/** A refusal that stands is asked about rarely, but for ever: somebody may grant it. */
const REFUSED: BackoffRule = {
  kind: 'exponential',
  min: 60_000,
  max: 300_000,
  factor: 2,
  jitter: 'equal',
  attempts: null,
};
/** The server meant it: come back politely. */
const CLOSED: BackoffRule = {
  kind: 'stepped',
  delays: [1000, 5000, 30_000, 60_000],
  jitter: 'equal',
  attempts: null,
};

export function rejoinRule(policy: RejoinPolicy = {}, defaults = DEFAULT_REJOIN): RejoinRule {
  if (policy === false) return { ...defaults, enabled: false };
  requirePolicy('rejoin', policy);
  const refused = policy.refused ?? defaults.refused;
  const concurrency = policy.concurrency ?? defaults.concurrency;
  const closed = policy.closed ?? defaults.closed;
  requireBoolean('rejoin.closed', closed);
  if (refused !== false) requireAtLeast('rejoin.refused', refused, 0);
  if (concurrency !== Infinity) requireAtLeast('rejoin.concurrency', concurrency, 1);
  return {
    enabled: true,
    backoff: backoffRule('rejoin', policy, defaults.backoff),
    refused,
    closed,
    concurrency,
  };
}

/** Milliseconds until the next join after so many failures in a row (from 1), or null when there will be none. */
export function rejoinDelay(
  rule: RejoinRule,
  failure: ChannelFailure,
  failures: number,
  random: Random,
): number | null {
  const delay = rule.enabled ? drawDelay(rule, failure, failures, random) : null;
  return delay === null ? null : Math.max(delay, calmFloor(failures));
}

function drawDelay(
  rule: RejoinRule,
  failure: ChannelFailure,
  failures: number,
  random: Random,
): number | null {
  const usual = delayAfter(rule.backoff, failures, random);
  if (usual === null) return null;
  if (failure.kind === 'closed') return rule.closed ? delayAfter(CLOSED, failures, random) : null;
  if (failure.kind !== 'refused') return usual;
  if (rule.refused === false) return null;
  if (failures <= rule.refused) return usual;
  return delayAfter(REFUSED, failures - rule.refused, random);
}
