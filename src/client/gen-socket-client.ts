/** The behaviour: the callbacks that a worker implements, and the commands that it may give. */

import type { Presence } from '../channel/presence.js';
import type { Join, Leave } from '../channel/requests.js';
import type { Pending, Push } from '../channel/push-request.js';
import { type PhoenixSocketError, UsageError } from '../errors.js';
import type { Duration } from '../policy/duration.js';
import type { Endpoint } from '../protocol/endpoint.js';
import { refuseNearCallbacks, requireCallable } from './callback-names.js';
import type { Client } from './handle.js';
import { type ClientOptions, startClient } from './start.js';
import type {
  contract,
  ContractOf,
  Gap,
  Joined,
  JoinResponse,
  JoinRest,
  Message,
  Meta,
  PresenceChanged,
  PushName,
  PushReply,
  PushRest,
  Topic,
  Untyped,
} from '../contract.js';
import type {
  ChannelClosed,
  Connected,
  Disconnected,
  JoinFailed,
  PushFailed,
  Replied,
} from './facts.js';
import type { StopReason } from '../sockets/client-status.js';
import { Commands } from './commands.js';
import type { Timer } from './timers.js';

/** What a callback returns: nothing, at once or when its promise has settled. */
export type Result = void | Promise<void>;
export type MaybePromise<T> = T | Promise<T>;

/**
 * A worker. Subclass it, override the callbacks you need, and `start` it.
 *
 * Callbacks run one at a time, in the order in which things happened, and each is awaited if it returns a promise.
 * Nothing that a callback can await waits for another callback: awaited replies and joins settle beside the mailbox.
 * A failure of ours that escapes a callback (of a push, a join or a leave) is reported and the worker goes on; any other
 * error is the worker's own fault and ends it, unless `onCallbackError` says otherwise.
 *
 * Phoenix keeps no history: what was said while away is lost, and `handleJoined` says since when.
 *
 * Commands throw `PHX_NOT_STARTED` before `start`. After the stop those that begin something throw `PHX_STOPPED`; `disconnect`,
 * `leave` and `stop` then change nothing, and a push fails as never sent. The guide is docs/behaviour.md.
 */
export abstract class GenSocketClient<C extends ContractOf<C> = Untyped> {
  /** @internal */
  declare readonly [contract]?: C;
  readonly #commands = new Commands();

