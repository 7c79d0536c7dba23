/** The options of a client, and the one function that fills in their defaults. */

import { UsageError } from '../errors.js';
import { requireAtLeast } from '../policy/backoff.js';
import { bytes, type Duration, milliseconds, type Size } from '../policy/duration.js';
import { type OutboxPolicy, type OverflowRule, overflowRule } from '../policy/overflow.js';
import { type ReconnectPolicy, type ReconnectRule, reconnectRule } from '../policy/reconnect.js';
import { type RejoinPolicy, type RejoinRule, rejoinRule } from '../policy/rejoin.js';
import {
  type Endpoint,
  type Params,
  type ParsedEndpoint,
  parseEndpoint,
} from '../protocol/endpoint.js';
import type { Serializer } from '../protocol/serializer.js';
import { v1 } from '../protocol/v1-serializer.js';
import { v2 } from '../protocol/v2-serializer.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import type { Transport } from '../transport/transport.js';
import type { WebSocketOptions as WsOptions } from '../transport/ws-transport.js';
import type { CredentialsProvider } from './credentials.js';
import { refuseUnknown } from './option-names.js';

export type WebSocketOptions = Omit<WsOptions, 'maxPayload' | 'writeTimeout' | 'closeTimeout'> & {
  /** The longest message taken. Default 16 MiB. */
  readonly maxPayload?: Size;
  /** How long bytes may wait to be written without one leaving. Default 10 s. */
  readonly writeTimeout?: Duration;
  /** How long the peer may take to answer our Close frame. Default 1 s. */
  readonly closeTimeout?: Duration;
};

export type HeartbeatPolicy =
  | false
  | {
      /** Default 25 s: Phoenix closes a client that is silent for 60 s, and proxies often after 30 s. */
      readonly interval?: Duration;
      /** Default 10 s. Silence is excused, at most twice in a row, while other frames arrive or a join is awaited. */
      readonly timeout?: Duration;
    };

export type Timeouts = {
  /** From the dial to the open socket. Default 10 s. */
  readonly connect?: Duration;
  /** From the join's frame, or the newest join reply on its socket, to the reply; doubles to 60 s. Default 10 s. */
  readonly join?: Duration;
  /** From sent to reply. Default 10 s. */
  readonly push?: Duration;
  /** Default 5 s. */
  readonly leave?: Duration;
  /** For `credentials` and for params functions. Default 10 s. */
  readonly credentials?: Duration;
};

/** One level of nesting: policy, then field. A field left out keeps its default; `false` switches a policy off. */
export type SocketOptions = {
  /** `ws`, `wss`, `http` or `https`, with or without `/websocket`. */
  readonly url?: string | URL;
  readonly params?: Params;
  readonly headers?: { readonly [name: string]: string };
  readonly credentials?: CredentialsProvider;
  readonly reconnect?: ReconnectPolicy;
  readonly rejoin?: RejoinPolicy;
  readonly heartbeat?: HeartbeatPolicy;
  readonly timeouts?: Timeouts;
  readonly outbox?: OutboxPolicy;
  /** Default: unlimited, until the server's first "too many channels joined" tells its limit. */
  readonly maxChannelsPerSocket?: number;
  /** How many sockets a client may open when one cannot carry all its topics. Default 10. */
  readonly maxSockets?: number;
  readonly transports?: readonly ['websocket' | Transport];
  readonly serializer?: 'v2' | 'v1' | Serializer;
  readonly websocket?: WebSocketOptions;
  readonly telemetry?: Telemetry | readonly Telemetry[];
};

/** The same, complete and checked; every length in milliseconds or bytes. */
export type Settings = {
  readonly endpoint: ParsedEndpoint | null;
  readonly params: Params;
  readonly headers: { readonly [name: string]: string };
  readonly credentials: CredentialsProvider;
  readonly reconnect: ReconnectRule;
  readonly rejoin: RejoinRule;
  readonly heartbeat: { readonly interval: number | null; readonly timeout: number };
  readonly timeouts: { readonly [T in keyof Required<Timeouts>]: number };
  readonly outbox: OverflowRule;
  readonly maxChannelsPerSocket: number;
  readonly maxSockets: number;
  readonly transport: 'websocket' | Transport;
  readonly serializer: Serializer;
  readonly websocket: WsOptions;
};

