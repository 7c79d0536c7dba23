/** The metrics by name, as Prometheus would have them: base units, `_total` for what only grows. */

import type { ChannelStateName, SocketStateName } from './facts.js';
import type { Gauges } from './gauges.js';
import type { WatchedClients } from './watched-clients.js';

/** From what is quick on one machine to the longest that a join may take. */
const LATENCY = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** A callback that returns at once takes microseconds; one that runs for 30 s is reported. */
const RUNNING = [0.0001, 0.001, 0.01, 0.1, 0.5, 1, 5, 30];
/** The steps of the default policies. */
const DELAYS = [0.5, 1, 2, 5, 10, 30, 60, 300];

const SOCKET_STATES: readonly SocketStateName[] = [
  'disconnected',
  'connecting',
  'connected',
  'backingOff',
  'unauthorized',
];
const CHANNEL_STATES: readonly ChannelStateName[] = ['joining', 'joined', 'errored', 'leaving'];

/** Counted when a fact or a measurement tells so. */
export const COUNTERS = {
  clientStops: {
    name: 'client_stops_total',
    help: 'Clients that have stopped, by how it came.',
    labelNames: ['kind'],
  },
  dials: { name: 'socket_dials_total', help: 'Attempts to open a socket.', labelNames: [] },
  losses: {
    name: 'socket_losses_total',
    help: 'Dials that failed and connections that ended, by cause.',
    labelNames: ['cause'],
  },
  fallbacks: {
    name: 'transport_fallbacks_total',
    help: 'Times that one transport gave way to another.',
    labelNames: ['from', 'to'],
  },
  refreshes: {
    name: 'credentials_refreshes_total',
    help: 'Times that credentials were asked for because a join was refused, by what came of it.',
    labelNames: ['outcome'],
  },
  misread: {
    name: 'frames_misread_total',
    help: 'Frames of the server that are no message, by error code.',
    labelNames: ['code'],
  },
  joins: {
    name: 'joins_total',
    help: 'Joins that were written, by outcome.',
    labelNames: ['topic', 'outcome'],
  },
  joinFailures: {
    name: 'join_failures_total',
    help: 'Joins that failed, written or not, by error code.',
    labelNames: ['topic', 'code'],
  },
  channelEnds: {
    name: 'channel_ends_total',
    help: 'Joined channels that the server ended, by cause.',
    labelNames: ['topic', 'cause'],
  },
  pushes: {
    name: 'pushes_total',
    help: 'Pushes that have settled, by outcome.',
    labelNames: ['topic', 'outcome'],
  },
  pushesDropped: {
    name: 'pushes_dropped_total',
    help: 'Pushes that were never sent, by reason.',
    labelNames: ['topic', 'reason'],
  },
  inboxCrowds: {
    name: 'inbox_crowds_total',
    help: 'Times that the worker fell behind so far that the inbox was nearly full.',
    labelNames: [],
  },
  pushesResent: {
    name: 'pushes_resent_total',
    help: 'Confirmed pushes that were written again.',
    labelNames: ['topic'],
  },
  pushesAbandoned: {
    name: 'pushes_abandoned_total',
    help: 'Confirmed pushes that were given up, by error code.',
    labelNames: ['topic', 'code'],
  },
  storeFailures: {
    name: 'store_failures_total',
    help: 'What the store of confirmed pushes could not do, by what it was and by error code.',
    labelNames: ['action', 'code'],
  },
  inboxPauses: {
    name: 'inbox_pauses_total',
    help: 'Times that reading paused because the inbox was full.',
    labelNames: [],
  },
  callbackErrors: {
    name: 'callback_errors_total',
    help: 'Errors that escaped a callback.',
    labelNames: ['callback'],
  },
  callbacksSlow: {
    name: 'callbacks_slow_total',
    help: 'Callbacks that were reported for taking long.',
    labelNames: ['callback'],
  },
  callTimeouts: {
    name: 'call_timeouts_total',
    help: 'Calls that were not answered in time.',
    labelNames: [],
  },
  workerRestarts: {
    name: 'worker_restarts_total',
    help: 'Workers that were started in place of one that crashed.',
    labelNames: [],
  },
} as const;

