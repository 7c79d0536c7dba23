/** The whole configuration: the one description that docs, JSON Schema, starter file and validation are made from. */

import { z } from 'zod';
import { clientFields, topicRejoin } from './client-schema.js';
import { delivery } from './delivery-schema.js';
import {
  address,
  appAddress,
  count,
  duration,
  folder,
  key,
  names,
  params,
  path,
  size,
  text,
} from './values.js';

export const channel = z.strictObject({
  params: key(params, 'Of the join.'),
  paramsFrom: key(
    appAddress,
    'Asked before each join by GET, with `topic` and `refused` in the query: answers a JSON object that goes over `params`. The place for a cursor.',
  ),
  timeout: key(duration, 'For the join. Default: `timeouts.join`.'),
  rejoin: key(topicRejoin, 'Over the `rejoin` of all channels, key by key.'),
  presence: key(
    z.boolean(),
    'Whether who is there is kept as a list; `false`: it arrives as plain messages.',
    true,
  ),
  required: key(z.boolean(), 'Whether strict readiness asks for it.', false),
  events: key(
    z.array(text),
    'Events that are kept, `*` standing for any characters, `!` before what is left out; changes of who is there are `presence`. Default: all.',
  ),
  deliver: key(
    names,
    'Names of deliveries. Default: none, and streams and pulls have it all the same.',
  ),
});

const inbox = z.strictObject({
  messages: key(
    count,
    'How many events are kept for who reads them. A reader that is further behind has lost some, and is told by a `gap`.',
    10_000,
  ),
  size: key(size, 'How many bytes of them.', '64MiB'),
  whenFull: key(
    z.enum(['shedOldest', 'disconnect']),
    'What happens when events come faster than they can be written down.',
    'shedOldest',
  ),
  store: key(folder, 'Events outlive the process. Without it, in memory.'),
});

const tokenFile = key(
  path,
  'The bearer token that requests must have. Required for whatever is not loopback or a Unix socket. Read on use.',
);

const api = z.strictObject({
  listen: key(address, 'Where the application pushes and reads.', '127.0.0.1:4100'),
  tokenFile,
  maxBody: key(size, 'The longest body taken.', '1MiB'),
  timeout: key(duration, 'How long one request may take, streams apart.', '60s'),
  control: key(z.boolean(), 'Whether `/v1/control` is allowed.', true),
});

const admin = z.strictObject({
  listen: key(
    address,
    'Where the page, the probes, `/metrics` and `/debug` are.',
    '127.0.0.1:4101',
  ),
  tokenFile,
  readiness: key(
    z.enum(['local', 'strict']),
    'What `/readyz` asks for. `local`: that the daemon takes pushes; `strict`: the connection and every `required` channel as well, as `/readyz?strict` does.',
    'local',
  ),
  page: key(z.boolean(), 'Whether there is a page at `/`.', true),
  control: key(z.boolean(), 'Whether the page may push and control.', false),
});

const probes = z.strictObject({
  listen: address.meta({ description: 'Anywhere: what it serves holds no secret.' }),
});

const drain = z.strictObject({
  delay: key(duration, 'How long `/readyz` says so before anything is shut.', '0s'),
  grace: key(duration, 'For what waits to be sent and delivered.', '15s'),
  force: key(duration, 'For the rest: both are less than the 30 s of Kubernetes.', '5s'),
});

const log = z.strictObject({
  level: key(z.enum(['debug', 'info', 'warn', 'error']), 'The least that is said.', 'info'),
  format: key(z.enum(['json', 'text']), 'Default: `text` on a terminal, else `json`.'),
  to: key(
    z.enum(['stdout', 'stderr']),
    'Default: `stderr` if a delivery has stdout, else `stdout`.',
  ),
});

export const configSchema = z.strictObject({
  ...clientFields,
  inbox: key(inbox, 'One bounded log of events, with a place in it for each delivery.'),
  channels: key(
    z.record(z.string().min(1), channel.nullable()),
    'By topic. They are joined from the start, and stay wanted.',
  ),
  deliver: key(
    z.record(z.string().regex(/^[\w-]{1,64}$/), delivery),
    'By name: a `webhook`, `stdout` or a `file`.',
  ),
  api: key(api, 'The listener for the application.'),
  admin: key(admin, 'The listener for operators.'),
  probes: key(
    probes,
    'A listener for `/healthz`, `/readyz`, `/startupz` and `/metrics` alone: it needs no token anywhere.',
  ),
  drain: key(drain, 'How it ends on SIGTERM.'),
  log: key(log, 'Its own log, one line an event.'),
});

/** What a configuration file holds. */
export type Config = z.infer<typeof configSchema>;
export type ChannelConfig = z.infer<typeof channel>;
export type ListenerConfig = Required<Pick<z.infer<typeof admin>, 'listen'>> &
  Pick<z.infer<typeof admin>, 'tokenFile'>;
export type ApiConfig = z.infer<typeof api>;
export type DrainConfig = z.infer<typeof drain>;
export type LogConfig = z.infer<typeof log>;
