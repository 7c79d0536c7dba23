/** The options of a client, and the one function that fills in their defaults. */

import { connectionAge } from '../policy/connection-age.js';
import type { OutboxStore } from '../channel/outbox-store.js';
import { type ConfirmedPolicy, type ConfirmedRule, confirmedRule } from '../policy/confirmed.js';
import { bytes, type Duration, milliseconds, type Size } from '../policy/duration.js';
import { type FallbackPolicy, type FallbackRule, fallbackRule } from '../policy/fallback.js';
import { frozen } from '../policy/frozen.js';
import { type InboxPolicy, type InboxRule, inboxRule } from '../policy/inbox.js';
import { type OverflowPolicy, type OverflowRule, overflowRule } from '../policy/overflow.js';
import { type ReconnectPolicy, type ReconnectRule, reconnectRule } from '../policy/reconnect.js';
import { type RejoinPolicy, type RejoinRule, rejoinRule } from '../policy/rejoin.js';
import {
  requireAtLeast,
  requireBoolean,
  requireChoice,
  requireCount,
  requireCountOrFalse,
  requireFields,
  requirePolicy,
} from '../policy/requirements.js';
import { type Params, type ParsedEndpoint, parseEndpoint } from '../protocol/endpoint.js';
import type { Serializer } from '../protocol/serializer.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import type { LongPollOptions as LongPollTransportOptions } from '../transport/longpoll-transport.js';
import type { WebSocketOptions as WsOptions } from '../transport/ws-transport.js';
import type { CredentialsProvider } from './credentials.js';
import { type LongPollOptions, longPollOf } from './longpoll-options.js';
import {
  requireAgent,
  requireCredentials,
  requireHeaders,
  requireParams,
  requireStore,
  requireProxy,
  requireTelemetry,
  requireTls,
  serializerOf,
} from './option-forms.js';
import { refuseUnknown } from './option-names.js';
import { requireTransports, type Transports } from './transports.js';

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
      /**
       * Default 10 s: a server that needs longer for an empty reply is as good as gone. Silence is excused, at most
       * twice in a row, while other frames arrive or a join is awaited.
       */
      readonly timeout?: Duration;
    };

/** What waits to be sent, and where confirmed pushes are kept. */
export type OutboxPolicy =
  | Extract<OverflowPolicy, false>
  | (Exclude<OverflowPolicy, false> & {
      /**
       * Where confirmed pushes are kept until they are replied to. Default none: in this process alone. A store belongs to one
       * client at a time.
       */
      readonly store?: OutboxStore;
    });

export type Timeouts = {
  /** From the dial to the open socket. Default 10 s: a handshake that takes longer is one that hangs. */
  readonly connect?: Duration;
  /**
   * From the join's frame, or the newest join reply on its socket, to the reply. Default 10 s, as in phoenix.js;
   * doubles to 60 s while joins time out, because a server that is slow is not helped by being asked again.
   */
  readonly join?: Duration;
  /** From sent to reply. Default 10 s, as in phoenix.js. */
  readonly push?: Duration;
  /** From the leave's frame to the reply. Default 5 s: whoever leaves has somewhere to go. */
  readonly leave?: Duration;
  /** From a call to its answer. Default 5 s, as in Erlang's `GenServer.call`. */
  readonly call?: Duration;
  /** From a receive to a message that matches. Default 10 s: what a script waits for is usually an answer. */
  readonly receive?: Duration;
  /** For `credentials` and for params functions. Default 10 s: a vault that is slow, not one that is gone. */
  readonly credentials?: Duration;
};

/** One level of nesting: policy, then field. A field left out keeps its default; `false` switches a policy off. */
export type SocketOptions = {
  /** `ws`, `wss`, `http` or `https`, with or without `/websocket`. */
  readonly url?: string | URL;
  /** Sent with every dial, in the query. What `credentials` gives goes over them. Default none. */
  readonly params?: Params;
  /** Sent with every dial. Of these a Phoenix socket sees only names that start with `x-`. Default none. */
  readonly headers?: { readonly [name: string]: string };
  /** Default none. Asked before every dial. */
  readonly credentials?: CredentialsProvider;
  /** Default: full jitter over 0.5 s doubling to 30 s, for ever. */
  readonly reconnect?: ReconnectPolicy;
  /** Default: 1, 2, 5, then 10 s with jitter, for ever; slower when the server closed or refused. */
  readonly rejoin?: RejoinPolicy;
  /** Default: every 25 s, answered within 10 s. */
  readonly heartbeat?: HeartbeatPolicy;
  readonly timeouts?: Timeouts;
  /** Default: 1000 messages, 4 MiB and 60 s per topic. */
  readonly outbox?: OutboxPolicy;
  /** Of confirmed pushes. Default: one of a topic at a time, sent again five times when no reply comes. */
  readonly confirmed?: ConfirmedPolicy;
  /** Default: 10 000 messages. */
  readonly inbox?: InboxPolicy;
  /**
   * How many topics one socket carries; false: any number. Default false: the server's first "too many channels
   * joined" tells its limit, which is 100 unless its author says otherwise.
   */
  readonly maxChannelsPerSocket?: number | false;
  /**
   * How many sockets a client may open when one cannot carry all its topics. Default 10: a thousand topics by
   * Phoenix's own limit, and no more connections than a server's operator would forgive.
   */
  readonly maxSockets?: number;
  /**
   * How long a connection may last before it is renewed, each one drawn between three quarters of it and the whole; `false`: for
   * ever. Default false. Credentials are asked anew, and topics joined again; servers that came back get their share.
   */
  readonly maxConnectionAge?: Duration | false;
  /**
   * What becomes of a client whose `credentials` throw `UnauthorizedError`: it stops, with a reason of that kind; or it waits, connected
   * to nothing, until somebody calls `connect`. Default `stop`.
   */
  readonly onUnauthorized?: 'stop' | 'wait';
  /** Default `['websocket']`. Those after the first are fallbacks: never used by default, and announced. */
  readonly transports?: Transports;
  /** For more than one transport. Default: after three failures in a row; back after five minutes. */
  readonly fallback?: FallbackPolicy;
  /** Default `v2`; `v1` for servers that speak no other, without binary payloads; or one of your own. */
  readonly serializer?: 'v2' | 'v1' | Serializer;
  /** For the transport `websocket`; its `proxy` and `tls` for `longpoll`, too. */
  readonly websocket?: WebSocketOptions;
  /** For the transport `longpoll` only. */
  readonly longpoll?: LongPollOptions;
  /** Default: nobody listens, and nothing is measured. */
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
  readonly store: OutboxStore | null;
  readonly confirmed: ConfirmedRule;
  readonly inbox: InboxRule;
  readonly maxChannelsPerSocket: number | false;
  readonly maxSockets: number;
  readonly maxConnectionAge: number | null;
  readonly onUnauthorized: 'stop' | 'wait';
  readonly transports: Transports;
  readonly fallback: FallbackRule;
  readonly serializer: Serializer;
  readonly websocket: WsOptions;
  readonly longpoll: LongPollTransportOptions;
};

