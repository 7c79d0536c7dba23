/** Whether a failed channel is worth another join, and how long to wait before it. */

import { badOption } from '../errors.js';
import {
  type Backoff,
  type BackoffRule,
  backoffRule,
  calmFloor,
  delayAfter,
  type Random,
} from './backoff.js';
import { answerOf, type Complain, type Decide } from './decide.js';
import type { ChannelClosedFact, JoinFailedFact } from './facts.js';
import { frozen } from './frozen.js';
import {
  requireBoolean,
  requireCountOrFalse,
  requireFields,
  requireTexts,
} from './requirements.js';

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

/**
 * `false`: a topic that is lost is no longer wanted; the worker joins it again if it wishes. A function is given what
 * `handleJoinError` or `handleChannelClosed` will be told, its `retryIn` being what plain data would do, and answers
 * how long to wait, or null to want the topic no more; from the sixth failure in a row on it waits 1 s at least. It is
 * not asked about a topic that was left, nor about one that fell with its socket: that stays wanted.
 */
export type RejoinPolicy =
  | false
  | (Backoff & RejoinFields & JoinConcurrency)
  | Decide<JoinFailedFact | ChannelClosedFact>;

/** The policy of one topic, over the client's own field by field; a function is shown what that data would do. */
export type TopicRejoinPolicy =
  | false
  | (Backoff & RejoinFields & { readonly [Field in keyof JoinConcurrency]?: never })
  | Decide<JoinFailedFact | ChannelClosedFact>;

type RejoinFields = {
  /**
   * How many refusals are retried at the usual pace before the slow one (60 s doubling to 5 min); false: a refusal is
   * final. Default 5: permissions change and deploys race, so a refusal is not believed at once.
   */
  readonly refused?: number | false;
  /**
   * Whether a channel that the server closed on purpose is joined again, after 1, 5, 30, then 60 s. Default true: a
   * channel process that stops looks the same when its server is deployed.
   */
  readonly closed?: boolean;
  /**
   * What a refusal says, as `reason` of its response, when it is for want of better credentials: then `credentials`, if it is a
   * function, is asked again, and params functions are told `refused: true`. Default `unauthorized` (Phoenix's own guides), `invalid_token`,
   * `token_expired`, `expired`: name what your server says. `[]`: none.
   */
  readonly unauthorized?: readonly string[];
};

type JoinConcurrency = {
  /**
   * How many joins may be in flight on one socket; false: any number. Default 10: enough to hide the round trip,
   * few enough that a heartbeat is answered in between, because Phoenix runs the joins of a socket one by one.
   */
  readonly concurrency?: number | false;
};

export type RejoinRule = {
  readonly enabled: boolean;
  readonly backoff: BackoffRule;
  readonly refused: number | false;
  readonly closed: boolean;
  readonly unauthorized: readonly string[];
  readonly concurrency: number | false;
  /** The function form, asked above all the rest; null: plain data decides. */
  readonly decide: Decide<JoinFailedFact | ChannelClosedFact> | null;
};

export const DEFAULT_REJOIN: RejoinRule = frozen({
  enabled: true,
  backoff: { kind: 'stepped', delays: [1000, 2000, 5000, 10_000], jitter: 'equal', attempts: null },
  refused: 5,
  closed: true,
  unauthorized: ['unauthorized', 'invalid_token', 'token_expired', 'expired'],
  concurrency: 10,
  decide: null,
});

/** A refusal that stands is asked about rarely, but for ever: somebody may grant it. */
export const REFUSED_PACE: BackoffRule = frozen({
  kind: 'exponential',
  min: 60_000,
  max: 300_000,
  factor: 2,
  jitter: 'equal',
  attempts: null,
});
/** The server meant it: come back politely. */
export const CLOSED_PACE: BackoffRule = frozen({
  kind: 'stepped',
  delays: [1000, 5000, 30_000, 60_000],
  jitter: 'equal',
  attempts: null,
});

/** Fills in what a policy leaves out; throws `PHX_BAD_OPTION`. */
export function rejoinRule(policy: RejoinPolicy = {}, defaults = DEFAULT_REJOIN): RejoinRule {
  if (policy === false) return frozen({ ...defaults, enabled: false, decide: null });
  if (typeof policy === 'function') return frozen({ ...defaults, enabled: true, decide: policy });
  requireFields('rejoin', policy, 'write an object, a function, or false');
  const refused = policy.refused ?? defaults.refused;
  const concurrency = policy.concurrency ?? defaults.concurrency;
  const closed = policy.closed ?? defaults.closed;
  const unauthorized = policy.unauthorized ?? defaults.unauthorized;
  requireBoolean('rejoin.closed', closed);
  requireTexts('rejoin.unauthorized', unauthorized);
  requireCountOrFalse('rejoin.refused', refused, 0);
  requireCountOrFalse('rejoin.concurrency', concurrency, 1);
  const backoff = backoffRule('rejoin', policy, defaults.backoff);
  const fields = { refused, closed, unauthorized: [...unauthorized], concurrency };
  return frozen({ enabled: true, backoff, ...fields, decide: null });
}

/** The policy of one topic, over the client's own; throws `PHX_BAD_OPTION`. */
export function topicRejoinRule(policy: TopicRejoinPolicy, client: RejoinRule): RejoinRule {
  const rule = rejoinRule(policy, client);
  if (typeof policy !== 'object' || !('concurrency' in policy)) return rule;
  const remedy = 'give it to start';
  throw badOption(`rejoin.concurrency is for all joins of a socket, not for one topic: ${remedy}`);
}

/** What plain data says: milliseconds until the next join after so many failures in a row, from 1; null: none. */
export function rejoinDelay(
  rule: RejoinRule,
  failure: ChannelFailure,
  failures: number,
  random: Random,
): number | null {
  const delay = rule.enabled ? drawDelay(rule, failure, failures, random) : null;
  return delay === null ? null : Math.max(delay, calmFloor(failures));
}

/** What the function form makes of it, where there is one. */
export function decidedRejoin(
  { decide }: RejoinRule,
  fact: JoinFailedFact | ChannelClosedFact,
  failures: number,
  complain: Complain,
): number | null {
  const answer = decide === null ? fact.retryIn : answerOf(decide, fact, complain);
  return answer === null ? null : Math.max(answer, calmFloor(failures));
}

function drawDelay(
  rule: RejoinRule,
  failure: ChannelFailure,
  failures: number,
  random: Random,
): number | null {
  const usual = delayAfter(rule.backoff, failures, random);
  if (usual === null) return null;
  if (failure.kind === 'closed')
    return rule.closed ? delayAfter(CLOSED_PACE, failures, random) : null;
  if (failure.kind !== 'refused') return usual;
  if (rule.refused === false) return null;
  if (failures <= rule.refused) return usual;
  return delayAfter(REFUSED_PACE, failures - rule.refused, random);
}
