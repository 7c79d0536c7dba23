/** What pushes look like on the wire: orders, and what is told of them. */

import { z } from 'zod';
import { milliseconds } from '../../policy/duration.js';
import { duration } from '../config/values.js';

const TAKES_TIME =
  'a length of time of at least 1 ms: milliseconds, or a number with ms, s, m or h';
const LONGEST_NAME = 1024;
const TAKES_KEY = '1 to 255 characters of visible ASCII, no blanks';

/** None at all would be a push that has failed before it is made. */
const waitingTime = duration
  .refine((value) => inMilliseconds(value) >= 1)
  .meta({ takes: TAKES_TIME });

/** Milliseconds in a query come as text. */
const queryDuration = z
  .string()
  .transform((text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : text))
  .pipe(waitingTime)
  .meta({ takes: TAKES_TIME });

const delivery = z.enum(['volatile', 'buffered', 'confirmed']);
/** `none`: until it is accepted; `sent`: until it is written to the socket; `reply`: until the server replies. */
const wait = z.enum(['none', 'sent', 'reply']);
const name = z
  .string()
  .min(1)
  .max(LONGEST_NAME)
  .meta({ takes: `text of 1 to ${LONGEST_NAME} characters` });
/** As in the header `Idempotency-Key`; it becomes a part of a path. */
const key = z
  .string()
  .regex(/^[!-~]{1,255}$/, `is none: write ${TAKES_KEY}`)
  .meta({ takes: TAKES_KEY });

const orderFields = {
  topic: name,
  event: name,
  payload: z.unknown().optional(),
  delivery: delivery.optional(),
  /** How long the reply is waited for, in all. */
  timeout: waitingTime.optional(),
  ttl: waitingTime.optional(),
};

export const pushBody = z.strictObject({ ...orderFields, wait: wait.optional() });

export const batchEntry = z.strictObject({ ...orderFields, key: key.optional() });

const MOST_ENTRIES = 1000;

export const batchBody = z.strictObject({
  wait: wait.optional(),
  pushes: z.array(batchEntry).min(1).max(MOST_ENTRIES),
});

const querySettings = {
  wait: wait.optional(),
  timeout: queryDuration.optional(),
  ttl: queryDuration.optional(),
  delivery: delivery.optional(),
};

export const pushQuery = z.strictObject({
  ...querySettings,
  /** Of a binary body. */
  topic: name.optional(),
  event: name.optional(),
});

/** Its entries are looked at one by one: what is wrong with one is told of that one. */
export const batchShape = batchBody.extend({
  pushes: z
    .array(z.unknown())
    .min(1)
    .max(MOST_ENTRIES)
    .meta({ takes: `a list of 1 to ${MOST_ENTRIES} pushes` }),
});

export const batchQuery = z.strictObject({ wait: wait.optional() });

export const keyHeader = z.object({ 'idempotency-key': key.optional() });

const named = { id: z.string(), topic: z.string(), event: z.string(), ref: z.string() };

export const replied = z.strictObject({
  ...named,
  outcome: z.literal('replied'),
  /** Of the reply; `error` is a problem instead. */
  status: z.string(),
  response: z.unknown(),
  /** Instead of `response`, when that is bytes. */
  responseBase64: z.string().optional(),
});

export const accepted = z.strictObject({ ...named, outcome: z.enum(['queued', 'sent']) });

/** One of an earlier process has no `ref`, and was sent so often by this one. */
export const pushState = z.strictObject({
  id: z.string(),
  topic: z.string(),
  event: z.string(),
  outcome: z.enum(['queued', 'sent', 'replied', 'failed', 'unknown']),
  since: z.iso.datetime(),
  ref: z.string().optional(),
  sendings: z.number().int().optional(),
  expires: z.iso.datetime().nullable().optional(),
  status: z.string().optional(),
  response: z.unknown().optional(),
  responseBase64: z.string().optional(),
  /** Why it failed, or why nobody knows. */
  code: z.string().optional(),
  detail: z.string().optional(),
});

/** Either what a push alone would be answered, or its problem; `httpStatus` is the status of that. */
export const batchAnswer = z.strictObject({
  results: z.array(z.looseObject({ httpStatus: z.number().int() })),
  /** How many of them are problems. */
  failed: z.number().int(),
});

export type Wait = z.infer<typeof wait>;
export type BatchEntry = z.infer<typeof batchEntry>;

/** 0: it is longer than any timer. */
function inMilliseconds(value: z.infer<typeof duration>): number {
  try {
    return milliseconds('it', value);
  } catch {
    return 0;
  }
}
