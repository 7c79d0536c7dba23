/** What a channel has to tell the worker, as plain objects. */

import type { PushError } from '../errors.js';
import type { PresenceChange } from '../protocol/presence.js';

/** Messages may have been missed between these two points in time: Phoenix keeps none for who is away. */
export type GapFact = {
  readonly topic: string;
  /** The newest frame that came before the loss, or the oldest message that was shed. */
  readonly from: Date;
  /** When it was joined again, or told. */
  readonly to: Date;
  /** How many were shed; null after a lost membership, of which nobody knows. */
  readonly dropped: number | null;
};

/** A socket or a channel went from one state to another. */
export type Change = {
  /** The topic of a channel, or `socket` and its number. */
  readonly who: string;
  readonly from: string;
  readonly to: string;
  /** Empty when it went as it should. */
  readonly reason: string;
};

/** What a params function is told. */
export type JoinAttempt = {
  /** Counted from 1; starts again when failures are forgotten. */
  readonly attempt: number;
  /** Whether the last join was refused for want of better credentials, as `rejoin.unauthorized` says: then do not answer from a cache. */
  readonly refused: boolean;
  /** What `handleJoined` will be told if this join is accepted now. */
  readonly gap: GapFact | null;
};

export type JoinedFact = {
  readonly topic: string;
  readonly response: unknown;
  readonly gap: GapFact | null;
};

export type MessageFact = {
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
};

export type PresenceFact = { readonly topic: string } & PresenceChange;

export type RepliedFact = {
  readonly topic: string;
  readonly event: string;
  /** The `ref` of the push. */
  readonly ref: string;
  /** The idempotency key of a confirmed push, which outlives the process; else null. */
  readonly key: string | null;
  /** `ok` and `error`, or what else the server says. */
  readonly status: string;
  readonly response: unknown;
};

export type PushFailedFact = {
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
  /** The idempotency key of a confirmed push, unless it was never given one; else null. */
  readonly key: string | null;
  readonly error: PushError;
};
