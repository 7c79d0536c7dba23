/** The routes of pushes: one, many at once, and what has become of one. */

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { milliseconds } from '../../policy/duration.js';
import { problem } from '../listeners/problem.js';
import type { PushOrder } from '../pushes/push-desk.js';
import { type ApiApp, type ApiContext, newApp } from './app.js';
import { serveBatch } from './batch-route.js';
import { bytesOf, jsonOf, mediaTypeOf } from './body.js';
import { checked } from './invalid.js';
import { answers, bodyOf, schemaOf } from './document.js';
import { answerOf } from './push-answers.js';
import { makePush, type Ordered, progressOf, type PushParts } from './push-making.js';
import { accepted, keyHeader, pushBody, pushQuery, pushState, replied } from './push-schema.js';
import { cancelPush, stateOf } from './push-states.js';
import type { ApiTerms } from './terms.js';

const BYTES = 'application/octet-stream';

const push = createRoute({
  method: 'post',
  path: '/v1/push',
  summary: 'Push an event to a topic',
  description:
    'Waits as `wait` says, `none` by default. With an `Idempotency-Key` the same push is made once, however often it is asked for. A binary body is pushed as it is, with `topic` and `event` in the query.',
  request: {
    query: pushQuery,
    headers: keyHeader,
    body: bodyOf({
      'application/json': schemaOf(pushBody),
      [BYTES]: { type: 'string', format: 'binary' },
    }),
  },
  responses: answers(
    { 200: ['Replied to', replied], 202: ['Accepted', accepted] },
    {
      404: 'Nobody has joined the topic',
      409: 'It is volatile and could not go out now',
      413: 'The body is too large',
      415: 'The body is of another type',
      422: 'It says what it may not, or the server refused it',
      429: 'The outbox is full',
      504: 'No reply in time, or never sent',
    },
  ),
});

const id = z.strictObject({ id: z.string().min(1).max(255) });

const getPush = createRoute({
  method: 'get',
  path: '/v1/pushes/{id}',
  summary: 'What has become of a push',
  description: 'The id is its `Idempotency-Key`, if it was given one.',
  request: { params: id },
  responses: answers({ 200: ['It', pushState] }, { 404: 'No such push is known' }),
});

const deletePush = createRoute({
  method: 'delete',
  path: '/v1/pushes/{id}',
  summary: 'Take back a push that was not sent yet',
  request: { params: id },
  responses: answers(
    { 200: ['It was taken back', pushState] },
    { 404: 'No such push is known', 409: 'It was sent already' },
  ),
});

export function pushRoutes(parts: PushParts, terms: ApiTerms): ApiApp {
  const app = newApp();
  app.openapi(push, (c) => pushed(c, parts, terms));
  serveBatch(app, parts, terms);
  app.openapi(getPush, (c) => c.json(stateOf(parts, c.req.valid('param').id)));
  app.openapi(deletePush, (c) => c.json(cancelPush(parts, c.req.valid('param').id)));
  return app;
}

async function pushed(c: ApiContext, parts: PushParts, terms: ApiTerms): Promise<Response> {
  const ordered = await orderedBy(c, terms);
  const { record, isNew } = makePush(parts, ordered);
  const limit = timeLimit(ordered.order, terms);
  await progressOf(record, ordered.wait, { ms: limit, gone: c.req.raw.signal });
  if (!isNew) c.header('idempotency-replayed', 'true');
  const { status, body } = answerOf(record, ordered.wait, parts.sidecar);
  return c.json(body, status);
}

async function orderedBy(c: ApiContext, { maxBody }: ApiTerms): Promise<Ordered> {
  const { wait: waitAsked, ...query } = checked(pushQuery, c.req.query());
  const { 'idempotency-key': key = null } = checked(keyHeader, c.req.header());
  if (mediaTypeOf(c) === BYTES) {
    const order = { ...addressed(query), payload: await bytesOf(c, maxBody) };
    return { order: order as PushOrder, wait: waitAsked ?? 'none', key: unquoted(key) };
  }
  const { wait = 'none', ...order } = checked(pushBody, merged(await jsonOf(c, maxBody), query));
  return { order: order as PushOrder, wait: waitAsked ?? wait, key: unquoted(key) };
}

/** What the query says goes over what the body says. */
function merged(body: unknown, query: object): unknown {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return isObject ? { ...body, ...query } : body;
}

function addressed<Q extends { topic?: string | undefined; event?: string | undefined }>(
  query: Q,
): Q {
  if (query.topic !== undefined && query.event !== undefined) return query;
  throw problem(
    'API_INVALID',
    'a binary body has no room for topic and event: put them into the query',
  );
}

/** The drafts of the header write it as a quoted string. */
function unquoted(key: string | null): string | null {
  return key?.replace(/^"(.+)"$/s, '$1') ?? null;
}

function timeLimit({ timeout }: PushOrder, terms: ApiTerms): number {
  if (timeout === undefined) return terms.timeout;
  return Math.min(milliseconds('timeout', timeout as number), terms.timeout);
}
