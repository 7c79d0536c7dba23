/** What a test writes to play a channel: its callbacks, what they are given, and the answers they may give. */

import type { PresenceState } from './presences.js';

/** A channel of the double. Channels handle their own events in order and wait for no other channel. */
export type ChannelDouble = {
  /**
   * What it returns (or resolves to) is the join's response, `{}` when undefined. `channel.refuse(…)` refuses;
   * any other throw is answered "join crashed". Until it is done its socket reads and answers nothing.
   */
  join?(params: unknown, channel: ServerChannel): unknown;
  /** Runs after the join reply, where Phoenix code sends itself `:after_join`: the place for a first push. */
  joined?(channel: ServerChannel): unknown;
  /**
   * By event. What a handler returns (or resolves to) is its ok reply, `{}` when undefined, unless it is `noReply` or
   * `reply(…)`; a throw crashes the channel, and so does an event without a handler, as in Phoenix.
   */
  handle?: {
    readonly [event: string]: (
      payload: unknown,
      channel: ServerChannel,
      push: HandledPush,
    ) => unknown;
  };
  /** The channel's process ended, however it did, a refused join included: stop timers here. */
  leave?(channel: ServerChannel): void;
};

/** Topic pattern to channel: an exact topic, or a prefix with a trailing `*`. The first that matches wins. */
export type ChannelTable = { readonly [pattern: string]: ChannelDouble };

/** One membership of one topic by one socket. */
export interface ServerChannel {
  readonly topic: string;
  /** The payload of the join. */
  readonly params: unknown;
  /** The params that the socket connected with. */
  readonly connectParams: { readonly [name: string]: unknown };
  /** Aborted when the channel's process ended. */
  readonly signal: AbortSignal;
  /** To this socket only. Throws inside `join`, as Phoenix does; lost when the channel has ended. */
  push(event: string, payload: unknown): void;
  /** To every member of the topic, this one included. */
  broadcast(event: string, payload: unknown): void;
  /** To every member of the topic but this one. */
  broadcastFrom(event: string, payload: unknown): void;
  /**
   * Makes the channel present under the key, as Phoenix.Presence does; other channels may be under the same key. Like
   * `update` and `untrack` it broadcasts one `presence_diff` to the topic. Whatever ends the channel untracks all its
   * keys, in one diff; afterwards these three do nothing. Throws for a key that this channel tracks already, and for a
   * meta that is no JSON object.
   */
  track(key: string, meta: object): void;
  /** Replaces the meta: in the diff the new one joins and the old one leaves. Throws for a key that is not tracked. */
  update(key: string, meta: object): void;
  /** Of a key that this channel does not track it does nothing. */
  untrack(key: string): void;
  /** Who is present on the topic, by whatever channel: what an application pushes as `presence_state`. */
  presences(): PresenceState;
  /** Answers the join, or the push being handled, with an error. */
  refuse(response: unknown): never;
  /** Ends the channel after what it is handling: `error` is a crash for the client, the others an orderly close. */
  stop(reason: 'normal' | 'shutdown' | 'error'): void;
  /** The "disconnect" broadcast to the socket's id (`users:` and the connect param `uid`): close code 1001. */
  disconnectSocket(): void;
  /** Kills the socket's process: the connection is cut without a Close frame. */
  killTransport(): void;
}

/** The push being handled. */
export interface HandledPush {
  readonly topic: string;
  readonly event: string;
  /** With the JSON type that the client gave it. */
  readonly ref: unknown;
  /** Replies now or later, any number of times; lost when the channel has ended. */
  reply(status: string, response?: unknown): void;
}

/** What a channel's callback threw, or that it has no handler for an event. */
export type ChannelCrash = { readonly topic: string; readonly error: unknown };

/** Returned by a handler that does not reply. */
export const noReply: unique symbol = Symbol('noReply');

/** Returned by a handler that replies with a status of its own. */
export function reply(status: string, response: unknown = {}): Reply {
  return new Reply(status, response);
}

export class Reply {
  readonly status: string;
  readonly response: unknown;

  constructor(status: string, response: unknown) {
    this.status = status;
    this.response = response;
  }
}

/** What `refuse` throws. */
export class Refused extends Error {
  readonly response: unknown;

  constructor(response: unknown) {
    super('refused by the channel');
    this.response = response;
  }
}

const CALLBACKS = ['join', 'joined', 'leave'];

/** Throws for a callback that would never be called: JavaScript is not told by its compiler. */
export function requireChannels(table: ChannelTable): void {
  for (const [pattern, channel] of Object.entries(table)) requireChannel(pattern, channel);
}

function requireChannel(pattern: string, { handle = {}, ...callbacks }: ChannelDouble): void {
  const unknown = Object.keys(callbacks).find((name) => !CALLBACKS.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(
      `${pattern} has no ${unknown}: choose from ${CALLBACKS.join(', ')}, handle`,
    );
  }
  const given: readonly [string, unknown][] = Object.entries({ ...callbacks, ...handle });
  const [name] = given.find(([, callback]) => typeof callback !== 'function') ?? [];
  if (name !== undefined) throw new TypeError(`${name} of ${pattern} is no function`);
}

/** Whether a pattern of the table covers a topic. */
export function matches(pattern: string, topic: string): boolean {
  return pattern.endsWith('*') ? topic.startsWith(pattern.slice(0, -1)) : pattern === topic;
}
