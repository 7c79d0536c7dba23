/** The whole configuration: the one description that docs, JSON Schema, starter file and validation are made from. */

import { z } from 'zod';
import { clientFields, topicRejoin } from './client-schema.js';
import { delivery } from './delivery-schema.js';
import { address, duration, httpUrl, json, names, path, size } from './values.js';

export const channel = z.strictObject({
  params: z.record(z.string(), json).optional(),
  /** Asked before each join, by GET with `topic` in the query: answers a JSON object of params. */
  paramsFrom: httpUrl.optional(),
  timeout: duration.optional(),
  rejoin: topicRejoin.optional(),
  presence: z.boolean().optional(),
  /** Whether strict readiness asks for it. */
  required: z.boolean().optional(),
  /** Events that are kept, `*` standing for any characters, `!` before what is left out. Default: all. */
  events: z.array(z.string().min(1)).optional(),
  /** Names of deliveries. Default: those that stream and pull alone. */
  deliver: names.optional(),
});

const inbox = z.strictObject({
  messages: z.number().int().positive().optional(),
  size: size.optional(),
  whenFull: z.enum(['shedOldest', 'disconnect']).optional(),
  /** A folder: events outlive the process. Default: memory. */
  store: path.optional(),
});

const listener = z.strictObject({ listen: address, tokenFile: path.optional() });

const api = z.strictObject({
  listen: address.optional(),
  tokenFile: path.optional(),
  /** The longest body taken. */
  maxBody: size.optional(),
  /** How long one request may take, streams apart. */
  timeout: duration.optional(),
  control: z.boolean().optional(),
});

const admin = z.strictObject({
  listen: address.optional(),
  tokenFile: path.optional(),
  page: z.boolean().optional(),
  /** Whether the page may push and control. */
  control: z.boolean().optional(),
});

const drain = z.strictObject({
  /** How long `/readyz` says so before anything is shut. */
  delay: duration.optional(),
  grace: duration.optional(),
  force: duration.optional(),
});

const log = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).optional(),
  format: z.enum(['json', 'text']).optional(),
  to: z.enum(['stdout', 'stderr']).optional(),
});

export const configSchema = z.strictObject({
  ...clientFields,
  inbox: inbox.optional(),
  channels: z.record(z.string().min(1), channel.nullable()).optional(),
  deliver: z.record(z.string().regex(/^[\w-]{1,64}$/), delivery).optional(),
  api: api.optional(),
  admin: admin.optional(),
  /** Only `/healthz`, `/readyz`, `/startupz` and `/metrics`, for whoever may connect: it needs no token anywhere. */
  probes: z.strictObject({ listen: address }).optional(),
  drain: drain.optional(),
  log: log.optional(),
});

/** What a configuration file holds. */
export type Config = z.infer<typeof configSchema>;
export type ChannelConfig = z.infer<typeof channel>;
export type InboxConfig = z.infer<typeof inbox>;
export type ListenerConfig = z.infer<typeof listener>;
export type ApiConfig = z.infer<typeof api>;
export type AdminConfig = z.infer<typeof admin>;
export type DrainConfig = z.infer<typeof drain>;
export type LogConfig = z.infer<typeof log>;
