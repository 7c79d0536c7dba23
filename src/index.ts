/** The public surface: named exports and nothing else. */

/// <reference lib="esnext.disposable" preserve="true" />

export type { Channel } from './awaitable/channel.js';
export { connect, type ConnectOptions } from './awaitable/connect.js';
export type { Inbox, WaitOptions } from './awaitable/inbox.js';
export type { Socket } from './awaitable/socket.js';
export type { ChannelStatus } from './channel/channel.js';
export type { ConfirmedPushes, WaitingPush } from './channel/confirmed-pushes.js';
export type { OutboxStore, StoredPush } from './channel/outbox-store.js';
export type { Delivery, Pending, Push, Reply } from './channel/push-request.js';
export type { Presence } from './channel/presence.js';
export type { Join, Leave } from './channel/requests.js';
export type { Outcome } from './channel/settlement.js';
export type { OnCallbackError } from './sockets/blame.js';
export type { Client } from './client/handle.js';
export type { Liveness, LivenessPolicy } from './client/liveness.js';
export {
  type ContractIn,
  type ContractOf,
  type EventName,
  type Gap,
  type Joined,
  type JoinParams,
  type Message,
  onTopic,
  type PresenceChanged,
  type PushName,
  type Topic,
  type Untyped,
} from './contract.js';
export type {
  ChannelClosed,
  Connected,
  Disconnected,
  JoinFailed,
  PushFailed,
  Replied,
} from './client/facts.js';
export type { Timer } from './client/timers.js';
export type { Transition } from './sockets/timeline.js';
export { GenSocketClient, type MaybePromise, type Result } from './client/gen-socket-client.js';
export type { ClientOptions } from './client/start.js';
export {
  CallbackError,
  type Delivered,
  type ErrorCode,
  type ErrorOf,
  hasCode,
  JoinError,
  PhoenixSocketError,
  ProtocolError,
  PushError,
  StoreError,
  SupervisionError,
  TransportError,
  UnauthorizedError,
  UsageError,
  WaitError,
} from './errors.js';
export type { Backoff, Jitter } from './policy/backoff.js';
export type { Concurrency } from './policy/concurrency.js';
export type { Duration, Size } from './policy/duration.js';
export type { InboxPolicy } from './policy/inbox.js';
export type { FallbackPolicy } from './policy/fallback.js';
export type { ConfirmedPolicy, DeadLetter, OnDeadLetter } from './policy/confirmed.js';
export type { WhenFull } from './policy/overflow.js';
export type { ReconnectPolicy } from './policy/reconnect.js';
export type { RestartPolicy } from './policy/restart.js';
export type { RejoinPolicy, TopicRejoinPolicy } from './policy/rejoin.js';
export type { Verdict, Verdicts } from './policy/verdicts.js';
export type { Close, CloseCause } from './protocol/close.js';
export type { Endpoint, Params } from './protocol/endpoint.js';
export type { WireMessage } from './protocol/message.js';
export type { Match } from './protocol/pattern.js';
export type { PresenceChange, PresenceEntry, PresenceMeta } from './protocol/presence.js';
export type { Frame, Serializer } from './protocol/serializer.js';
export { v1 } from './protocol/v1-serializer.js';
export { v2 } from './protocol/v2-serializer.js';
export type { ClientStatus, StopReason } from './sockets/client-status.js';
export type {
  Credentials,
  CredentialsProvider,
  CredentialsRequest,
} from './sockets/credentials.js';
export {
  authTokenFile,
  type CredentialsFile,
  paramFile,
  paramsFile,
} from './sockets/credential-files.js';
export type { DrainOptions, DrainReport } from './sockets/drain-terms.js';
export type { TransportName, Transports } from './sockets/transports.js';
export type {
  HeartbeatPolicy,
  OutboxPolicy,
  Timeouts,
  WebSocketOptions,
} from './sockets/settings.js';
export type { LongPollOptions } from './sockets/longpoll-options.js';
export type { JoinOptions, PushOptions } from './sockets/topic-commands.js';
export type {
  ChannelStateName,
  DropReason,
  JoinOutcome,
  Measurement,
  PushOutcome,
  RefreshOutcome,
  StoreAction,
  SocketStateName,
  TelemetryFact,
} from './telemetry/facts.js';
export type { Gauges } from './telemetry/gauges.js';
export type { Telemetry } from './telemetry/telemetry.js';
export type { ScrapedRegistry } from './worker/probes.js';
export { type MetricsOptions, runWorker, type RunOptions } from './worker/run-worker.js';
export { supervise, type SupervisedClient, type SuperviseOptions } from './worker/supervise.js';
export type { SupervisedStatus } from './worker/supervisor.js';
export type { Connection, DialRequest, Transport, TransportSink } from './transport/transport.js';
