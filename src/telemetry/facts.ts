/** What a client tells of its life: facts, which are rare, and measurements, one for each push, join and callback. */

import type { CloseCause } from '../protocol/close.js';

export type SocketStateName =
  | 'disconnected'
  | 'connecting'
  | 'connected'
  | 'backingOff'
  | 'unauthorized';
export type ChannelStateName = 'closed' | 'joining' | 'joined' | 'errored' | 'leaving';

/** Why a push was never sent. */
export type DropReason =
  /** The outbox of its topic was full, and by `whenFull` this one had to go. */
  | 'full'
  /** It waited for its whole time to live. */
  | 'expired'
  /** Volatile, and the topic was not joined or more than 1 MiB waited to be written. */
  | 'volatile'
  /** It would have had to wait, and `outbox` is false. */
  | 'disabled'
  /** Nobody wants the topic, or its policy has given it up. */
  | 'unwanted'
  /** The topic was left. */
  | 'left'
  | 'cancelled'
  /** Its signal was aborted before it was sent. */
  | 'aborted'
  /** The client has stopped. */
  | 'stopped'
  /** Its payload was changed while it waited, to one that cannot be written. */
  | 'unencodable'
  /** Confirmed, and the store could not take it. */
  | 'unstored';

/** What became of a push: `error` is a reply with any status but `ok`; `persisted` is left to the next client. */
export type PushOutcome = 'ok' | 'error' | 'timeout' | 'lost' | 'aborted' | 'dropped' | 'persisted';
/**
 * What came of credentials that were asked for because a join was refused: others than those in use, the same, none in time, none
 * that can be sent, or `UnauthorizedError`.
 */
export type RefreshOutcome = 'changed' | 'unchanged' | 'late' | 'failed' | 'unauthorized';
/** What a store of confirmed pushes was asked to do. */
export type StoreAction = 'open' | 'put' | 'delete' | 'close';
/** What became of a join that was written. */
export type JoinOutcome = 'ok' | 'refused' | 'timeout' | 'crashed' | 'lost' | 'left';

/** Nothing but its name. */
type Plain = { readonly topic?: never };
type OfSocket = { readonly socket: number };
type OfTopic = { readonly topic: string };
type OfPush = OfTopic & { readonly event: string };

