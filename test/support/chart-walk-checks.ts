/** What must hold between any two steps of the random walk, whatever has happened. */

import { leavesOf } from './chart-run.js';
import {
  type ChannelChart,
  lifeOf,
  LIMITS,
  type SocketChart,
  socketOf,
  type WalkClient,
} from './chart-walk-client.js';

/** The longest that a join may be given after timeouts. */
const LONGEST_JOIN = 60_000;

type Check = (client: WalkClient) => readonly string[];

const CHECKS: readonly Check[] = [
  ({ server }) => server.protested.splice(0),
  actorsLive,
  oneLineInSession,
  oneDialAtATime,
  gatesFollowCharts,
  turnsAreKept,
  joinsSettle,
  leavesSettle,
  pushesSettle,
  pushesAreToldOnce,
  outboxesAreBounded,
  workerKnows,
];

/** What does not hold. */
export function violations(client: WalkClient): readonly string[] {
  forgetEnded(client);
  noteStates(client);
  return CHECKS.flatMap((check) => check(client));
}

/** What a frame could change: equal before and after means that nothing has moved. */
export function lookAt({ socketCharts, channelCharts, messages }: WalkClient): readonly unknown[] {
  const frames = [...socketCharts].map((chart) => socketOf(chart).lastFrameAt);
  const charts = [...socketCharts, ...channelCharts].map((chart) => chart.getSnapshot());
  return [messages, ...frames, ...charts];
}

function noteStates({ socketCharts, channelCharts, visited }: WalkClient): void {
  for (const chart of socketCharts) {
    for (const leaf of leavesOf(chart.getSnapshot().value)) visited.add(`socket.${leaf}`);
  }
  for (const chart of channelCharts) {
    for (const leaf of leavesOf(chart.getSnapshot().value)) visited.add(`channel.${leaf}`);
  }
}

function forgetEnded({ socketCharts, channelCharts }: WalkClient): void {
  for (const chart of socketCharts) if (hasEnded(chart)) socketCharts.delete(chart);
  for (const chart of channelCharts) if (hasEnded(chart)) channelCharts.delete(chart);
}

function hasEnded(chart: SocketChart | ChannelChart): boolean {
  const { status } = chart.getSnapshot();
  return status === 'done' || status === 'stopped';
}

function actorsLive({ socketCharts, channelCharts }: WalkClient): readonly string[] {
  return [...socketCharts, ...channelCharts]
    .map((chart) => chart.getSnapshot())
    .filter(({ status }) => status !== 'active')
    .map(({ status, error }) => `an actor is ${status}: ${String(error)}`);
}

function oneLineInSession({ socketCharts, server }: WalkClient): readonly string[] {
  return [...socketCharts].flatMap((chart) => {
    const snapshot = chart.getSnapshot();
    const isDialed = (['connecting', 'verifying', 'connected'] as const).some((session) =>
      snapshot.matches({ session }),
    );
    const live = server.linesThat((line) => line.owner === socketOf(chart) && line.isLive).length;
    const expected = isDialed ? 1 : 0;
    if (live === expected) return [];
    return [`${live} live lines of a socket in ${JSON.stringify(snapshot.value)}`];
  });
}

function oneDialAtATime({ socketCharts, server }: WalkClient): readonly string[] {
  const inSession = (state: 'waiting' | 'authorizing' | 'connecting') =>
    [...socketCharts].filter((chart) => chart.getSnapshot().matches({ session: state })).length;
  const dialing = inSession('authorizing') + inSession('connecting');
  const lines = server.linesThat((line) => line.isLive && line.state === 'dialing').length;
  return [
    ...(lines > 1 || dialing > 1 ? [`${lines} dials by ${dialing} sockets at a time`] : []),
    ...(inSession('waiting') > 0 && dialing === 0
      ? ['a socket waits for a free turn to dial']
      : []),
  ];
}