  /**
   * Starts the worker and returns at once: no callback has run yet. Throws `PHX_BAD_OPTION` for an option or a URL that cannot
   * be right, for no URL at all, for a callback that is no function, and for a method whose name is nearly that of a callback (`handleJoin`);
   * `PHX_ALREADY_STARTED` the second time. When it throws nothing has started.
   */
  start(options: ClientOptions = {}): Client<this> {
    refuseNearCallbacks(this, GenSocketClient.prototype);
    requireCallable(this, GenSocketClient.prototype);
    const base = GenSocketClient.prototype;
    return startClient(this, this.#commands, options, {
      init: this.init !== base.init,
      handlePresence: this.handlePresence !== base.handlePresence,
      handleReply: this.handleReply !== base.handleReply,
    });
  }

  /**
   * First of all. May join topics, and may return the endpoint to connect to, which goes over the option `url`. The worker
   * connects when it has ended (unless `autoConnect` is false), or when it awaits something of ours and there is a `url`.
   */
  init(): MaybePromise<Endpoint | undefined | void> {
    return undefined;
  }

  /** The first socket of the client is open, for the first time or again. */
  handleConnected(_connected: Connected): Result {
    return undefined;
  }

  /**
   * An attempt failed, or the connection was lost or ended. Its topics fell with it, and are told by nothing else. When `retryIn`
   * is null, nothing else is under way and this does not `connect`, a worker with a reconnect policy stops (`gaveUp`).
   */
  handleDisconnected(_disconnected: Disconnected): Result {
    return undefined;
  }

  /**
   * A join was accepted, for the first time or again. What is pushed to the topic in here goes out ahead of what waits in the
   * outbox, which follows when this has ended, awaits something of ours, or has taken 5 s.
   */
  handleJoined(_joined: Joined<C>): Result {
    return undefined;
  }

  /** A join was refused, crashed, timed out, or had no params. `retryIn` null: the topic is no longer wanted. */
  handleJoinError(_failed: JoinFailed<C>): Result {
    return undefined;
  }

  /**
   * The channel ended: left (also by `rejoin`), closed or crashed by the server, or unknown to it. Not called when the socket
   * falls. What was sent and not replied to has failed.
   */
  handleChannelClosed(_closed: ChannelClosed<C>): Result {
    return undefined;
  }

  /** Any message of the server that is not a reply. Of the present join only, but a broadcast cannot tell which that was. */
  handleMessage(_message: Message<C>): Result {
    return undefined;
  }

  /** A reply, of any status, to a push whose reply nobody had asked for when it arrived. */
  handleReply(_reply: Replied<C>): Result {
    return undefined;
  }

  /**
   * A push whose outcome nobody has asked for was never sent: `error` is a `PHX_PUSH_DROPPED`; or a confirmed one was given up. One
   * that was not confirmed, was sent and got no reply is only counted; one that was cancelled is told to nobody; of what a stop drops not every one is told.
   */
  handlePushError(_failed: PushFailed<C>): Result {
    return undefined;
  }

  /**
   * Who is there has changed. The first time the whole list, as `synced`; then who has joined, was updated and left; after a rejoin
   * first what is different, then `synced`. Waits and is shed as a message is: `handleGap` says so, and what is told here then lacks
   * something, which `presence(topic)` never does. By the time of the call that may be ahead of this.
   */
  handlePresence(_change: PresenceChanged<C>): Result {
    return undefined;
  }

  /**
   * The inbox overflowed while joined, and messages of this topic were shed: called where they would have been. What came after
   * them still follows, also when this calls `rejoin`. A gap from a lost connection comes with `handleJoined`.
   */
  handleGap(_gap: Gap<C>): Result {
    return undefined;
  }

  /** What somebody told by `client.notify(info)`, in its turn. */
  handleInfo(_info: unknown): Result {
    return undefined;
  }

  /**
   * What somebody asked by `client.call(request)`: what it returns, or what it awaits, is the answer. A `Pending` (a push, a
   * join, a `defer`) answers later without holding the mailbox. What it throws rejects that call and nothing else. Not called
   * for a call that has timed out before its turn.
   */
  handleCall(_request: unknown): unknown {
    throw new UsageError('PHX_BAD_OPTION', 'this worker answers no calls: override handleCall');
  }

  /**
   * About to stop, whatever the cause; last of all. The sockets are still open: after a stop it may push, and await the outcome,
   * within 5 s; after a drain all topics have been left.
   * What it throws is reported and changes nothing.
   */
  terminate(_reason: StopReason): Result {
    return undefined;
  }

  /**
   * Connects, at once or as soon as the policy's floor allows. To the endpoint that one is connected or connecting to
   * it does nothing; to another one it moves there, and takes the topics along. Throws `PHX_BAD_OPTION` for a bad endpoint, or
   * when there never was one.
   */
  protected connect(endpoint?: Endpoint): void {
    this.#commands.connect(endpoint);
  }

  /**
   * Ends the connection, or the attempts, until the next `connect`. Topics stay wanted. `handleDisconnected` follows when a
   * session was open or being opened.
   */
  protected disconnect(): void {
    this.#commands.disconnect();
  }

  /** Stops the worker after the present callback; those that wait are not called, `terminate` follows. */
  protected stop(reason?: string): void {
    this.#commands.stop(reason);
  }

  /**
   * Wants the topic, connected or not, until it is left or its policy ends it: it is joined again after every loss.
   * Wanting it twice only replaces the params (of joins to come) and the options given. Params may be a function, asked before
   * each join. The answer settles with the first join's outcome: a `JoinError`, after which the topic stays wanted as long as its
   * policy says. Throws `PHX_BAD_OPTION`; what cannot be encoded in params fails the join with `PHX_JOIN_PARAMS`.
   */
  protected join<T extends Topic<C>>(topic: T, ...rest: JoinRest<C, T>): Join<JoinResponse<C, T>> {
    const [params, options] = rest as [unknown?, never?];
    return this.#commands.join(topic, params, options) as Join<JoinResponse<C, T>>;
  }

  /**
   * Leaves and joins again, asking for params afresh: the way to resynchronise. Messages of the topic that still wait are not
   * handled any more, and the gap that `handleJoined` is told begins with them. `handleChannelClosed` tells of the leave and
   * `handleJoined`, with a gap, of the join; what waits in the outbox waits on, what was sent and not replied to is lost. A topic that is not joined at present is joined
   * when its turn or its delay comes, as without this; of one that is not wanted the join fails with `PHX_JOIN_LOST`.
   */
  protected rejoin<T extends Topic<C>>(topic: T): Join<JoinResponse<C, T>> {
    return this.#commands.rejoin(topic) as Join<JoinResponse<C, T>>;
  }

  /**
   * No longer wants the topic, connected or not. What waits in its outbox is dropped, and messages of it that still wait are not
   * handled any more. The answer settles when the server has
   * replied: without one within `timeouts.leave` it fails with `PHX_LEAVE_TIMEOUT`, and the topic is left all the same.
   */
  protected leave(topic: Topic<C>): Leave {
    return this.#commands.leave(topic);
  }

  /**
   * Pushes an event, at most once, and never again by itself; at least once with `delivery: 'confirmed'`. Never throws for the network's sake: `PHX_ENCODING` and
   * `PHX_BAD_OPTION` are the caller's fault. To a topic that nobody wants it fails at once, with `delivered: 'no'`.
   * Without `delivery`, a push that cannot go out at once waits in the outbox, at most `ttl`: for the join, and while more
   * than 1 MiB waits to be written. Pushes of a topic go out in the order of the calls, those of `handleJoined` ahead of
   * what waited before it. Which push fails when the outbox is full, `outbox.whenFull` says.
   */
  protected push<T extends Topic<C>, E extends PushName<C, T>>(
    topic: T,
    event: E,
    ...rest: PushRest<C, T, E>
  ): Push<PushReply<C, T, E>> {
    const [payload, options] = rest as [unknown?, never?];
    return this.#commands.push(topic, event, payload, options) as Push<PushReply<C, T, E>>;
  }

  /** Whether the topic is joined now, which may be before `handleJoined` has told so. */
  protected joined(topic: Topic<C>): boolean {
    return this.#commands.joined(topic);
  }

  /**
   * Who is there, as Phoenix.Presence says on this topic: right whatever was shed, and maybe ahead of `handlePresence`. A view that
   * goes with the topic: of one that nobody wants it is empty, and stays so when the topic is joined later. Ask for it when it is needed.
   */
  protected presence<T extends Topic<C>>(topic: T): Presence<Meta<C, T>> {
    return this.#commands.presence(topic) as Presence<Meta<C, T>>;
  }

  /**
   * Runs `turn` once, as a turn of the mailbox, when `delay` has passed. Cancelled when a stop or a drain begins; started after
   * that it never runs. Throws `PHX_BAD_OPTION`.
   */
  protected after(delay: Duration, turn: () => unknown): Timer {
    return this.#commands.after(delay, turn);
  }

  /** The same again and again; a turn that is due while the last one waits or runs is left out. The first comes after `interval`. */
  protected every(interval: Duration, turn: () => unknown): Timer {
    return this.#commands.every(interval, turn);
  }

  /**
   * Runs `work` beside the mailbox, at once. A stop aborts its signal and waits for it, up to 5 s; a drain waits within its grace.
   * What it throws goes where a callback's error goes (also when it was aborted), unless somebody has asked for the outcome:
   * there an error of ours comes as it is, any other as the `cause` of a `PHX_CALLBACK_FAILED`.
   */
  protected defer<R>(work: (signal: AbortSignal) => Promise<R>): Pending<R, PhoenixSocketError> {
    return this.#commands.defer(work);
  }
}