/** The facts by name. `socket` counts a client's sockets from 1; lengths of time are milliseconds. */
export type FactFields = {
  readonly 'client.started': Plain;
  /** `code`: how the last session ended, if it gave up; the error's code, if there is one; else null. */
  readonly 'client.stopped': {
    readonly kind: 'requested' | 'gaveUp' | 'unauthorized' | 'crashed';
    readonly code: string | null;
  };
  readonly 'socket.state': OfSocket & {
    readonly from: SocketStateName;
    readonly to: SocketStateName;
    /** The cause and the code of its end; empty when it goes as it should. */
    readonly reason: string;
  };
  /** The credentials are there, and the transport dials. */
  readonly 'socket.dialing': OfSocket & { readonly attempt: number };
  /** `ms`: since the dial. */
  readonly 'socket.opened': OfSocket & { readonly attempt: number; readonly ms: number };
  /** A dial failed, or a connection ended. `retryIn` is null when the policy will not try again. */
  readonly 'socket.lost': OfSocket & {
    readonly cause: CloseCause;
    readonly code: number;
    readonly status: number | null;
    readonly attempt: number;
    readonly retryIn: number | null;
  };
  /** The server admits no more than these channels to a socket. */
  readonly 'socket.full': OfSocket & { readonly channels: number };
  /** Hung up, because it carried no channel any more. */
  readonly 'socket.emptied': OfSocket;
  /** A transport failed too often in a row, last because of `why`: the next dial is with another one. */
  readonly 'transport.fallback': OfSocket & {
    readonly from: string;
    readonly to: string;
    /** The cause and the code of the last failure. */
    readonly why: string;
  };
  /** The first transport carries again. */
  readonly 'transport.returned': OfSocket & { readonly from: string; readonly to: string };
  /** They were asked for because a join was refused. */
  readonly 'credentials.refreshed': { readonly outcome: RefreshOutcome };
  /** `ms`: since the heartbeat that was answered. */
  readonly 'heartbeat.answered': OfSocket & { readonly ms: number };
  /** A frame that is no message; `reason` describes it without showing it. */
  readonly 'frame.misread': { readonly code: string; readonly reason: string };
  /** The first one comes from `closed`. */
  readonly 'channel.state': OfTopic & {
    readonly from: ChannelStateName;
    readonly to: ChannelStateName;
    /** Why it failed; empty when it goes as it should. */
    readonly reason: string;
  };
  readonly 'channel.ended': OfTopic & {
    readonly cause: 'closed' | 'crashed' | 'desync' | 'left';
    readonly retryIn: number | null;
  };
  readonly 'join.failed': OfTopic & {
    readonly code: string;
    readonly attempt: number;
    readonly retryIn: number | null;
  };
  /** Something arrived that belongs to an earlier join, or to none. */
  readonly 'message.stale': OfTopic;
  readonly 'push.dropped': OfPush & { readonly reason: DropReason };
  /** Sent, never replied to, and nobody had asked. */
  readonly 'push.unanswered': OfPush & { readonly why: 'timeout' | 'lost' | 'aborted' };
  /** A confirmed push is written again: `sendings` is how often in all. */
  readonly 'push.resent': OfPush & { readonly sendings: number };
  /** A confirmed push is a dead letter: `code` is that of its error. */
  readonly 'push.abandoned': OfPush & { readonly code: string; readonly sendings: number };
  /** An earlier client left so many confirmed pushes of the topic. */
  readonly 'outbox.restored': OfTopic & { readonly pushes: number };
  readonly 'store.failed': { readonly action: StoreAction; readonly code: string };
  /** The inbox was full, and so many messages of the topic were shed. */
  readonly 'inbox.shed': OfTopic & { readonly dropped: number };
  /**
   * The worker is too slow: so much waits for it. `topic`: that of the most messages, null when it is none. `callback` holds
   * it up, and has been running for `running`; null and 0 when none runs.
   */
  readonly 'inbox.crowded': {
    readonly topic: string | null;
    readonly depth: number;
    readonly callback: string | null;
    readonly running: number;
  };
  /** It has caught up, `ms` after that, and so many messages were shed. */
  readonly 'inbox.calmed': { readonly ms: number; readonly shed: number };
  /** The sockets are not read until the worker has caught up. */
  readonly 'inbox.paused': Plain;
  readonly 'inbox.resumed': Plain;
  readonly 'callback.failed': {
    readonly callback: string;
    readonly verdict: 'stop' | 'continue';
    /** In the words of whoever threw, who may have quoted a payload: `logTo` leaves it out. */
    readonly error: string;
    /** The same without words: its class, its code, and where it was thrown. */
    readonly thrown: string;
  };
  /** It still runs. */
  readonly 'callback.slow': { readonly callback: string; readonly ms: number };
  readonly 'call.timeout': { readonly ms: number };
  /** A supervised worker crashed, and another one is about to begin. `restarts` counts from 1; `delay`: since the crash. */
  readonly 'worker.restarted': {
    readonly restarts: number;
    readonly delay: number;
    /** Of the crash, without words. */
    readonly thrown: string;
  };
  /** A supervised worker crashed so many times in a row that no other one begins. */
  readonly 'worker.gaveUp': { readonly crashes: number; readonly thrown: string };
};

/** The measurements by name. */
export type MeasurementFields = {
  /** `ms`: from the frame to the outcome; of a dropped one, from the call. */
  readonly 'push.settled': OfPush & { readonly outcome: PushOutcome; readonly ms: number };
  /** `ms`: from the frame to the outcome. A join that timed out and is accepted late is told once. */
  readonly 'join.settled': OfTopic & { readonly outcome: JoinOutcome; readonly ms: number };
  readonly 'callback.ran': { readonly callback: string; readonly ms: number };
};

export type FactName = keyof FactFields;
export type MeasurementName = keyof MeasurementFields;

export type FactMap = {
  readonly [N in FactName]: {
    readonly name: N;
    /** Wall-clock milliseconds. */
    readonly at: number;
  } & FactFields[N];
};
export type MeasurementMap = {
  readonly [N in MeasurementName]: { readonly name: N } & MeasurementFields[N];
};

/** One of a closed list, told apart by `name`. Never has a payload, a param, a header, a token or a URL. */
export type TelemetryFact = FactMap[FactName];
/** One of a closed list, told apart by `name`. */
export type Measurement = MeasurementMap[MeasurementName];
