/** The routes of channels: which are wanted and how they are, joins and leaves at run time, and who is there. */

import { createRoute } from '@hono/zod-openapi';
import type { ChannelConfig } from '../config/schema.js';
import type { Delivery } from '../deliveries/delivery.js';
import { problem, Problem } from '../listeners/problem.js';
import type { Sidecar } from '../sidecar/sidecar.js';
import { type ApiApp, type ApiContext, newApp } from './app.js';
import { bytesOf, isJson, badMediaType, mediaTypeOf, parseJson, textOf } from './body.js';
import { checked, invalid } from './invalid.js';
import {
  channelBody,
  channelList,
  channelQuery,
  channelState,
  presenceList,
  topicParam,
} from './channel-schema.js';
import { answers, bodyOf, schemaOf } from './document.js';
import { asProblem, RETRY_AFTER } from './problems.js';
import { notWanted } from './push-making.js';
import type { ApiTerms } from './terms.js';
import { settledWithin } from './waiting.js';

type ChannelParts = {
  readonly sidecar: Sidecar;
  readonly deliveries: readonly Delivery[];
};

/** Each is kept with its place in lists, metrics and the log. */
const MOST_WANTED = 10_000;
const LATE = 'it is not joined yet, and stays wanted: ask GET /v1/channels';
const NOT_WANTED = { 404: 'Nobody has joined the topic' };

const list = createRoute({
  method: 'get',
  path: '/v1/channels',
  summary: 'All channels that are wanted',
  responses: answers({ 200: ['They', channelList] }),
});

const get = createRoute({
  method: 'get',
  path: '/v1/channels/{topic}',
  summary: 'One channel',
  request: { params: topicParam },
  responses: answers({ 200: ['It', channelState] }, NOT_WANTED),
});

const put = createRoute({
  method: 'put',
  path: '/v1/channels/{topic}',
  summary: 'Join a topic, or change how it is wanted',
  description:
    'Until it is left or the daemon ends. With `wait=joined` the answer is that of the join; a topic whose join failed stays wanted and is tried again, as its `rejoin` says, until `DELETE` gives it up.',
  request: {
    params: topicParam,
    query: channelQuery,
    body: bodyOf({ 'application/json': schemaOf(channelBody) }, false),
  },
  responses: answers(
    { 200: ['It was wanted, and is changed', channelState], 201: ['It is wanted', channelState] },
    {
      413: 'The body is too large',
      415: 'The body is of another type',
      422: 'It says what it may not, or the server refused the join: the topic stays wanted and is tried again; `DELETE` gives it up',
      429: 'Too many channels are wanted',
      502: 'The channel crashed',
      504: 'Not joined in time',
    },
  ),
});

const leave = createRoute({
  method: 'delete',
  path: '/v1/channels/{topic}',
  summary: 'Leave a topic',
  description: 'One that the configuration names is joined again when the daemon starts again.',
  request: { params: topicParam },
  responses: answers({ 204: ['It is left'] }, NOT_WANTED),
});

const presence = createRoute({
  method: 'get',
  path: '/v1/presence/{topic}',
  summary: 'Who is there, by Phoenix.Presence',
  request: { params: topicParam },
  responses: answers({ 200: ['They', presenceList] }, NOT_WANTED),
});

export function channelRoutes(parts: ChannelParts, terms: ApiTerms): ApiApp {
  const { sidecar } = parts;
  const app = newApp();
  app.openapi(list, (c) => {
    const channels = [...sidecar.wanted.keys()].map((topic) => channelOf(sidecar, topic));
    return c.json({ channels });
  });
  app.openapi(get, (c) =>
    c.json(channelOf(sidecar, wantedTopic(sidecar, c.req.valid('param').topic))),
  );
  app.openapi(put, (c) => joined(c, parts, c.req.valid('param').topic, terms));
  app.openapi(leave, async (c) => {
    const topic = wantedTopic(sidecar, c.req.valid('param').topic);
    await settledWithin(sidecar.leave(topic).outcome(), terms.timeout, c.req.raw.signal);
    return c.body(null, 204);
  });
  app.openapi(presence, (c) => {
    const topic = wantedTopic(sidecar, c.req.valid('param').topic);
    const { synced, ...view } = listed(sidecar, topic);
    return c.json({ topic, synced, ...view });
  });
  return app;
}

