/** The options of a client as a configuration writes them: the library's own, without what only code can give. */

import { z } from 'zod';
import {
  appAddress,
  count,
  countOrNone,
  duration,
  factor,
  folder,
  headers,
  jitter,
  key,
  never,
  params,
  path,
  size,
  text,
} from './values.js';

const countOrFalse = z.union([never, count]);

/** A back-off: one that grows, or a list. */
const backoff = (min: string, max: string, delays: readonly string[] | undefined, how: string) => ({
  min: key(duration, 'The first delay. With `delays` it is refused.', min),
  max: key(duration, 'The longest delay, so that a recovery is noticed soon.', max),
  factor: key(factor, 'What each delay is multiplied by for the next.', 2),
  delays: key(z.array(duration).min(1), 'The delays one by one; the last repeats.', delays),
  jitter: key(
    jitter,
    '`full`: between nothing and the delay, which spreads a fleet best; `equal`: half of it and a random half; `none`: the delay.',
    how,
  ),
  attempts: key(count, 'Failures in a row that end it. Without it, it never gives up.'),
});

const verdict = z.enum(['now', 'later', 'refresh', 'fatal']);

const reconnect = z.union([
  never,
  z.strictObject({
    ...backoff('500ms', '30s', undefined, 'full'),
    stableAfter: key(
      duration,
      'How long a connection must be of use before earlier failures are forgotten: longer than any loop of accept and close.',
      '10s',
    ),
    verdicts: key(
      z.record(z.string(), verdict),
      'By close code, HTTP status or error code: `now`, `later`, `refresh` (with fresh credentials) or `fatal`. Over `refresh` for 401 and 403, `later` for all else.',
    ),
  }),
]);

const rejoinFields = {
  ...backoff('1s', '30s', ['1s', '2s', '5s', '10s'], 'equal'),
  refused: key(
    z.union([never, countOrNone]),
    'Refusals retried at the usual pace before the slow one (60 s doubling to 5 min); `false`: a refusal is final.',
    5,
  ),
  closed: key(z.boolean(), 'Whether a channel that the server closed is joined again.', true),
  unauthorized: key(
    z.array(z.string()),
    'What a refusal says as `reason` when better credentials would help.',
    ['unauthorized', 'invalid_token', 'token_expired', 'expired'],
  ),
};

export const topicRejoin = z.union([never, z.strictObject(rejoinFields)]);

const rejoin = z.union([
  never,
  z.strictObject({
    ...rejoinFields,
    concurrency: key(
      countOrFalse,
      'Joins in flight on one socket, because Phoenix runs them one by one; `false`: any number.',
      10,
    ),
  }),
]);

const credentials = z.strictObject({
  authTokenFile: key(
    path,
    'Holds the auth token, which travels as a WebSocket subprotocol (Phoenix 1.8, `auth_token: true`). Read before each dial.',
  ),
  paramsFile: key(path, 'Holds a JSON object of params for the query. Read before each dial.'),
  from: key(
    appAddress,
    'Asked before each dial by GET, with `refused=true` when the last dial was refused for want of better ones: answers `{ "params"?, "headers"?, "authToken"? }`. 403 ends all attempts.',
  ),
});

const heartbeat = z.union([
  never,
  z.strictObject({
    interval: key(
      duration,
      'Phoenix closes a client that is silent for 60 s, and proxies often after 30 s.',
      '25s',
    ),
    timeout: key(duration, 'For the answer; then the connection is given up.', '10s'),
  }),
]);

const timeouts = z.strictObject({
  connect: key(duration, 'From the dial to the open socket.', '10s'),
  join: key(duration, 'From the join to its reply; doubles to 60 s while joins time out.', '10s'),
  push: key(duration, 'From sent to reply.', '10s'),
  leave: key(duration, 'From the leave to its reply.', '5s'),
  call: key(duration, 'From a call to its answer.', '5s'),
  receive: key(duration, 'From a receive to a message that matches.', '10s'),
  credentials: key(duration, 'For `credentials`, and for `paramsFrom` of a channel.', '10s'),
});

const outbox = z.union([
  never,
  z.strictObject({
    messages: key(count, 'Per topic: a minute of outage at 16 pushes a second.', 1000),
    size: key(size, 'Per topic, encoded.', '4MiB'),
    ttl: key(
      duration,
      'How long a push may wait to be sent: what is older is rarely still true.',
      '60s',
    ),
    whenFull: key(
      z.enum(['reject', 'dropOldest', 'dropNewest', 'block']),
      'What goes when it is full: the push itself, the oldest, the newest, or nothing, and the caller waits.',
      'reject',
    ),
    keyField: key(
      text,
      'The field of a confirmed payload that carries its idempotency key.',
      'idempotency_key',
    ),
    store: key(folder, 'Keeps confirmed pushes over a restart. Without it, in memory.'),
  }),
]);