export const HISTOGRAMS = {
  openSeconds: {
    name: 'socket_open_seconds',
    help: 'From the dial to the open socket; the count is of sockets opened.',
    labelNames: [],
    buckets: LATENCY,
  },
  reconnectDelay: {
    name: 'socket_retry_delay_seconds',
    help: 'Delays before the next dial, as drawn.',
    labelNames: [],
    buckets: DELAYS,
  },
  rejoinDelay: {
    name: 'channel_retry_delay_seconds',
    help: 'Delays before the next join, as drawn.',
    labelNames: [],
    buckets: DELAYS,
  },
  heartbeatSeconds: {
    name: 'heartbeat_seconds',
    help: 'From a heartbeat to its answer.',
    labelNames: [],
    buckets: LATENCY,
  },
  joinSeconds: {
    name: 'join_reply_seconds',
    help: 'From a join to its reply, accepted or refused.',
    labelNames: ['topic'],
    buckets: LATENCY,
  },
  pushSeconds: {
    name: 'push_reply_seconds',
    help: 'From a push to its reply, whatever the status.',
    labelNames: ['topic'],
    buckets: LATENCY,
  },
  callbackSeconds: {
    name: 'callback_seconds',
    help: 'What a callback took, awaited if it returned a promise.',
    labelNames: ['callback'],
    buckets: RUNNING,
  },
} as const;

/** Counted where it happens, and read when somebody asks. */
export const TOTALS = [
  { name: 'frames_received_total', help: 'Frames received.', total: 'framesReceived' },
  { name: 'frames_sent_total', help: 'Frames sent, heartbeats included.', total: 'framesSent' },
  {
    name: 'received_bytes_total',
    help: 'Bytes of the frames received, without the framing of WebSocket.',
    total: 'bytesReceived',
  },
  {
    name: 'sent_bytes_total',
    help: 'Bytes of the frames sent, without the framing of WebSocket.',
    total: 'bytesSent',
  },
  {
    name: 'stale_messages_total',
    help: 'Messages that belonged to an earlier join or to none.',
    total: 'stale',
  },
  {
    name: 'inbox_shed_messages_total',
    help: 'Messages that were shed because the inbox was full.',
    total: 'shed',
  },
] as const;

/** What only grows. */
export type Total = (typeof TOTALS)[number]['total'];

type Labels = { readonly state?: string };
type GaugeRow = {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly 'state'[];
  readonly read: (clients: WatchedClients) => readonly (readonly [Labels, number])[];
};

export const GAUGES: readonly GaugeRow[] = [
  {
    name: 'clients',
    help: 'Clients that run.',
    labelNames: [],
    read: (clients) => [[{}, clients.size]],
  },
  {
    name: 'sockets',
    help: 'Sockets, by state.',
    labelNames: ['state'],
    read: (clients) => byState(clients.sumOfEach(SOCKET_STATES, ({ sockets }) => sockets)),
  },
  {
    name: 'channels',
    help: 'Channels, by state.',
    labelNames: ['state'],
    read: (clients) => byState(clients.sumOfEach(CHANNEL_STATES, ({ channels }) => channels)),
  },
  plain('pushes_unanswered', 'Pushes that were sent and wait for a reply.', (gauges) => {
    return gauges.unanswered;
  }),
  plain('outbox_messages', 'Pushes that wait to be sent.', ({ outbox }) => outbox.messages),
  plain('outbox_bytes', 'Bytes of the pushes that wait to be sent.', ({ outbox }) => outbox.bytes),
  plain('confirmed_pushes', 'Confirmed pushes that wait for their replies, sent or not.', (all) => {
    return all.confirmed.pushes;
  }),
  plain('confirmed_orphaned_pushes', 'Those of topics that nobody wants.', (gauges) => {
    return gauges.confirmed.orphaned;
  }),
  plain('inbox_messages', 'Messages and facts that wait for a callback.', ({ inbox }) => inbox),
];

function plain(name: string, help: string, read: (gauges: Gauges) => number): GaugeRow {
  return { name, help, labelNames: [], read: (clients) => [[{}, clients.sum(read)]] };
}

function byState(counts: readonly (readonly [string, number])[]): ReturnType<GaugeRow['read']> {
  return counts.map(([state, count]) => [{ state }, count]);
}
