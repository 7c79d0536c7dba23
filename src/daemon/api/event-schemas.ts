/** The bodies of the event routes, as the document shows them. */

import { z } from 'zod';

const cloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string().optional(),
  time: z.iso.datetime(),
  datacontenttype: z.enum(['application/json', 'application/octet-stream']),
  data: z.unknown().optional(),
  data_base64: z.string().optional(),
  phxepoch: z.string(),
  phxseq: z.int(),
  phxgap: z.boolean(),
});

export const pulled = z.strictObject({
  events: z.array(cloudEvent.extend({ redelivery: z.int().min(0) })),
  /** The daemon is stopping: what is not acknowledged comes again after its next start, if the inbox is on disk. */
  draining: z.boolean(),
});

const ackOutcome = z.enum(['done', 'dropped', 'retrying', 'alreadyAcked', 'unknown']);

export const acked = z.strictObject({
  results: z.array(z.strictObject({ id: z.string(), outcome: ackOutcome })),
});

const place = { consumer: z.string(), expiresAt: z.iso.datetime() };

/** `resting`: it has not pulled since the daemon started, and has only its place in the log. */
export const consumerStatus = z.discriminatedUnion('state', [
  z.strictObject({ ...place, state: z.literal('resting') }),
  z.strictObject({
    ...place,
    state: z.literal('open'),
    topics: z.array(z.string()),
    events: z.array(z.string()),
    waiting: z.int(),
    leased: z.int(),
    pulls: z.int(),
    acked: z.int(),
    dropped: z.int(),
    redelivered: z.int(),
    overflowed: z.int(),
    oldest: z.iso.datetime().nullable(),
  }),
]);

export const consumerList = z.strictObject({ consumers: z.array(consumerStatus) });
