/** What is known of a push: by the desk, or of a confirmed one of an earlier process by the client. */

import type { WaitingPush } from '../../index.js';
import { problem, type Problem } from '../listeners/problem.js';
import type { PushRecord } from '../pushes/push-record.js';
import { namesOf, responseFields } from './push-answers.js';
import type { PushParts } from './push-making.js';

/** Throws a problem when nothing is known of it. */
export function stateOf({ sidecar, desk }: PushParts, id: string): object {
  const record = desk.find(id);
  if (record !== null) return recorded(record);
  const waiting = sidecar.client.confirmed.list().find(({ key }) => key === id);
  if (waiting !== undefined) return left(waiting);
  throw unknownPush(id);
}

/** Throws a problem when it was sent already. */
export function cancelPush(parts: PushParts, id: string): object {
  const record = parts.desk.find(id);
  const before = stateOf(parts, id);
  if (record === null) discard(parts, id);
  else if (!record.cancel()) throw sent(id);
  return record === null
    ? { ...before, outcome: 'failed' }
    : { ...recorded(record), outcome: 'failed' };
}

function discard({ sidecar }: PushParts, id: string): void {
  const waiting = sidecar.client.confirmed.list().find(({ key }) => key === id);
  if (waiting?.state === 'sent' || !sidecar.client.confirmed.discard(id)) throw sent(id);
}

function recorded(record: PushRecord): object {
  const since = new Date(record.since).toISOString();
  return { ...namesOf(record), since, ...fateFields(record) };
}

function fateFields({ fate }: PushRecord): object {
  switch (fate.outcome) {
    case 'queued':
    case 'sent':
      return { outcome: fate.outcome };
    case 'replied':
      return { outcome: fate.outcome, status: fate.status, ...responseFields(fate.response) };
    case 'failed':
    case 'unknown':
      return { outcome: fate.outcome, code: fate.error.code, detail: fate.error.message };
  }
}

function left({ key, topic, event, state, sendings, since, expires }: WaitingPush): object {
  const outcome = state === 'sent' ? 'sent' : 'queued';
  const times = { since: since.toISOString(), expires: expires?.toISOString() ?? null };
  return { id: key, topic, event, outcome, sendings, ...times };
}

function sent(id: string): Problem {
  return problem(
    'API_ALREADY_SENT',
    `${shown(id)} was sent, or has settled: it cannot be taken back`,
  );
}

function unknownPush(id: string): Problem {
  const why = 'it never was, or it settled more than an hour ago';
  return problem('API_NO_PUSH', `no push ${shown(id)} is known: ${why}`);
}

function shown(id: string): string {
  return id.slice(0, 255);
}
