/** `/v1/events/pull` and `/v1/events/ack`: events for an application that listens to nobody. */

import { createRoute, z } from '@hono/zod-openapi';
import { cloudEventOf } from '../inbox/cloud-event.js';
import type { InboxEvent } from '../inbox/event.js';
import type { ApiApp } from './app.js';
import { jsonOf } from './body.js';
import { checked } from './invalid.js';
import type { ConsumerStatus } from './consumers.js';
import { answers, bodyOf, schemaOf } from './document.js';
import { choiceParams, consumerName, durationParam, fromParam, idParam } from './event-params.js';
import type { EventParts } from './event-parts.js';
import { acked, consumerList, type consumerStatus, pulled } from './event-schemas.js';
import { stopping } from './stream-route.js';

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Of one pull, and of one acknowledgement: as many as a consumer may hold. */
const MOST = 1000;
/** Bytes: a thousand of the longest ids. */
const MOST_BODY = 512 * 1024;

const NO_CONSUMER = { 404: 'There is no such consumer' };

const pullQuery = z.strictObject({
  consumer: consumerName,
  ...choiceParams,
  max: z.coerce.number().int().min(1).max(MOST).default(100),
  wait: durationParam('wait', [0, MINUTE]).default(0),
  ackWait: durationParam('ackWait', [1, HOUR]).default(30_000),
  from: fromParam.default('start'),
});

const pullRoute = createRoute({
  method: 'get',
  path: '/v1/events/pull',
  summary: 'Take events, at least once',
  description:
    'Leases events to this pull. Those that are not acknowledged within `ackWait` come again, with the same id. While events of a topic are leased to one pull, no other gets any of that topic, so that their order is kept. The first pull makes the consumer; later ones name the same filters.',
  request: { query: pullQuery },
  responses: answers(
    { 200: ['Events, or none when none came in time', pulled] },
    {
      409: 'The consumer was made with other filters',
      429: 'Too many consumers, or too many pulls of this one',
      503: 'The daemon is stopping, and nothing is left for this consumer',
    },
  ),
});

const ackBody = z.strictObject({
  consumer: consumerName,
  ids: z.array(idParam).min(1).max(MOST),
  status: z.enum(['SUCCESS', 'RETRY', 'DROP']).default('SUCCESS'),
  /** Of `RETRY`: when it comes again. */
  delay: durationParam('delay', [0, HOUR]).default(1000),
});

const ackRoute = createRoute({
  method: 'post',
  path: '/v1/events/ack',
  summary: 'Say what has become of pulled events',
  description:
    'SUCCESS and DROP end them; RETRY has them come again after `delay`. Each id has its own outcome. An acknowledgement that comes late counts as long as the event is not done.',
  request: { body: bodyOf({ 'application/json': schemaOf(ackBody) }) },
  responses: answers(
    { 200: ['One outcome for each id', acked] },
    { ...NO_CONSUMER, 413: 'The body is too large', 415: 'The body is of another type' },
  ),
});

const listRoute = createRoute({
  method: 'get',
  path: '/v1/events/consumers',
  summary: 'List the consumers',
  responses: answers({ 200: ['Those that have a place in the log', consumerList] }),
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/v1/events/consumers/{name}',
  summary: 'Delete a consumer and its place',
  request: { params: z.object({ name: consumerName }) },
  responses: answers({ 204: ['It is gone'] }, NO_CONSUMER),
});

export function servePulls(app: ApiApp, parts: EventParts): void {
  const { source, draining, consumers } = parts;
  const toJson = (event: InboxEvent, redelivery: number): string =>
    JSON.stringify({ ...cloudEventOf(event, source), redelivery });

  app.openapi(pullRoute, async (c) => {
    const { consumer: name, topic, event, from, ...terms } = c.req.valid('query');
    const consumer = consumers.opened(name, { topics: topic, events: event }, from);
    const wasDraining = draining.aborted;
    const events = await consumer.pull({ ...terms, toJson }, c.req.raw.signal);
    if (wasDraining && events.length === 0) throw stopping();
    const text = `{"events":[${events.join(',')}],"draining":${draining.aborted}}`;
    return c.body(text, 200, { 'content-type': 'application/json' });
  });
}

export function serveAcks(app: ApiApp, { consumers }: EventParts): void {
  app.openapi(ackRoute, async (c) => {
    const { consumer: name, ids, status, delay } = checked(ackBody, await jsonOf(c, MOST_BODY));
    const consumer = consumers.known(name);
    const outcomes = consumer?.ack(ids, status, delay);
    // Who is told that it is done will not be given it again, whatever becomes of the daemon.
    await consumer?.saved();
    const outcomeOf = (index: number) => outcomes?.[index] ?? 'unknown';
    return c.json({ results: ids.map((id, index) => ({ id, outcome: outcomeOf(index) })) }, 200);
  });
}

export function serveConsumers(app: ApiApp, { consumers }: EventParts): void {
  app.openapi(listRoute, (c) => c.json({ consumers: consumers.list().map(shown) }, 200));
  app.openapi(deleteRoute, (c) => {
    consumers.delete(c.req.valid('param').name);
    return c.body(null, 204);
  });
}

function shown({ consumer, expiresAt, open }: ConsumerStatus): z.input<typeof consumerStatus> {
  const until = { consumer, expiresAt: new Date(expiresAt).toISOString() };
  if (open === null) return { ...until, state: 'resting' };
  const { topics, events, oldest, ...counts } = open;
  const since = oldest === null ? null : new Date(oldest).toISOString();
  return {
    ...until,
    ...counts,
    state: 'open',
    topics: [...topics],
    events: [...events],
    oldest: since,
  };
}
