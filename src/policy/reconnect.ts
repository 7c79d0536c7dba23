/** Whether a close is worth another attempt, and how long to wait before it. */

import type { Close } from '../protocol/close.js';
import { hasCode } from '../errors.js';
import {
  type Backoff,
  type BackoffRule,
  backoffRule,
  calmFloor,
  ceilingAfter,
  type Random,
} from './backoff.js';
import { type Duration, milliseconds } from './duration.js';
import { badOption, requireChoice, requirePolicy } from './requirements.js';
import { retryAfter } from './retry-after.js';

/**
 * `now`: the first retry comes at once; `later`: by the back-off; `refresh`: by the back-off, with fresh
 * credentials, slowly from the second time on; `fatal`: no retry.
 */
export type Verdict = (typeof VERDICTS)[number];
const VERDICTS = ['now', 'later', 'refresh', 'fatal'] as const;

/** `false`: the worker decides in `handleDisconnected`. */
export type ReconnectPolicy =
  | false
  | (Backoff & {
      /** How long a connection must be of use before earlier failures are forgotten. Default 10 s. */
      readonly stableAfter?: Duration;
      /** By WebSocket close code (1000 to 4999) or HTTP status of a refused upgrade (100 to 599). */
      readonly verdicts?: { readonly [closeCodeOrStatus: number]: Verdict };
    });

export type ReconnectRule = {
  readonly enabled: boolean;
  readonly backoff: BackoffRule;
  readonly stableAfter: number;
  readonly verdicts: { readonly [closeCodeOrStatus: number]: Verdict };
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

/**
 * No close code is fatal, and none means "at once": 1000 is also what Cowboy's idle timeout, a Bandit shutdown
 * and Phoenix's older "disconnect" say, and an immediate return of a whole fleet is a storm. 401 comes from an
 * application's error handler, 403 is how Phoenix itself refuses, for a token and for other reasons alike.
 */
const DEFAULT_VERDICTS: ReconnectRule['verdicts'] = { 401: 'refresh', 403: 'refresh' };

/** What a server says when all of its clients are about to return at the same time. */
const CROWDED = new Set([1012, 1013, 503]);
const CROWD_SPREAD = 5000;
/** Credentials refused twice are wrong until somebody changes them. */
const REFUSED_FLOOR = 30_000;
const REFUSED_SPREAD = 30_000;

export const DEFAULT_RECONNECT: ReconnectRule = {
  enabled: true,
  // Half a second at first, so that a blip costs little; 30 s at most, so that a recovery is noticed soon.
  backoff: {
    kind: 'exponential',
    min: 500,
    max: 30_000,
    factor: 2,
    jitter: 'full',
    attempts: null,
  },
  // Longer than any accept-then-close loop, shorter than a heartbeat interval.
  stableAfter: 10_000,
  verdicts: DEFAULT_VERDICTS,
};

export function reconnectRule(policy: ReconnectPolicy = {}): ReconnectRule {
  if (policy === false) return { ...DEFAULT_RECONNECT, enabled: false };
  requirePolicy('reconnect', policy);
  const stableAfter = policy.stableAfter ?? DEFAULT_RECONNECT.stableAfter;
  return {
    enabled: true,
    backoff: backoffRule('reconnect', policy, DEFAULT_RECONNECT.backoff),
    stableAfter: milliseconds('reconnect.stableAfter', stableAfter),
    verdicts: { ...DEFAULT_VERDICTS, ...checkedVerdicts(policy.verdicts ?? {}) },
  };
}

/** The table's word for a close. "Unauthorized" and what can never be sent end it; a status outranks a close code. */
export function verdictOf(rule: ReconnectRule, close: Close): Verdict {
  if (hasCode(close.error, 'PHX_UNAUTHORIZED', 'PHX_BAD_OPTION')) return 'fatal';
  return rule.verdicts[close.status ?? close.code] ?? 'later';
}

/** Draws the delay once: what is announced is what happens. */
export function judge(rule: ReconnectRule, loss: Loss, now: number, random: Random): Judgement {
  const verdict = verdictOf(rule, loss.close);
  const floor = floorAfter(loss, now, random);
  if (verdict === 'fatal' || !rule.enabled || usedUp(rule, loss)) return { retryIn: null, floor };
  const delay = verdict === 'now' && loss.failures === 1 ? 0 : draw(rule, loss, random);
  // Retry-After is a time that the whole fleet was told, so the jitter comes on top of it.
  const asked = retryAfter(loss.close, now);
  return { retryIn: Math.max(asked > 0 ? asked + delay : delay, floor), floor };
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
  const refused = refusals >= 2 ? REFUSED_FLOOR + Math.floor(random() * REFUSED_SPREAD) : 0;
  return Math.max(calmFloor(failures), refused, retryAfter(close, now));
}

/** Throws `PHX_BAD_OPTION` for a code that no session ends with, and for a word that is no verdict. */
function checkedVerdicts(verdicts: ReconnectRule['verdicts']): ReconnectRule['verdicts'] {
  for (const [code, verdict] of Object.entries(verdicts)) {
    const option = `reconnect.verdicts[${code}]`;
    if (!mayEndSession(Number(code))) {
      const remedy = 'write a code from 1000 to 4999 or a status from 100 to 599';
      throw badOption(`${option} is for no close code and no HTTP status: ${remedy}`);
    }
    requireChoice(option, verdict, VERDICTS);
  }
  return verdicts;
}

function mayEndSession(code: number): boolean {
  return (code >= 100 && code <= 599) || (code >= 1000 && code <= 4999);
}
