/** What the callbacks are given, seen through a contract. */

import type {
  ChannelClosedFact,
  JoinFailedFact,
  PushFailedFact,
  RepliedFact,
} from '../channel/facts.js';
import type { Close } from '../protocol/close.js';
import type { ConnectedFact, DisconnectedFact } from '../sockets/listener.js';
import type { Topic, Untyped } from './contract.js';

export type Connected = ConnectedFact;
/** `retryIn` is null when the policy will not try again. */
export type Disconnected = DisconnectedFact;
export type JoinFailed<C = Untyped> = Omit<JoinFailedFact, 'topic'> & { readonly topic: Topic<C> };
export type ChannelClosed<C = Untyped> = Omit<ChannelClosedFact, 'topic'> & {
  readonly topic: Topic<C>;
};
/** `ref` says which push it answers. */
export type Replied<C = Untyped> = Omit<RepliedFact, 'topic'> & { readonly topic: Topic<C> };
export type PushFailed<C = Untyped> = Omit<PushFailedFact, 'topic'> & { readonly topic: Topic<C> };

export type StopReason =
  /** Somebody called `stop`. */
  | { readonly kind: 'requested'; readonly reason: string | null }
  /** The reconnect policy will not try again, and `handleDisconnected` asked for nothing. */
  | { readonly kind: 'gaveUp'; readonly close: Close }
  /** An error escaped a callback: a `CallbackError`, whose `cause` is what was thrown. */
  | { readonly kind: 'crashed'; readonly error: unknown };