const DEFAULT_TIMEOUTS = {
  connect: 10_000,
  join: 10_000,
  push: 10_000,
  leave: 5000,
  credentials: 10_000,
};
const DEFAULT_HEARTBEAT = { interval: 25_000, timeout: 10_000 };

/** Throws `PHX_BAD_OPTION`, naming the option, its value and what to write instead. */
export function settingsOf(options: SocketOptions): Settings {
  refuseUnknown(options);
  const { maxChannelsPerSocket = Infinity, maxSockets = 10 } = options;
  if (maxChannelsPerSocket !== Infinity)
    requireAtLeast('maxChannelsPerSocket', maxChannelsPerSocket, 1);
  requireAtLeast('maxSockets', maxSockets, 1);
  return Object.freeze({
    endpoint: options.url === undefined ? null : parseEndpoint(options.url),
    params: options.params ?? {},
    headers: options.headers ?? {},
    credentials: options.credentials ?? {},
    reconnect: reconnectRule(options.reconnect),
    rejoin: rejoinRule(options.rejoin),
    heartbeat: heartbeatOf(options.heartbeat ?? {}),
    timeouts: timeoutsOf(options.timeouts ?? {}),
    outbox: overflowRule(options.outbox),
    maxChannelsPerSocket,
    maxSockets,
    transport: transportOf(options.transports ?? ['websocket']),
    serializer: serializerOf(options.serializer ?? 'v2'),
    websocket: websocketOf(options.websocket ?? {}),
  });
}

/** The endpoint of a `connect` by command. */
export function endpointOf(endpoint: Endpoint): ParsedEndpoint {
  return parseEndpoint(endpoint);
}

function heartbeatOf(policy: HeartbeatPolicy): Settings['heartbeat'] {
  if (policy === false) return { interval: null, timeout: DEFAULT_HEARTBEAT.timeout };
  const interval = milliseconds(
    'heartbeat.interval',
    policy.interval ?? DEFAULT_HEARTBEAT.interval,
  );
  requireAtLeast('heartbeat.interval', interval, 1);
  const timeout = milliseconds('heartbeat.timeout', policy.timeout ?? DEFAULT_HEARTBEAT.timeout);
  requireAtLeast('heartbeat.timeout', timeout, 1);
  return { interval, timeout };
}

function timeoutsOf(timeouts: Timeouts): Settings['timeouts'] {
  const of = (name: keyof Timeouts) => {
    const ms = milliseconds(`timeouts.${name}`, timeouts[name] ?? DEFAULT_TIMEOUTS[name]);
    requireAtLeast(`timeouts.${name}`, ms, 1);
    return ms;
  };
  return {
    connect: of('connect'),
    join: of('join'),
    push: of('push'),
    leave: of('leave'),
    credentials: of('credentials'),
  };
}

function transportOf(transports: readonly ('websocket' | Transport)[]): 'websocket' | Transport {
  const [transport, ...others] = transports;
  const isTransport = typeof transport === 'object' && typeof transport.dial === 'function';
  if (
    others.length === 0 &&
    transport !== undefined &&
    (transport === 'websocket' || isTransport)
  ) {
    return transport;
  }
  throw new UsageError(
    'PHX_BAD_OPTION',
    `transports has ${transports.length} entries: write ['websocket'], or one transport of your own`,
  );
}

function serializerOf(serializer: 'v2' | 'v1' | Serializer): Serializer {
  if (serializer === 'v2') return v2;
  if (serializer === 'v1') return v1;
  if (typeof serializer === 'object' && typeof serializer.vsn === 'string') return serializer;
  throw new UsageError(
    'PHX_BAD_OPTION',
    "serializer is neither 'v2' nor 'v1', nor has it vsn, encode and decode: write one of these",
  );
}

function websocketOf(options: WebSocketOptions): WsOptions {
  const { maxPayload, writeTimeout, closeTimeout, ...rest } = options;
  return {
    ...rest,
    ...(maxPayload !== undefined && { maxPayload: bytes('websocket.maxPayload', maxPayload) }),
    ...(writeTimeout !== undefined && {
      writeTimeout: milliseconds('websocket.writeTimeout', writeTimeout),
    }),
    ...(closeTimeout !== undefined && {
      closeTimeout: milliseconds('websocket.closeTimeout', closeTimeout),
    }),
  };
}
