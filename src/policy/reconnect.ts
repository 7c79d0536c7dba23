/** Whether a close is worth another attempt, and how long to wait before it. */

import { hasCode } from '../errors.js';
import type { Close } from '../protocol/close.js';
import {
  type Backoff,
  type BackoffRule,
  backoffRule,
  calmFloor,
  ceilingAfter,
  type Random,
} from './backoff.js';
import { answerOf, type Complain, type Decide } from './decide.js';
import { type Duration, LONGEST_DELAY, milliseconds } from './duration.js';
import type { DisconnectedFact } from './facts.js';
import { frozen } from './frozen.js';
import { requireFields } from './requirements.js';
import { retryAfter } from './retry-after.js';
import { DEFAULT_VERDICTS, type Verdict, type Verdicts, verdictsOf } from './verdicts.js';

/**
 * `false`: the worker decides in `handleDisconnected`. A function is given what `handleDisconnected` will be told, its
 * `retryIn` being what the default policy would do, and answers how long to wait, or null for no more attempts; the
 * floors stay above its answer. It is asked for each socket that fails, unless the end is the worker's own wish, or
 * `credentials` threw `UnauthorizedError`, or the dial could never be made.
 */
export type ReconnectPolicy = false | ReconnectFields | Decide<DisconnectedFact>;

type ReconnectFields = Backoff & {
  /**
   * How long a connection must be of use (a topic joined, or none wanted) before earlier failures are forgotten.
   * Default 10 s: longer than any loop of accept and close, shorter than a heartbeat's interval.
   */
  readonly stableAfter?: Duration;
  /**
   * By WebSocket close code (1000 to 4999), by HTTP status of a refused upgrade (100 to 599), or by the `code` of a
   * network or TLS error. Default `refresh` for 401 and 403, `later` for all else: no code alone is fatal, because
   * Cowboy's idle timeout and Bandit's shutdown say 1000, and an expired certificate is renewed by somebody.
   */
  readonly verdicts?: Verdicts;
};

export type ReconnectRule = {
  readonly enabled: boolean;
  readonly backoff: BackoffRule;
  readonly stableAfter: number;
  readonly verdicts: Verdicts;
  /** The function form, asked above all the rest; null: plain data decides. */
  readonly decide: Decide<DisconnectedFact> | null;
};

/** How a session ended, and how many sessions in a row have failed, this one included. */
export type Loss = {
  readonly close: Close;
  readonly failures: number;
  /** How many in a row were refused for want of better credentials, this one included. */
  readonly refusals: number;
};

export type Judgement = {
  /** Milliseconds until the next attempt, or null when the policy will not try again. */
  readonly retryIn: number | null;
  /** Milliseconds before which no attempt is made, not even one asked for. */
  readonly floor: number;
};

/** What a server says when all of its clients are about to return at the same time. */
const CROWDED = new Set([1012, 1013, 503]);
const CROWD_SPREAD = 5000;
/** Credentials refused twice are wrong until somebody changes them. */
const REFUSED_FLOOR = 30_000;
const REFUSED_SPREAD = 30_000;

/** No dial of this process will fare better. */
const NEVER = ['PHX_UNAUTHORIZED', 'PHX_BAD_OPTION', 'PHX_MISSING_DEPENDENCY'] as const;

export const DEFAULT_RECONNECT: ReconnectRule = frozen({
  enabled: true,
  backoff: {
    kind: 'exponential',
    min: 500,
    max: 30_000,
    factor: 2,
    jitter: 'full',
    attempts: null,
  },
  stableAfter: 10_000,
  verdicts: DEFAULT_VERDICTS,
  decide: null,
});

/** Fills in what a policy leaves out; throws `PHX_BAD_OPTION`. */
export function reconnectRule(policy: ReconnectPolicy = {}): ReconnectRule {
  if (policy === false) return frozen({ ...DEFAULT_RECONNECT, enabled: false });
  if (typeof policy === 'function') return frozen({ ...DEFAULT_RECONNECT, decide: policy });
  requireFields('reconnect', policy, 'write an object, a function, or false');
  const stableAfter = policy.stableAfter ?? DEFAULT_RECONNECT.stableAfter;
  return frozen({
    enabled: true,
    backoff: backoffRule('reconnect', policy, DEFAULT_RECONNECT.backoff),
    stableAfter: milliseconds('reconnect.stableAfter', stableAfter),
    verdicts: verdictsOf('reconnect.verdicts', policy.verdicts),
    decide: null,
  });
}

/** The table's word for a close, the most particular one: an error outranks a status, and that a close code. */
export function verdictOf({ verdicts }: ReconnectRule, close: Close): Verdict {
  if (hasCode(close.error, ...NEVER)) return 'fatal';
  const keys = [errorCodeOf(close.error), close.status ?? close.code];
  const key = keys.find((each) => each !== null && Object.hasOwn(verdicts, each));
  const verdict = verdicts[key ?? ''] ?? 'later';
  // No credentials of ours are for a proxy.
  return close.cause === 'proxy' && verdict === 'refresh' ? 'later' : verdict;
}

/** What plain data says. Draws the delay once: what is announced is what happens. */
export function judge(rule: ReconnectRule, loss: Loss, now: number, random: Random): Judgement {
  const verdict = verdictOf(rule, loss.close);
  const floor = floorAfter(loss, now, random);
  if (verdict === 'fatal' || !rule.enabled || usedUp(rule, loss)) return { retryIn: null, floor };
  const delay = verdict === 'now' && loss.failures === 1 ? 0 : draw(rule, loss, random);
  // Retry-After is a time that the whole fleet was told, so the jitter comes on top of it.
  const asked = retryAfter(loss.close, now);
  const total = Math.min(asked + delay, LONGEST_DELAY);
  return { retryIn: Math.max(total, floor), floor };
}

/** What the function form makes of it, where there is one and something to decide. */
export function decided(
  { decide }: ReconnectRule,
  { close, failures }: Loss,
  judgement: Judgement,
  complain: Complain,
): Judgement {
  const { retryIn, floor } = judgement;
  if (decide === null || retryIn === null || close.cause === 'requested') return judgement;
  const answer = answerOf(decide, { close, attempt: failures, retryIn }, complain);
  return { retryIn: answer === null ? null : Math.max(answer, floor), floor };
}

/** Whether the attempts that the policy allows are used up. */
function usedUp({ backoff }: ReconnectRule, { failures }: Loss): boolean {
  return backoff.attempts !== null && failures >= backoff.attempts;
}

function draw({ backoff }: ReconnectRule, { close, failures }: Loss, random: Random): number {
  const crowded = CROWDED.has(close.status ?? close.code);
  const ceiling = ceilingAfter(backoff, failures);
  const spread = crowded ? Math.max(ceiling, CROWD_SPREAD) : ceiling;
  if (backoff.jitter === 'none') return ceiling;
  const least = backoff.jitter === 'equal' ? ceiling / 2 : 0;
  return Math.floor(least + random() * (spread - least));
}

/** The least delay before any dial, asked for or not. */
function floorAfter({ close, failures, refusals }: Loss, now: number, random: Random): number {
  const refused = refusals >= 2 ? refusedFloor(random) : 0;
  return Math.max(calmFloor(failures), refused, retryAfter(close, now));
}

/** How long nobody asks again for credentials that were refused. */
export function refusedFloor(random: Random): number {
  return REFUSED_FLOOR + Math.floor(random() * REFUSED_SPREAD);
}

function errorCodeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
