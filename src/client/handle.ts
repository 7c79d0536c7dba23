/** What others hold of a running worker: everything they ask goes through its mailbox. */

import type { ConfirmedPushes } from '../channel/confirmed-pushes.js';
import type { Pending } from '../channel/push-request.js';
import type { Duration } from '../policy/duration.js';
import type { Endpoint } from '../protocol/endpoint.js';
import type { ClientStatus, StopReason } from '../sockets/client-status.js';
import type { DrainOptions, DrainReport } from '../sockets/drain-terms.js';
import type { Transition } from '../sockets/timeline.js';
import type { Liveness } from './liveness.js';

/** The part of a worker that others may ask and tell. */
type Asked = { handleCall(request: never): unknown; handleInfo(info: never): unknown };
/** A worker of which nothing is known. */
type Anyone = { handleCall(request: unknown): unknown; handleInfo(info: unknown): unknown };

/** What `handleCall` returns, promises, or has pending. */
type Answer<W extends Asked> =
  Awaited<ReturnType<W['handleCall']>> extends infer R
    ? R extends Pending<infer P, infer _>
      ? P
      : R
    : never;

export interface Client<W extends Asked = Anyone> extends AsyncDisposable {
  /** As it is now: a new object each time. */
  readonly status: ClientStatus;
  /**
   * The present status, then the newest whenever it has changed: a slow reader misses what lay between, and changes of
   * one turn of the event loop are one. Ends when the worker has stopped.
   */
  changes(): AsyncIterable<ClientStatus>;
  /**
   * Asks `handleCall`, in its turn. Rejects with what that throws, `PHX_CALL_TIMEOUT` (default `timeouts.call`; a call that
   * is late before its turn is not handled any more), `PHX_MAILBOX_FULL`, `PHX_STOPPED`, or `PHX_BAD_OPTION` for its timeout. Not
   * for the worker itself: a callback that awaits it waits for its own end.
   */
  call(
    request: Parameters<W['handleCall']>[0],
    options?: { readonly timeout?: Duration },
  ): Promise<Answer<W>>;
  /** Tells `handleInfo`, in its turn, and does not wait for that. Throws `PHX_MAILBOX_FULL` or `PHX_STOPPED`. */
  notify(info: Parameters<W['handleInfo']>[0]): void;
  /**
   * Connects now, where `onUnauthorized` made it wait, or a back-off or `disconnect` does, as soon as the floors allow; asks `credentials`
   * anew. To the endpoint that it is connected to it does nothing, to another one it moves, topics and all. Throws `PHX_BAD_OPTION` for a bad
   * endpoint, or when there never was one, and `PHX_STOPPED`.
   */
  connect(endpoint?: Endpoint): void;
  /** Resolves when it has stopped, with the reason; never rejects. */
  readonly stopped: Promise<StopReason>;
  /**
   * Lets the present callback end, calls `terminate`, and closes the sockets in good order. What is pending settles, turns that
   * wait are dropped. Of two stops the first reason stands. Async dispose does the same.
   * A callback, `terminate` or a transport that takes longer than 5 s is abandoned: so a callback that waits for this
   * waits 5 s for itself.
   */
  stop(reason?: string): Promise<StopReason>;
  /**
   * Stops when what is under way has settled: takes nothing new from outside and from the server, lets the pushes, what is
   * deferred and the turns that wait end, for at most `grace`; then leaves all topics and stops, for at most `force`. A
   * callback that waits for this waits for itself until then. `stop` overtakes it. Asked again, it answers the same. Throws
   * `PHX_BAD_OPTION`, and then it does not drain.
   */
  drain(options?: DrainOptions): Promise<DrainReport>;
  /**
   * Whether a restart would help: not whether the server is there. A worker that waits for its server, for its token or for a
   * back-off of minutes is alive. Watches the event loop from the first time it is asked. `LivenessPolicy` has the limits.
   */
  liveness(): Liveness;
  /** The confirmed pushes that wait for their replies: to be looked at, and taken back. */
  readonly confirmed: ConfirmedPushes;
  /** What sockets and channels went through lately, the oldest first; at most 256. */
  timeline(): readonly Transition[];
}
