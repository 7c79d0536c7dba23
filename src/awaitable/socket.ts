/** A connected client as a script sees it: what is asked of it is awaited. */

import type { ConfirmedPushes } from '../channel/confirmed-pushes.js';
import type { ContractOf, JoinRest, Message, Topic, Untyped } from '../contract.js';
import type { Endpoint } from '../protocol/endpoint.js';
import type { ClientStatus, StopReason } from '../sockets/client-status.js';
import type { DrainOptions, DrainReport } from '../sockets/drain-terms.js';
import type { Transition } from '../sockets/timeline.js';
import type { Channel } from './channel.js';
import type { Inbox } from './inbox.js';

/**
 * It stays connected, and its channels joined, as the policies say, until it is closed: by `disconnect`, by `drain`, or because the
 * reconnect policy gives a connection up, be it one of several. Async dispose drains.
 */
export interface Socket<C extends ContractOf<C> = Untyped>
  extends Inbox<Message<C>>,
    AsyncDisposable {
  /** As it is now: a new object each time. */
  readonly status: ClientStatus;
  /**
   * The present status, then the newest whenever it has changed; changes of one turn of the event loop are one. Ends when
   * the socket is closed.
   */
  changes(): AsyncIterableIterator<ClientStatus, undefined>;
  /**
   * Joins the topic. The first failure rejects, with a `JoinError`, and then the topic is no longer wanted; once it has been joined it is
   * joined again after every loss. A topic that is joined already gives the same channel, and new params for joins to come.
   * Rejects with `PHX_STOPPED` when the socket is closing, and with `PHX_BAD_OPTION`.
   */
  join<T extends Topic<C>>(topic: T, ...rest: JoinRest<C, T>): Promise<Channel<C, T>>;
  /**
   * Connects now, where `onUnauthorized` made it wait or a back-off does, as soon as the floors allow; asks `credentials` anew. To
   * the endpoint that it is connected to it does nothing, to another one it moves. Throws `PHX_BAD_OPTION`, and `PHX_STOPPED` when it closes.
   */
  connect(endpoint?: Endpoint): void;
  /** Closes for good: what is pending settles, waits end with `PHX_CLOSED`. Resolves when the connection is gone; never rejects. */
  disconnect(): Promise<void>;
  /**
   * Closes when what is under way has settled: takes no pushes and no joins any more, waits for the pushes, at most `grace` (for those that nobody has asked about only until they were sent); then leaves all
   * topics and closes, for at most `force`. Asked again, it answers the same. Rejects with `PHX_BAD_OPTION`, and then it does not drain.
   */
  drain(options?: DrainOptions): Promise<DrainReport>;
  /** Resolves when it is closed, with the reason; never rejects. */
  readonly closed: Promise<StopReason>;
  /** The confirmed pushes that wait for their replies: to be looked at, and taken back. */
  readonly confirmed: ConfirmedPushes;
  /** What sockets and channels went through lately, the oldest first; at most 256. */
  timeline(): readonly Transition[];
}
