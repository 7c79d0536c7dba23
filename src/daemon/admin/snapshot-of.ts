/** Takes the snapshot: reads what every part of the daemon says of itself at this moment. */

import type { ChannelStatus, ClientStatus, Transition } from '../../index.js';
import type { Delivery } from '../deliveries/delivery.js';
import type { EventLog } from '../inbox/event-log.js';
import type { PhoenixSidecar } from '../sidecar/phoenix-sidecar.js';
import { closeWords } from './close-words.js';
import type { ChannelSnapshot, Snapshot, TimelineEntry } from './snapshot.js';

export type SnapshotSources = {
  readonly version: string;
  readonly startedAt: number;
  readonly url: string;
  readonly control: boolean;
  readonly sidecar: PhoenixSidecar;
  readonly log: Pick<EventLog, 'status'>;
  readonly deliveries: () => readonly Pick<Delivery, 'status'>[];
  readonly isDraining: () => boolean;
  readonly now: () => number;
};

export function snapshotOf(sources: SnapshotSources): Snapshot {
  const { sidecar, log } = sources;
  const { observed, client } = sidecar;
  const { status } = client;
  const gauges = observed.gauges;
  return {
    version: sources.version,
    now: sources.now(),
    startedAt: sources.startedAt,
    draining: sources.isDraining(),
    control: sources.control,
    socket: socketOf(sources, status),
    channels: [...channelsOf(sidecar, status), ...givenUpOf(sidecar)],
    totals: {
      messagesIn: sidecar.messagesIn,
      pushesOut: sidecar.pushesOut,
      replies: observed.replies,
      bytesIn: gauges?.bytesReceived ?? 0,
      bytesOut: gauges?.bytesSent ?? 0,
    },
    latency: { reply: observed.replyTook, heartbeat: observed.heartbeatTook },
    outbox: {
      waiting: gauges?.outbox.messages ?? 0,
      confirmed: gauges?.confirmed.pushes ?? 0,
    },
    inbox: log.status,
    deliveries: sources.deliveries().map((delivery) => delivery.status),
    timeline: client.timeline().map(entryOf),
  };
}

function socketOf({ url, sidecar }: SnapshotSources, status: ClientStatus): Snapshot['socket'] {
  const { observed } = sidecar;
  const { state, since, attempt, transport, close } = status;
  const at = observed.lostAt ?? since.getTime();
  return {
    url,
    state,
    since: since.getTime(),
    downSince: observed.downSince,
    attempt,
    transport,
    close: close && { cause: close.cause, what: closeWords(close), at },
    nextDialAt: state === 'connected' ? null : observed.nextDialAt,
  };
}

function channelsOf(sidecar: PhoenixSidecar, { channels }: ClientStatus): ChannelSnapshot[] {
  return [...channels].map(([topic, channel]) => channelOf(sidecar, topic, channel));
}

function channelOf(
  sidecar: PhoenixSidecar,
  topic: string,
  { state, since, error }: ChannelStatus,
): ChannelSnapshot {
  const gap = sidecar.gapOf(topic);
  const { messagesIn, pushesOut } = sidecar.countsOf(topic);
  return {
    topic,
    state,
    since: since.getTime(),
    error: state === 'joined' ? null : (error?.message ?? null),
    retryAt: sidecar.observed.retryAt(topic),
    gap: gap && { from: gap.from.getTime(), to: gap.to.getTime() },
    messagesIn,
    pushesOut,
  };
}

/** Nobody tries to join them any more, which is worth more attention than all the rest. */
function givenUpOf({ givenUp }: PhoenixSidecar): ChannelSnapshot[] {
  return [...givenUp].map(([topic, { why, at }]) => {
    const nothing = { retryAt: null, gap: null, messagesIn: 0, pushesOut: 0 };
    return { topic, state: 'closed', since: at, error: `given up: ${why}`, ...nothing };
  });
}

function entryOf({ at, who, from, to, reason }: Transition): TimelineEntry {
  return { at: at.getTime(), of: who, from, to, why: reason === '' ? null : reason };
}
