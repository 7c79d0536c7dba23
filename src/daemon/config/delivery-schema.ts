/** How events reach the application, as a configuration writes it. */

import { z } from 'zod';
import {
  appAddress,
  count,
  duration,
  factor,
  headers,
  jitter,
  key,
  names,
  never,
  path,
  size,
} from './values.js';

/** Which of the events that channels route to a delivery it takes. */
const filters = {
  topics: key(names, 'Of what is routed here, `*` standing for any characters. Default: all.'),
  events: key(names, '`*` stands for any characters, `!` before what is left out. Default: all.'),
};

const retry = z.strictObject({
  min: key(duration, 'The first delay.', '200ms'),
  max: key(duration, 'The longest delay. A `Retry-After` may ask for a longer one.', '30s'),
  factor: key(factor, 'What each delay is multiplied by for the next.', 2),
  jitter: key(jitter, 'As in `reconnect`.', 'full'),
  attempts: key(count, 'After so many it is a dead letter. Without it, it is tried for ever.'),
  dropOn: key(
    z.array(z.number().int().min(300).max(599).meta({ takes: 'a status from 300 to 599' })),
    'Statuses that make it a dead letter at once. None by default: an application that boots says 404.',
    [],
  ),
});

const breaker = z.strictObject({
  failures: key(count, 'In a row, before it opens.', 5),
  openFor: key(duration, 'Then one request tries whether the application is back.', '5s'),
});

const health = z.strictObject({
  url: appAddress.meta({ description: 'Asked by GET: 2xx is well.' }),
  interval: key(duration, 'Between two asks.', '5s'),
  timeout: key(duration, 'For an answer.', '500ms'),
  failures: key(count, 'In a row, before the delivery waits. One answer of 2xx lets it go on.', 3),
});

const webhook = z.strictObject({
  webhook: appAddress.meta({ description: 'Where events are sent by POST, as CloudEvents 1.0.' }),
  ...filters,
  mode: key(
    z.enum(['structured', 'binary']),
    '`structured`: one JSON document; `binary`: the payload as body, the rest as headers.',
    'structured',
  ),
  secretFile: key(
    path,
    'The secrets of the Standard Webhooks signature, one a line: all of them sign, so that one can be replaced. Read on use.',
  ),
  tokenFile: key(path, 'A bearer token that goes with every request. Read on use.'),
  headers: key(headers, 'Go with every request.'),
  order: key(
    z.enum(['perTopic', 'none']),
    '`perTopic`: the next event of a topic when the last is done; a slow topic does not delay others.',
    'perTopic',
  ),
  inFlight: key(count, 'Requests at a time, of all topics together.', 16),
  timeout: key(duration, 'For an answer.', '15s'),
  retry: key(retry, 'What becomes of an event that was not taken.'),
  breaker: key(
    z.union([never, breaker]),
    'Spares an application that is down most of the requests; `false`: none.',
  ),
  health: key(health, 'Asks the application whether it is there, before events are sent.'),
  deadLetter: key(path, 'Of NDJSON, for events that are given up; `replay` sends them again.'),
});

const stdout = z.strictObject({
  stdout: z.literal('ndjson').meta({ description: 'One event a line on standard output.' }),
  ...filters,
});

const file = z.strictObject({
  file: path.meta({ description: 'One event a line, appended to this file.' }),
  ...filters,
  rotate: key(size, 'The file is put aside when it has so many bytes. Without it, it grows.'),
});

export const delivery = z.union([webhook, stdout, file]);

export type WebhookConfig = z.infer<typeof webhook>;
export type DeliveryConfig = z.infer<typeof delivery>;
