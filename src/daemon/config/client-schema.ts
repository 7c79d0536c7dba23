/** The options of a client as a configuration writes them: the library's own, without what only code can give. */

import { z } from 'zod';
import { duration, httpUrl, jitter, json, path, size } from './values.js';

const params = z.record(z.string(), json);

/** A back-off: one that grows, or a list. */
const backoff = {
  min: duration.optional(),
  max: duration.optional(),
  factor: z.number().optional(),
  delays: z.array(duration).min(1).optional(),
  jitter: jitter.optional(),
  attempts: z.number().int().positive().optional(),
};

const verdict = z.enum(['now', 'later', 'refresh', 'fatal']);

export const reconnect = z.union([
  z.literal(false),
  z.strictObject({
    ...backoff,
    stableAfter: duration.optional(),
    verdicts: z.record(z.string(), verdict).optional(),
  }),
]);

const rejoinFields = {
  ...backoff,
  refused: z.union([z.number().int().nonnegative(), z.literal(false)]).optional(),
  closed: z.boolean().optional(),
  unauthorized: z.array(z.string()).optional(),
};

export const topicRejoin = z.union([z.literal(false), z.strictObject(rejoinFields)]);

const countOrFalse = z.union([z.number().int().positive(), z.literal(false)]);

const rejoin = z.union([
  z.literal(false),
  z.strictObject({ ...rejoinFields, concurrency: countOrFalse.optional() }),
]);

const credentials = z.strictObject({
  authTokenFile: path.optional(),
  paramsFile: path.optional(),
  /** Asked before every dial, by GET: answers `{ params?, headers?, authToken? }`. */
  from: httpUrl.optional(),
});

const heartbeat = z.union([
  z.literal(false),
  z.strictObject({ interval: duration.optional(), timeout: duration.optional() }),
]);

const timeouts = z.strictObject({
  connect: duration.optional(),
  join: duration.optional(),
  push: duration.optional(),
  leave: duration.optional(),
  call: duration.optional(),
  receive: duration.optional(),
  credentials: duration.optional(),
});

const outbox = z.union([
  z.literal(false),
  z.strictObject({
    messages: z.number().int().positive().optional(),
    size: size.optional(),
    ttl: duration.optional(),
    whenFull: z.enum(['reject', 'dropOldest', 'dropNewest', 'block']).optional(),
    keyField: z.string().min(1).optional(),
    /** A folder. */
    store: path.optional(),
  }),
]);

const confirmed = z.strictObject({
  window: z.number().int().positive().optional(),
  resends: z.number().int().nonnegative().optional(),
  min: duration.optional(),
  max: duration.optional(),
  factor: z.number().optional(),
  jitter: jitter.optional(),
  crashes: countOrFalse.optional(),
  errors: z.enum(['final', 'retry']).optional(),
});

const tls = z.strictObject({
  caFile: path.optional(),
  certFile: path.optional(),
  keyFile: path.optional(),
  servername: z.string().optional(),
});

const websocket = z.strictObject({
  maxPayload: size.optional(),
  redirects: z.number().int().nonnegative().optional(),
  deflate: z.boolean().optional(),
  writeTimeout: duration.optional(),
  closeTimeout: duration.optional(),
  proxy: z.union([z.string(), z.literal(false)]).optional(),
  tls: tls.optional(),
});

const longpoll = z.strictObject({
  maxPayload: size.optional(),
  requestTimeout: duration.optional(),
  closeTimeout: duration.optional(),
});

const liveness = z.strictObject({
  loop: duration.optional(),
  mailbox: duration.optional(),
  deadline: duration.optional(),
});

export const clientFields = {
  url: z.string().optional(),
  params: params.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  credentials: credentials.optional(),
  reconnect: reconnect.optional(),
  rejoin: rejoin.optional(),
  heartbeat: heartbeat.optional(),
  timeouts: timeouts.optional(),
  outbox: outbox.optional(),
  confirmed: confirmed.optional(),
  maxChannelsPerSocket: countOrFalse.optional(),
  maxSockets: z.number().int().positive().optional(),
  maxConnectionAge: z.union([duration, z.literal(false)]).optional(),
  onUnauthorized: z.enum(['stop', 'wait']).optional(),
  transports: z
    .array(z.enum(['websocket', 'longpoll']))
    .min(1)
    .optional(),
  fallback: z
    .strictObject({
      failures: z.number().int().positive().optional(),
      returnAfter: z.union([duration, z.literal(false)]).optional(),
    })
    .optional(),
  serializer: z.enum(['v1', 'v2']).optional(),
  websocket: websocket.optional(),
  longpoll: longpoll.optional(),
  liveness: liveness.optional(),
};
