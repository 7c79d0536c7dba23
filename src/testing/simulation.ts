/** What a test that plays the server may do to a client, and expect of it. */

/// <reference lib="esnext.disposable" preserve="true" />

import type { Message, PushName, Topic, Untyped } from '../contract.js';
import type { Duration } from '../policy/duration.js';
import type { Close } from '../protocol/close.js';
import type { MemoryRefusal } from '../transport/memory-transport.js';
import type { PayloadPart } from './part-of.js';
import type { SimulatedClock } from './simulated-time.js';

/**
 * The server's side of a test. Await each verb: when it resolves, what it said is delivered and the worker has done
 * all that it can without time passing, 25 turns of the event loop in a row included. What a callback awaits from outside (a file, a database) takes
 * real time, which no verb waits for: await that in the test.
 *
 * `expect…` takes the first thing that matches and that nobody has claimed, leaves the others in order, and never waits: what
 * the client does only when time has passed needs `clock.advance`. When nothing matches it rejects with an `AssertionError` that lists
 * what is unclaimed, payloads and join params included, and says what to do. Payloads and params match when they have the fields given, at any depth.
 *
 * Heartbeats are answered by the simulation and are nothing to expect. A dial that was given up, and a join that was replaced by another one or lost
 * with its connection, are no longer there to be claimed.
 */
export interface Simulation<C = Untyped> extends AsyncDisposable {
  readonly clock: SimulatedClock;
  /** Lets the client in, and says with what it came. */
  acceptConnect(): Promise<AcceptedDial>;
  /** Answers the dial with an HTTP status. `headers` such as `retry-after` are seen by the client. */
  refuseConnect(answer: MemoryRefusal): Promise<void>;
  /** The topic is joined when this is replied to. */
  expectJoin(topic: Topic<C>, params?: PayloadPart): Promise<ServerJoin>;
  /** A push needs no reply. */
  expectPush<T extends Topic<C>>(
    topic: T,
    event: PushName<C, T>,
    payload?: PayloadPart,
  ): Promise<ServerPush>;
  /** Answers as Phoenix does: ok, and then the close of the channel. */
  expectLeave(topic: Topic<C>): Promise<void>;
  /**
   * The client ended a connection. `code` is 1006 when it did so without a Close frame. `cause` is always `requested`: why it did,
   * a server cannot see.
   */
  expectDisconnect(): Promise<Close>;
  /**
   * Lets time pass, none by default, in which the client does nothing but send heartbeats. Rejects at once when it does something, or
   * when something is unclaimed.
   */
  expectNothing(within?: Duration): Promise<void>;
  /** As `push(socket, event, payload)` in a channel. Rejects for a topic that is not joined. */
  pushMessage(message: Message<C>): Promise<void>;
  /** The channel's process dies: `phx_error`. Rejects for a topic that is not joined. */
  crash(topic: Topic<C>): Promise<void>;
  /** The channel stops in good order: `phx_close`. Rejects for a topic that is not joined. */
  close(topic: Topic<C>): Promise<void>;
  /** Ends every connection, with a Close frame if there is a `code`, else without a word (1006). Rejects when there is none. */
  disconnect(close?: Partial<Pick<Close, 'code' | 'reason'>>): Promise<void>;
  /** Stops the client, and lets the time pass that this takes. What is unclaimed does not matter any more. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a client dialled with. */
export type AcceptedDial = {
  /** With its params and `vsn`. */
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  /** Null: none was given. */
  readonly authToken: string | null;
};

/** A join, answered at most once. */
export interface ServerJoin {
  readonly topic: string;
  readonly params: unknown;
  /** Lets the client in. Default `{}`. Rejects for a second answer, and when the connection that brought it has ended. */
  reply(response?: unknown): Promise<void>;
  /** The same with an error. */
  refuse(response?: unknown): Promise<void>;
}

/** A push of the client, answered at most once, or not at all. */
export interface ServerPush {
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
  /** With status ok. Default `{}`. Rejects for a second answer, and when the channel or its connection has ended. */
  reply(response?: unknown): Promise<void>;
  /** The same with status error. */
  refuse(response?: unknown): Promise<void>;
}
