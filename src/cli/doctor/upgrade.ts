/** The upgrade: what the dial was answered, and what that says of the auth token. */

import type { Close } from '../../protocol/close.js';
import { authTokenDisabled } from '../../transport/ws-ending.js';
import { attempt, type Attempt } from './attempt.js';
import { codeOf, problemOfCode, problemOfStatus } from './diagnosis.js';
import { failed, type Outcome, passed, skipped } from './finding.js';
import type { Place } from './place.js';
import { BY_SIGN } from './problems.js';
import { Probe } from './probe.js';
import type { Secrets } from './secrets.js';
import type { Visit } from './visit.js';

export type Dialed = Attempt<Probe | Close>;

/** Enough for an error's code and a sentence. */
const EXCERPT = 120;

export function dial(visit: Visit, place: Place): Promise<Dialed> {
  return attempt('upgrade', visit.limits, (signal) =>
    Probe.dial(visit, place, visit.serializer, signal),
  );
}

export function upgradeOutcome(dialed: Dialed, secrets: Secrets): Outcome {
  if (!dialed.isDone) return dialed.outcome;
  const { value, ms } = dialed;
  if (value instanceof Probe || isTokenNotTaken(value)) {
    return passed('HTTP 101 Switching Protocols', ms, null);
  }
  const { cause, status, reason, error } = value;
  if (cause === 'refused') return failed(refusalOf(value, secrets), problemOfStatus(status ?? 0));
  if (cause === 'proxy') {
    const problem = status === 407 ? problemOfStatus(status) : BY_SIGN.proxy;
    return failed(secrets.excerpt(reason, EXCERPT), problem);
  }
  if (cause === 'credentials') return failed(reason, BY_SIGN['bad token']);
  const problem = cause === 'network' ? problemOfCode(codeOf(error)) : BY_SIGN['bad handshake'];
  return failed(secrets.excerpt(reason, EXCERPT), problem);
}

/** A server that chose none of the subprotocols agreed to the upgrade, and the client ends it. */
export function subprotocolOutcome(dialed: Dialed, visit: Visit): Outcome {
  if (visit.authToken === null) return skipped('there is no auth token');
  if (!dialed.isDone) return skipped('the upgrade failed');
  if (dialed.value instanceof Probe) {
    return passed('offered phoenix and the auth token, and the server chose one', null, null);
  }
  if (!isTokenNotTaken(dialed.value)) return skipped('the upgrade failed');
  const saw = 'offered phoenix and the auth token, and the server chose neither';
  return failed(saw, BY_SIGN['token not taken']);
}

/** Whether the refusal may be for the version: Phoenix answers it like `connect/3` does, with a bare 403. */
export function isForbidden(dialed: Dialed): boolean {
  if (!dialed.isDone || dialed.value instanceof Probe) return false;
  return dialed.value.cause === 'refused' && dialed.value.status === 403;
}

function isTokenNotTaken(close: Close): boolean {
  return close.cause === 'peer' && close.reason === authTokenDisabled().reason;
}

function refusalOf({ status, reason, response }: Close, secrets: Secrets): string {
  const { headers = {}, body = '' } = response ?? {};
  const named = ['server', 'location', 'retry-after'].flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [`${name}: ${secrets.excerpt(value, EXCERPT)}`];
  });
  const text = secrets.excerpt(body, EXCERPT);
  const parts = [`HTTP ${status ?? 0} ${secrets.excerpt(reason, EXCERPT)}`, ...named];
  return [...parts, ...(text === '' ? [] : [`body: ${text}`])].join('; ');
}