const confirmed = z.strictObject({
  window: key(
    count,
    'Sent and not yet replied to, per topic: with more than 1 order is not promised.',
    1,
  ),
  resends: key(countOrNone, 'How often one that got no reply is sent again.', 5),
  min: key(duration, 'The wait before the first of these.', '1s'),
  max: key(duration, 'The longest of these waits.', '30s'),
  factor: key(factor, 'What each wait is multiplied by for the next.', 2),
  jitter: key(jitter, 'As in `reconnect`.', 'equal'),
  crashes: key(
    countOrFalse,
    'At how many crashes of its channel in a row it is given up; `false`: any number.',
    10,
  ),
  errors: key(
    z.enum(['final', 'retry']),
    '`final`: an error reply is an answer; `retry`: it counts as none.',
    'final',
  ),
});

const tls = z.strictObject({
  caFile: key(path, 'The authorities that are trusted, in PEM, in place of those that Node knows.'),
  certFile: key(path, 'Of the client, in PEM.'),
  keyFile: key(path, 'Of the client, in PEM.'),
  servername: key(
    text,
    'The name that the certificate of the server must have. Default: the host.',
  ),
});

const websocket = z.strictObject({
  maxPayload: key(size, 'The longest message taken.', '16MiB'),
  redirects: key(countOrNone, 'How many a dial follows.', 0),
  deflate: key(z.boolean(), 'Offers compression, which costs memory per connection.', false),
  writeTimeout: key(duration, 'How long bytes may wait without one leaving.', '10s'),
  closeTimeout: key(duration, 'For the Close frame of the server.', '1s'),
  proxy: key(
    z.union([never, z.string().meta({ takes: 'the address of an HTTP proxy', secret: 'address' })]),
    'Asked to CONNECT; `false`: none. Default: as HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say.',
  ),
  tls: key(tls, 'Of the connection to the server. Files are read again when they change.'),
});

const longpoll = z.strictObject({
  maxPayload: key(size, 'The longest answer taken.', '16MiB'),
  requestTimeout: key(duration, 'For an answer: the server holds a GET for 10 s.', '20s'),
  closeTimeout: key(duration, 'For the last frames when the socket closes.', '1s'),
});

const liveness = z.strictObject({
  loop: key(duration, 'How long the event loop may be blocked.', '10s'),
  mailbox: key(duration, 'How long a callback may run while others wait for it.', '2m'),
  deadline: key(duration, 'How late a timer may be while the event loop turns.', '30s'),
});

const fallback = z.strictObject({
  failures: key(count, 'In a row, before the next transport is used.', 3),
  returnAfter: key(
    z.union([never, duration]),
    'When the first transport is tried again; `false`: when the fallback is lost.',
    '5m',
  ),
});

export const clientFields = {
  url: key(
    z.string().meta({ takes: 'an address: wss://example.com/socket', secret: 'address' }),
    'Of the Phoenix socket: ws, wss, http or https, with or without `/websocket`. Required, but for `--demo`.',
  ),
  params: key(params, 'Sent in the query of each dial.'),
  headers: key(
    headers,
    'Sent with each dial. Of these a Phoenix socket sees only names that start with `x-`.',
  ),
  credentials: key(credentials, 'Read or asked before each dial; over `params` and `headers`.'),
  reconnect: key(reconnect, 'How it comes back; `false`: it does not.'),
  rejoin: key(rejoin, 'How channels come back; `false`: they do not.'),
  heartbeat: key(heartbeat, 'How it is noticed that a connection is dead; `false`: it is not.'),
  timeouts: key(timeouts, 'How long things may take.'),
  outbox: key(outbox, 'What waits to be sent; `false`: nothing does.'),
  confirmed: key(confirmed, 'Pushes of delivery `confirmed`.'),
  maxChannelsPerSocket: key(
    countOrFalse,
    "How many topics one socket carries; `false`: any number, until the server's refusal tells its limit.",
    false,
  ),
  maxSockets: key(count, 'How many sockets there may be when one cannot carry all topics.', 10),
  maxConnectionAge: key(
    z.union([never, duration]),
    'When a connection is renewed, each at three quarters of it to the whole; `false`: never.',
    false,
  ),
  onUnauthorized: key(
    z.enum(['stop', 'wait']),
    'When `credentials.from` answers 403: the daemon ends with 77, or waits for `POST /v1/control/reconnect`.',
    'stop',
  ),
  transports: key(
    z.array(z.enum(['websocket', 'longpoll'])).min(1),
    'Those after the first are fallbacks.',
    ['websocket'],
  ),
  fallback: key(fallback, 'For more than one transport.'),
  serializer: key(
    z.enum(['v1', 'v2']),
    '`v1` for servers that speak no other, without binary payloads.',
    'v2',
  ),
  websocket: key(websocket, 'The transport; its `proxy` and `tls` also for `longpoll`.'),
  longpoll: key(longpoll, 'The transport.'),
  liveness: key(
    liveness,
    'From when on `/healthz` fails: for what a restart cures, and nothing else.',
  ),
};