function gatesFollowCharts({ channelCharts }: WalkClient): readonly string[] {
  return [...channelCharts].flatMap((chart) => {
    const isJoined = chart.getSnapshot().matches('joined');
    if (lifeOf(chart).membership.open === isJoined) return [];
    return [
      `the gate of ${lifeOf(chart).topic} is ${isJoined ? 'shut while' : 'open and not'} joined`,
    ];
  });
}

function turnsAreKept(client: WalkClient): readonly string[] {
  return [...client.socketCharts].flatMap((chart) => {
    const socket = socketOf(chart);
    const own = [...client.channelCharts].filter(
      (channel) => lifeOf(channel).membership.carrier === socket,
    );
    const joining = own.filter((channel) => channel.getSnapshot().matches('joining')).length;
    const queued = own.filter((channel) => channel.getSnapshot().matches({ waiting: 'queued' }));
    const { inFlight } = socket.joins;
    const isIdle =
      socket.online &&
      !socket.renewal.isHolding &&
      queued.length > 0 &&
      inFlight < LIMITS.concurrency;
    return [
      ...(inFlight === joining ? [] : [`${inFlight} turns are held by ${joining} joins`]),
      ...(joining > LIMITS.concurrency ? [`${joining} joins at a time`] : []),
      ...(isIdle ? [`${queued.length} channels wait for a free turn`] : []),
    ];
  });
}

/** A join's own clock starts again at each join reply on its socket, and when it moves to another one. */
function joinsSettle(client: WalkClient): readonly string[] {
  const now = client.clock.monotonic();
  const lives = new Map(
    [...client.channelCharts].map((chart) => [lifeOf(chart).topic, lifeOf(chart)]),
  );
  return [...client.joins].flatMap(({ topic, at }) => {
    const replyAt = lives.get(topic)?.membership.carrier.lastJoinReplyAt ?? 0;
    const since = Math.max(at, replyAt, client.movedAt.get(topic) ?? 0);
    if (now <= since + LIMITS.joinTimeout + LONGEST_JOIN) return [];
    return [`a join of ${topic} is pending for ${now - at} ms`];
  });
}

function leavesSettle({ leaves, clock }: WalkClient): readonly string[] {
  return [...leaves]
    .filter(({ at }) => clock.monotonic() > at + LIMITS.leaveTimeout)
    .map(({ topic, at }) => `a leave of ${topic} is pending for ${clock.monotonic() - at} ms`);
}

function pushesSettle({ pushes, clock }: WalkClient): readonly string[] {
  for (const asked of pushes) if (asked.push.settled) pushes.delete(asked);
  return [...pushes]
    .filter(({ at }) => clock.monotonic() > at + LIMITS.ttl + LIMITS.pushTimeout)
    .map(({ topic, at }) => `a push to ${topic} is pending for ${clock.monotonic() - at} ms`);
}

function pushesAreToldOnce({ toldOf }: WalkClient): readonly string[] {
  const often = [...toldOf].filter(([, times]) => times > 1);
  return often.map(([ref, times]) => `push ${ref} was told of ${times} times`);
}

function outboxesAreBounded({ pushes }: WalkClient): readonly string[] {
  const waiting = new Map<string, number>();
  for (const { topic, push } of pushes) {
    if (push.joinRef === null) waiting.set(topic, (waiting.get(topic) ?? 0) + 1);
  }
  const tooMany = [...waiting].filter(([, count]) => count > LIMITS.outbox);
  return tooMany.map(([topic, count]) => `${count} pushes wait for ${topic}`);
}

function workerKnows({ socketCharts, isToldOnline, sockets }: WalkClient): readonly string[] {
  const isOnline = [...socketCharts].some((chart) => chart.getSnapshot().hasTag('online'));
  return [
    ...(isOnline === isToldOnline ? [] : [`a socket is online: ${isOnline}; told otherwise`]),
    ...(isOnline === (sockets.status.state === 'connected') ? [] : ['the status is out of date']),
  ];
}
