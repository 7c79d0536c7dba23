/** Lets a client do what was recorded, and compares what it dials and writes. */

import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Client, Serializer } from '../../src/index.js';
import { authProtocols } from '../../src/protocol/auth-token.js';
import type { Frame } from '../../src/protocol/serializer.js';
import { suffixOf } from '../../src/sockets/transports.js';
import { v2 } from '../../src/protocol/v2-serializer.js';
import { readMessage, type Version, withRefs } from './client-frames.js';
import type { Told } from './client-model.js';
import { type Move, type Plan, vsnOf } from './client-plan.js';
import { Refs } from './client-refs.js';
import type { Stage } from './client-stage.js';
import { ObedientWorker } from './client-worker.js';
import type { Recording } from './recording.js';

type Say = Extract<Move, { kind: 'say' }>;

type Run = {
  readonly recording: Recording;
  readonly plan: Plan;
  readonly stage: Stage;
  readonly worker: ObedientWorker;
  readonly refs: Refs;
  /** Topic to the ref of its newest join. */
  readonly joins: Map<string, string>;
};

const HEARTBEAT_INTERVAL = 50;
const BEARER = 'base64url.bearer.phx.';

/** What the worker was told, in the refs of the recording. */
export async function replay(
  recording: Recording,
  plan: Plan,
  stage: Stage,
): Promise<readonly Told[]> {
  const refs = new Refs();
  const worker = new ObedientWorker(refs);
  const run: Run = { recording, plan, stage, worker, refs, joins: new Map() };
  await using client = start(run);
  await checkDial(run);
  await performAll(run);
  await turn();
  await client.stop();
  expect(stage.unread.filter((frame) => !isHeartbeat(frame, plan))).toEqual([]);
  expect(worker.ignored.map(({ name }) => name)).toEqual(Array(plan.stale).fill('message.stale'));
  return worker.told;
}

/** A worker that neither reconnects nor rejoins by itself, which nobody has recorded. */
function start({ recording, plan, stage, worker }: Run): Client {
  const { mount, params, authToken } = dialOf(recording);
  const beats = plan.moves.some((move) => move.kind === 'say' && isBeat(move));
  return worker.start({
    url: stage.urlOf(mount),
    params,
    credentials: authToken === null ? {} : { authToken },
    serializer: serializerOf(recording, plan),
    transports: [stage.transport],
    heartbeat: beats && { interval: HEARTBEAT_INTERVAL },
    reconnect: false,
    rejoin: false,
    telemetry: worker.telemetry,
  });
}

function dialOf({ path, protocols }: Recording): {
  readonly mount: string;
  readonly params: { readonly [name: string]: string };
  readonly authToken: string | null;
} {
  const { pathname, searchParams } = new URL(path, 'ws://phoenix.test');
  const { vsn: _vsn, ...params } = Object.fromEntries(searchParams);
  const bearer = protocols.find((protocol) => protocol.startsWith(BEARER));
  const authToken = bearer === undefined ? null : tokenIn(bearer);
  return { mount: pathname.replace(/\/websocket$/, ''), params, authToken };
}

function tokenIn(bearer: string): string {
  return Buffer.from(bearer.slice(BEARER.length), 'base64').toString();
}

/** One that asks for a version which nobody speaks comes to no frames. */
function serializerOf({ path }: Recording, { version }: Plan): Version | Serializer {
  const vsn = vsnOf(path);
  return vsn === '1.0.0' || vsn === '2.0.0' || vsn === null ? version : { ...v2, vsn };
}

/** What the recording left out, Phoenix takes for version 1.0.0; a client says it. */
async function checkDial({ recording, stage }: Run): Promise<void> {
  const { url, authToken } = await stage.dialed();
  const { mount } = dialOf(recording);
  const query = recording.path.split('?')[1] || 'vsn=1.0.0';
  const suffix = suffixOf(stage.transport);
  const place = stage.urlOf(mount).replace(/^ws/, suffix === 'longpoll' ? 'http' : 'ws');
  expect(url.href).toBe(`${place}/${suffix}?${query}`);
  expect(authToken === null ? [] : authProtocols(authToken)).toEqual(recording.protocols);
}

/** What was heard or said in a row is so again, in one piece, as TCP may deliver it. */
async function performAll(run: Run): Promise<void> {
  const { plan, stage, refs } = run;
  for (const move of plan.moves) {
    if (move.kind === 'hear') {
      stage.hear(withRefs(move.frame, (ref) => refs.ours(ref)));
    } else {
      await stage.settled();
      await perform(move, run);
    }
  }
  await stage.settled();
}

async function perform(move: Exclude<Move, { kind: 'hear' }>, run: Run): Promise<void> {
  const { stage, worker } = run;
  switch (move.kind) {
    case 'open':
      return stage.open();
    case 'refused':
      return stage.refuse(move);
    case 'say':
      return say(move, run);
    case 'close':
      return stage.end(move);
    case 'disconnect':
      worker.hangUp();
      expect(await stage.hungUp()).toEqual({ code: 1000, reason: '' });
  }
}

async function say(move: Say, run: Run): Promise<void> {
  const { stage, worker } = run;
  if (isBeat(move)) stage.beat(HEARTBEAT_INTERVAL);
  else worker.say(move.message);
  if (move.writes) compare(move, await stage.written(), run);
}

/** Refs stand for those of the recording, one for one; a join_ref is also that of the topic's own join. */
function compare({ message, frame }: Say, written: Frame, { plan, refs, joins }: Run): void {
  expect(typeof written).toBe(typeof frame);
  const ours = readMessage(written, plan.version, 'client');
  refs.bind(message.ref, ours?.ref);
  if (message.event === 'phx_join') joins.set(message.topic, String(ours?.ref));
  const joinRef = joins.get(message.topic) ?? null;
  if (joinRef !== null) refs.bind(message.joinRef, joinRef);
  expect(ours).toEqual({ ...message, ref: ours?.ref, joinRef });
}

function isBeat({ message }: Say): boolean {
  return message.event === 'heartbeat';
}

/** A client goes on with them for as long as it is connected. */
function isHeartbeat(frame: Frame, { version }: Plan): boolean {
  return readMessage(frame, version, 'client')?.event === 'heartbeat';
}
