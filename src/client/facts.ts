/** What the callbacks are given, seen through a contract. */

import type { PushFailedFact, RepliedFact } from '../channel/facts.js';
import type { ChannelClosedFact, DisconnectedFact, JoinFailedFact } from '../policy/facts.js';
import type { ConnectedFact } from '../sockets/listener.js';
import type { Topic, Untyped } from '../contract.js';

/** A socket is open: `attempt` is 1 for the first dial. */
export type Connected = ConnectedFact;
/** Why a session ended, and when the next one is tried. `retryIn` is null when the policy will not try again. */
export type Disconnected = DisconnectedFact;
/** Why a join failed, and when the next one is tried. */
export type JoinFailed<C = Untyped> = Omit<JoinFailedFact, 'topic'> & { readonly topic: Topic<C> };
/** Why a membership ended, and when the next join is tried. */
export type ChannelClosed<C = Untyped> = Omit<ChannelClosedFact, 'topic'> & {
  readonly topic: Topic<C>;
};
/** A reply that nobody had asked for: `ref` says which push it answers. */
export type Replied<C = Untyped> = Omit<RepliedFact, 'topic'> & { readonly topic: Topic<C> };
/** A push that was never sent, or a confirmed one that was given up, and whose outcome nobody had asked for. */
export type PushFailed<C = Untyped> = Omit<PushFailedFact, 'topic'> & { readonly topic: Topic<C> };
