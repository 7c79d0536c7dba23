/** Many pushes in one request: each has an answer of its own, in their order. */

import { createRoute } from '@hono/zod-openapi';
import { Problem } from '../listeners/problem.js';
import type { PushOrder } from '../pushes/push-desk.js';
import type { PushRecord } from '../pushes/push-record.js';
import type { ApiApp, ApiContext } from './app.js';
import { badMediaType, bytesOf, isJson, mediaTypeOf, parseJson, textOf } from './body.js';
import { checked } from './invalid.js';
import { answers, bodyOf, schemaOf } from './document.js';
import { asProblem } from './problems.js';
import { answerOf } from './push-answers.js';
import { makePush, progressOf, type PushParts } from './push-making.js';
import {
  batchAnswer,
  batchBody,
  type BatchEntry,
  batchEntry,
  batchQuery,
  batchShape,
  type Wait,
} from './push-schema.js';
import type { Sidecar } from '../sidecar/sidecar.js';
import type { ApiTerms } from './terms.js';

const LINES = 'application/x-ndjson';

const batch = createRoute({
  method: 'post',
  path: '/v1/push:batch',
  summary: 'Push many events',
  description:
    'In their order. Each is answered as it would be alone; what one says wrong keeps none of the others back.',
  request: {
    query: batchQuery,
    body: bodyOf({ 'application/json': schemaOf(batchBody), [LINES]: schemaOf(batchEntry) }),
  },
  responses: answers(
    { 200: ['One result for each', batchAnswer] },
    { 413: 'The body is too large', 415: 'The body is of another type', 504: 'It took too long' },
  ),
});

export function serveBatch(app: ApiApp, parts: PushParts, terms: ApiTerms): void {
  app.openapi(batch, (c) => pushedAll(c, parts, terms));
}

async function pushedAll(c: ApiContext, parts: PushParts, terms: ApiTerms): Promise<Response> {
  const { wait = 'none', entries } = await batchOf(c, terms);
  const made = entries.map((entry) => attempt(() => orderOne(parts, entry())));
  const told = { wait, instance: c.env.id, sidecar: parts.sidecar };
  const limits = { ms: terms.timeout, gone: c.req.raw.signal };
  const records = made.filter((each): each is PushRecord => !(each instanceof Problem));
  await Promise.all(records.map((record) => progressOf(record, wait, limits)));
  const results = made.map((each) => resultOf(each, told));
  const failed = results.filter(({ httpStatus }) => httpStatus >= 400).length;
  return c.json({ results, failed });
}

/** Read when its turn comes: throws a problem of its own. */
type Entry = () => BatchEntry;

async function batchOf(
  c: ApiContext,
  { maxBody }: ApiTerms,
): Promise<{ wait?: Wait | undefined; entries: readonly Entry[] }> {
  const { wait } = checked(batchQuery, c.req.query());
  const mediaType = mediaTypeOf(c);
  if (mediaType !== LINES && !isJson(mediaType))
    throw badMediaType(mediaType, `application/json, ${LINES}`);
  const text = textOf(await bytesOf(c, maxBody));
  if (mediaType === LINES) return { wait, entries: linesOf(text) };
  const body = checked(batchShape, parseJson(text));
  const entries = body.pushes.map((push) => () => checked(batchEntry, push));
  return { wait: wait ?? body.wait, entries };
}

function linesOf(text: string): readonly Entry[] {
  const entries = text
    .split('\n')
    .flatMap((line, at) => (line.trim() === '' ? [] : [() => entryOf(line, at + 1)]));
  checked(batchShape, { pushes: entries });
  return entries;
}

function entryOf(line: string, number: number): BatchEntry {
  try {
    return checked(batchEntry, parseJson(line));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem(error, `line ${number}: ${error.message}`, error.extras);
  }
}

function orderOne(parts: PushParts, { key, ...order }: BatchEntry): PushRecord {
  return makePush(parts, { order: order as PushOrder, key: key ?? null }).record;
}

function attempt<R>(make: () => R): R | Problem {
  try {
    return make();
  } catch (error) {
    const known = asProblem(error);
    if (known === null) throw error;
    return known;
  }
}

type Result = { readonly httpStatus: number };

function resultOf(
  made: PushRecord | Problem,
  { wait, instance, sidecar }: { wait: Wait; instance: string; sidecar: Sidecar },
): Result {
  const answer = made instanceof Problem ? made : attempt(() => answerOf(made, wait, sidecar));
  if (answer instanceof Problem) return { ...answer.body(instance), httpStatus: answer.status };
  return { ...answer.body, httpStatus: answer.status };
}
