/** What is answered to a push: by what was waited for, and what has become of it. */

import type { PushError } from '../../index.js';
import { problem, Problem, type ProblemExtras } from '../listeners/problem.js';
import type { PushFate, PushRecord } from '../pushes/push-record.js';
import { asProblem, RETRY_AFTER } from './problems.js';
import type { Sidecar } from '../sidecar/sidecar.js';
import type { Wait } from './push-schema.js';

export type Answer = { readonly status: 200 | 202; readonly body: object };
type Failed = Extract<PushFate, { outcome: 'failed' }>;
type Replied = Extract<PushFate, { outcome: 'replied' }>;

/** Throws the problem, if it is one. */
export function answerOf(record: PushRecord, wait: Wait, sidecar: Sidecar): Answer {
  const { fate } = record;
  switch (fate.outcome) {
    case 'queued':
    case 'sent':
      return pending(record, fate.outcome, wait);
    case 'replied':
      return reply(record, fate, wait);
    case 'failed':
      throw isEnding(sidecar) ? stopping(record) : neverSent(record, fate);
    case 'unknown':
      throw isEnding(sidecar) ? stopping(record) : unanswered(record, fate.error);
  }
}

/** What it is called wherever it is told of. */
export function namesOf({ id, about, ref }: PushRecord): object {
  return { id, topic: about.topic, event: about.event, ref };
}

/** Bytes are no JSON. */
export function responseFields(response: unknown): object {
  if (!(response instanceof Uint8Array)) return { response };
  return { response: null, responseBase64: Buffer.from(response).toString('base64') };
}

/** It has not come as far as was waited for: then the wait was too short. */
function pending(record: PushRecord, outcome: 'queued' | 'sent', wait: Wait): Answer {
  const isEnough = wait === 'none' ? record.isHeld : wait === outcome;
  if (isEnough) return { status: 202, body: { ...namesOf(record), outcome } };
  if (record.hasEnded) throw unasked(record);
  const known = outcome === 'sent' ? 'unknown' : 'queued';
  const what =
    outcome === 'sent' ? 'it was sent, and has no reply yet' : 'it still waits to be sent';
  const remedy = `ask GET /v1/pushes/${encodeURIComponent(record.id)}, or push again with the same Idempotency-Key`;
  const fields = { ...namesOf(record), outcome: known };
  throw problem('API_DEADLINE', `${what}: ${remedy}`, { fields });
}

/** The first who used the key did not want the reply, and it is not kept for others. */
function unasked(record: PushRecord): Problem {
  const detail =
    'it was sent by a request that did not ask for its reply: say wait=reply the first time';
  return problem('API_DEADLINE', detail, { fields: { ...namesOf(record), outcome: 'unknown' } });
}

function reply(record: PushRecord, fate: Replied, wait: Wait): Answer {
  const { status, response } = fate;
  const fields = {
    ...namesOf(record),
    outcome: fate.outcome,
    reply: { status, ...responseFields(response) },
  };
  if (wait !== 'reply') return { status: 202, body: { ...namesOf(record), outcome: 'sent' } };
  if (status !== 'error') {
    const body = { ...namesOf(record), outcome: fate.outcome, status, ...responseFields(response) };
    return { status: 200, body };
  }
  const title = 'The server refused the push';
  const detail = `it replied with status 'error' to ${record.about.event} on ${record.about.topic}`;
  throw new Problem({ status: 422, code: 'PHX_PUSH_REFUSED' }, detail, { title, fields });
}

function isEnding({ client }: Sidecar): boolean {
  return ['draining', 'stopped'].includes(client.status.state);
}

function stopping(record: PushRecord): Problem {
  const fields = { ...namesOf(record), outcome: outcomeAtEnd(record) };
  const headers = { 'retry-after': RETRY_AFTER };
  return problem('API_DRAINING', 'ask again when it has started again', { headers, fields });
}

/** A store keeps it for the next process. */
function outcomeAtEnd({ fate }: PushRecord): string {
  return 'error' in fate && fate.error.code === 'PHX_PUSH_PERSISTED' ? 'queued' : fate.outcome;
}

function neverSent(record: PushRecord, { error, wasQueued }: Failed): Problem {
  const { code, message } = error;
  const fields = { ...namesOf(record), outcome: 'failed' };
  if (record.about.delivery === 'volatile')
    return new Problem({ status: 409, code }, message, {
      title: 'It could not go out now',
      fields,
    });
  // What the store could not take is no outbox that is full.
  const cause = asProblem(error.cause);
  if (cause !== null) return new Problem(cause, cause.message, withFields(cause, fields));
  if (wasQueued)
    return new Problem({ status: 504, code }, message, { title: 'It was never sent', fields });
  const headers = { 'retry-after': RETRY_AFTER };
  return new Problem({ status: 429, code }, message, {
    title: 'The outbox is full',
    headers,
    fields,
  });
}

function withFields({ extras }: Problem, fields: object): ProblemExtras {
  return { ...extras, fields: { ...extras.fields, ...fields } };
}

function unanswered(record: PushRecord, { code, message }: PushError): Problem {
  const fields = { ...namesOf(record), outcome: 'unknown' };
  return new Problem({ status: 504, code }, message, {
    title: 'Nobody knows whether it arrived',
    fields,
  });
}