async function joined(
  c: ApiContext,
  { sidecar, deliveries }: ChannelParts,
  topic: string,
  terms: ApiTerms,
): Promise<Response> {
  const channel = await channelIn(c, terms);
  requireDeliveries(channel, deliveries);
  const { wait = 'none' } = checked(channelQuery, c.req.query());
  const isNew = !sidecar.wanted.has(topic);
  if (isNew && sidecar.wanted.size >= MOST_WANTED) throw tooMany();
  const outcome = sidecar.join(topic, channel).outcome();
  if (wait === 'joined') await joinedBy(outcome, terms.timeout, c.req.raw.signal);
  return c.json(channelOf(sidecar, topic), isNew ? 201 : 200);
}

function tooMany(): Error {
  const remedy = 'leave some that nobody needs by DELETE /v1/channels/{topic}';
  return problem('API_TOO_MANY_CHANNELS', `${MOST_WANTED} channels are wanted: ${remedy}`, {
    headers: { 'retry-after': RETRY_AFTER },
  });
}

function requireDeliveries({ deliver = [] }: ChannelConfig, deliveries: readonly Delivery[]): void {
  const names = deliveries.map(({ name }) => name);
  const unknown = [deliver].flat().filter((name) => !names.includes(name));
  const detail = `there is no such delivery: write some of ${names.join(', ') || 'none'}`;
  if (unknown.length > 0) throw invalid([{ path: 'deliver', detail }]);
}

type JoinOutcome = Awaited<ReturnType<ReturnType<Sidecar['join']>['outcome']>>;

async function joinedBy(
  outcome: Promise<JoinOutcome>,
  ms: number,
  gone: AbortSignal,
): Promise<void> {
  const isInTime = await settledWithin(outcome, ms, gone);
  if (!isInTime) throw problem('API_DEADLINE', LATE);
  const settled = await outcome;
  if (!settled.ok) throw stillWanted(settled.error);
}

/** Whoever asked for it should not have to find out that it goes on. */
function stillWanted(error: Error): Error {
  const known = asProblem(error);
  if (known?.code !== 'PHX_JOIN_REFUSED') return error;
  const stays = 'the topic stays wanted and is tried again: DELETE gives it up';
  return new Problem(known, `${known.message}; ${stays}`, known.extras);
}

async function channelIn(c: ApiContext, { maxBody }: ApiTerms): Promise<ChannelConfig> {
  const text = textOf(await bytesOf(c, maxBody));
  if (text.trim() === '') return {};
  const mediaType = mediaTypeOf(c);
  if (!isJson(mediaType)) throw badMediaType(mediaType, 'application/json');
  // A record of the schema would leave it out without a word.
  if (text.includes('"__proto__"')) throw problem('API_INVALID', 'no field may be named __proto__');
  return checked(channelBody, parseJson(text)) ?? {};
}

/** Throws a problem when nobody wants it. */
function wantedTopic(sidecar: Sidecar, topic: string): string {
  if (sidecar.wanted.has(topic)) return topic;
  throw notWanted(topic);
}

function channelOf(sidecar: Sidecar, topic: string): object {
  const { required = false, deliver = [] } = sidecar.wanted.get(topic) ?? {};
  const { state = 'wanted', since, error } = sidecar.client.status.channels.get(topic) ?? {};
  const gap = sidecar.gapOf(topic);
  return {
    topic,
    state,
    since: since?.toISOString() ?? null,
    error: error ? { code: error.code, detail: error.message, response: error.response } : null,
    gap: gap && { from: gap.from.toISOString(), to: gap.to.toISOString() },
    required,
    deliver: [deliver].flat(),
  };
}

function listed(sidecar: Sidecar, topic: string): { synced: boolean; entries: readonly object[] } {
  const presences = sidecar.presence(topic);
  return { synced: presences.synced, entries: presences.list() };
}