const DEFAULT_TIMEOUTS = {
  connect: 10_000,
  join: 10_000,
  push: 10_000,
  leave: 5000,
  call: 5000,
  receive: 10_000,
  credentials: 10_000,
};
const DEFAULT_HEARTBEAT = { interval: 25_000, timeout: 10_000 };

/** Throws `PHX_BAD_OPTION`, naming the option, its value and what to write instead. */
export function settingsOf(options: SocketOptions): Settings {
  refuseUnknown(options);
  const { maxChannelsPerSocket = false, maxSockets = 10, telemetry = [] } = options;
  const { onUnauthorized = 'stop' } = options;
  requireCountOrFalse('maxChannelsPerSocket', maxChannelsPerSocket, 1);
  requireCount('maxSockets', maxSockets, 1);
  requireChoice('onUnauthorized', onUnauthorized, ['stop', 'wait']);
  requireTelemetry(telemetry);
  return Object.freeze({
    ...dialOf(options),
    reconnect: reconnectRule(options.reconnect),
    rejoin: rejoinRule(options.rejoin),
    heartbeat: frozen(heartbeatOf(options.heartbeat ?? {})),
    timeouts: frozen(timeoutsOf(options.timeouts ?? {})),
    outbox: overflowRule(options.outbox),
    store: storeOf(options.outbox),
    confirmed: confirmedRule(options.confirmed),
    inbox: inboxRule(options.inbox),
    maxChannelsPerSocket,
    maxSockets,
    maxConnectionAge: connectionAge(options.maxConnectionAge ?? false),
    onUnauthorized,
    transports: requireTransports(options.transports ?? ['websocket']),
    fallback: fallbackRule(options.fallback),
    websocket: websocketOf(options.websocket ?? {}),
    longpoll: longPollOf(options.longpoll ?? {}),
  });
}

/** What every dial is made of. */
function dialOf(
  options: SocketOptions,
): Pick<Settings, 'endpoint' | 'params' | 'headers' | 'credentials' | 'serializer'> {
  const { params = {}, headers = {}, credentials = {} } = options;
  const endpoint = options.url === undefined ? null : parseEndpoint(options.url);
  const serializer = serializerOf(options.serializer ?? 'v2');
  requireParams(endpoint, params, serializer.vsn);
  requireHeaders('headers', headers);
  requireCredentials(credentials);
  return { endpoint, params, headers, credentials, serializer };
}

function heartbeatOf(policy: HeartbeatPolicy): Settings['heartbeat'] {
  if (policy === false) return { interval: null, timeout: DEFAULT_HEARTBEAT.timeout };
  requirePolicy('heartbeat', policy);
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
  requireFields('timeouts', timeouts);
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
    call: of('call'),
    receive: of('receive'),
    credentials: of('credentials'),
  };
}

function storeOf(policy: OutboxPolicy = {}): OutboxStore | null {
  if (policy === false || policy.store === undefined) return null;
  requireStore(policy.store);
  return policy.store;
}

function websocketOf(options: WebSocketOptions): WsOptions {
  requireFields('websocket', options);
  const { maxPayload, writeTimeout, closeTimeout, ...rest } = options;
  const { redirects = 0, deflate = false, proxy = false, tls, agent } = rest;
  requireCount('websocket.redirects', redirects, 0);
  requireBoolean('websocket.deflate', deflate);
  requireProxy(proxy);
  if (tls !== undefined) requireTls(tls);
  if (agent !== undefined) requireAgent(agent);
  return {
    ...rest,
    ...(maxPayload !== undefined && { maxPayload: payloadLimit(maxPayload) }),
    ...(writeTimeout !== undefined && {
      writeTimeout: milliseconds('websocket.writeTimeout', writeTimeout),
    }),
    ...(closeTimeout !== undefined && {
      closeTimeout: milliseconds('websocket.closeTimeout', closeTimeout),
    }),
  };
}

/** To `ws`, 0 is no limit at all. */
function payloadLimit(maxPayload: Size): number {
  const limit = bytes('websocket.maxPayload', maxPayload);
  requireAtLeast('websocket.maxPayload', limit, 1);
  return limit;
}
