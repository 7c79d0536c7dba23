/** `GET /v1/events`: what happens, as it happens. */

import { createRoute, z } from '@hono/zod-openapi';
import { cloudEventText } from '../inbox/cloud-event.js';
import type { InboxEvent } from '../inbox/event.js';
import { problem } from '../listeners/problem.js';
import type { ApiApp, ApiContext } from './app.js';
import { answers } from './document.js';
import { choiceParams, fromParam, idParam } from './event-params.js';
import type { EventParts } from './event-parts.js';
import { startOf } from './resume.js';
import { linesOfJson, type StreamForm, serverSentEvents } from './stream-form.js';

type Format = 'sse' | 'ndjson';

const content = { 'text/event-stream': {}, 'application/x-ndjson': {} };
const streams = { description: 'The events, until the reader goes or the daemon stops', content };

const route = createRoute({
  method: 'get',
  path: '/v1/events',
  summary: 'Stream events as they come',
  description:
    'Messages, presence, gaps and changes of state, each a CloudEvent. `Last-Event-ID`, or `after`, goes on exactly behind that event; if that cannot be done the stream begins with a gap.',
  request: {
    query: z.strictObject({
      ...choiceParams,
      format: z.enum(['sse', 'ndjson']).optional(),
      after: idParam.optional(),
      from: fromParam.default('end'),
    }),
    headers: z.looseObject({ 'last-event-id': idParam.optional() }),
  },
  responses: {
    ...answers(
      {},
      { 406: 'Only server-sent events and NDJSON are written', 429: 'Too many streams are open' },
    ),
    200: streams,
  },
});

export function serveStreams(app: ApiApp, parts: EventParts): void {
  const toJson = (event: InboxEvent): string => cloudEventText(event, parts.source);
  const forms = { sse: serverSentEvents(toJson), ndjson: linesOfJson(toJson) };

  app.openapi(route, (c) => {
    const { topic, event, format, after, from } = c.req.valid('query');
    // A reader that comes back says in the header what it has seen since it wrote the address.
    const lastEventId = c.req.valid('header')['last-event-id'] || after || null;
    const form = forms[format ?? accepted(c)];
    if (parts.draining.aborted) throw stopping();
    const start = startOf(parts.log, { after: lastEventId, from }, parts.clock);
    const choice = { topics: topic, events: event };
    return streamed(c, form, start.id, () => parts.streams.open(choice, start, form).body);
  });
}

function streamed(
  c: ApiContext,
  form: StreamForm,
  id: string,
  open: () => ReadableStream<Uint8Array>,
) {
  const headers = { 'content-type': form.type, 'last-event-id': id };
  if (c.req.method === 'HEAD') return c.body(null, 200, headers);
  // Without it the adapter waits for a second chunk, to see whether the answer is a short one.
  return c.body(open(), 200, { ...headers, 'transfer-encoding': 'chunked' });
}

export function stopping(): Error {
  return problem('API_DRAINING', 'nothing new is begun: ask again when it has started anew', {
    headers: { 'retry-after': '5' },
  });
}

/** Server-sent events unless lines are asked for: it is what `curl` and a browser get. */
function accepted(c: ApiContext): Format {
  const types = (c.req.header('accept') ?? '*/*')
    .split(',')
    .map((type) => type.replace(/;.*/s, '').trim().toLowerCase());
  if (types.some((type) => type === 'application/x-ndjson' || type === 'application/ndjson'))
    return 'ndjson';
  if (types.some((type) => ['*/*', 'text/*', 'text/event-stream', ''].includes(type))) return 'sse';
  throw problem(
    'API_NOT_ACCEPTABLE',
    'accept text/event-stream or application/x-ndjson, or say format=sse or format=ndjson',
  );
}
