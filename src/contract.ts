/**
 * Contracts: what the channels of a server say, as types, so that a mistake does not compile.
 *
 * A contract maps topic patterns (`'orders:*'`, exact or with a trailing star) to what that kind of channel says:
 * `join` is a function from params to response, each of `pushes` one from payload to reply, `events` maps names to payloads.
 */

import type { GapFact, JoinAttempt } from './channel/facts.js';
import type { PresenceChange } from './protocol/presence.js';
import type { JoinOptions, PushOptions } from './sockets/topic-commands.js';

/** Bounded by itself, so that interfaces will do and a misspelt part is caught. */
export type ContractOf<C> = { readonly [P in keyof C]: ChannelOf<C[P]> };
type ChannelOf<E> = {
  join?(params: never): unknown;
  pushes?: { readonly [N in keyof Part<E, 'pushes', object>]: (payload: never) => unknown };
  events?: object;
  presence?: object;
} & { readonly [K in Exclude<keyof E, 'join' | 'pushes' | 'events' | 'presence'>]: never };

/** The contract of who gives none: any topic, any event, `unknown` payloads. */
export type Untyped = {
  '*': {
    join(params?: unknown): unknown;
    pushes: { [event: string]: (payload?: unknown) => unknown };
    events: { [event: string]: unknown };
    presence: object;
  };
};

/** Under which a class keeps its contract, for the compiler alone. */
export declare const contract: unique symbol;
/** The contract of a worker or a socket. */
export type ContractIn<W> = W extends { readonly [contract]?: infer C }
  ? Exclude<C, undefined>
  : Untyped;

type Pattern<C> = keyof C & string;
type Matching<P extends string> = P extends `${infer Head}*` ? `${Head}${string}` : P;
/** Every topic that the contract allows. */
export type Topic<C = Untyped> = { [P in Pattern<C>]: Matching<P> }[Pattern<C>];

type Entry<C, T extends string> = T extends keyof C
  ? C[T]
  : { [P in Pattern<C>]: T extends Matching<P> ? C[P] : never }[Pattern<C>];
type Part<E, K extends string, Otherwise> = E extends { readonly [P in K]: infer V }
  ? V
  : Otherwise;
type Pushes<C, T extends string> = Part<Entry<C, T>, 'pushes', object>;
type Events<C, T extends string> = Part<Entry<C, T>, 'events', object>;
type JoinCall<C, T extends string> = Part<Entry<C, T>, 'join', (params?: unknown) => unknown>;
/** What each meta says that is tracked on the topic, beside its `phx_ref`. */
export type Meta<C, T extends string> =
  Entry<C, T> extends { readonly presence: infer M extends object } ? M : object;
type Returned<F> = F extends (...args: never) => infer R ? R : unknown;

/** Every event that may be pushed to the topic. */
export type PushName<C, T extends string> = keyof Pushes<C, T> & string;
/** Every event that the server may say on the topic. */
export type EventName<C, T extends string> = keyof Events<C, T> & string;
export type JoinResponse<C, T extends string> = Returned<JoinCall<C, T>>;
export type PushReply<C, T extends string, E> = E extends keyof Pushes<C, T>
  ? Returned<Pushes<C, T>[E]>
  : never;

/**
 * Params asked before every join and rejoin: the place for a cursor or a fresh token. Runs beside the mailbox,
 * within `timeouts.credentials`; what it throws is a `PHX_JOIN_PARAMS`.
 */
export type JoinParams<P> = (join: JoinAttempt) => P | Promise<P>;

/** The payload stands third whether or not it may be left out, so an option is never read as a payload. */
type PayloadThen<F, O> = F extends (...args: infer A) => unknown
  ? A extends readonly []
    ? [payload?: Record<string, never>, options?: O]
    : A extends readonly [infer P]
      ? [payload: P, options?: O]
      : A extends readonly [(infer P)?]
        ? [payload?: P, options?: O]
        : never
  : never;

export type PushRest<C, T extends string, E> = E extends keyof Pushes<C, T>
  ? PayloadThen<Pushes<C, T>[E], PushOptions>
  : never;

export type JoinRest<C, T extends string> =
  JoinCall<C, T> extends (...args: infer A) => unknown
    ? A extends readonly []
      ? [params?: Record<string, never>, options?: JoinOptions]
      : A extends readonly [infer P]
        ? [params: P | JoinParams<P>, options?: JoinOptions]
        : A extends readonly [(infer P)?]
          ? [params?: P | JoinParams<P>, options?: JoinOptions]
          : never
    : never;

/** A message of the server that is not a reply. A union over the contract: `event` tells the payload. */
export type Message<C = Untyped, T extends string = Topic<C>> = T extends unknown
  ? {
      [E in EventName<C, T>]: {
        readonly topic: T;
        readonly event: E;
        readonly payload: Events<C, T>[E & keyof Events<C, T>];
      };
    }[EventName<C, T>]
  : never;

/** Who is there has changed. `type` tells how. */
export type PresenceChanged<C = Untyped, T extends string = Topic<C>> = T extends unknown
  ? { readonly topic: T } & PresenceChange<Meta<C, T>>
  : never;

/** A join was accepted. `gap` is null unless messages may have been missed since the join before. */
export type Joined<C = Untyped, T extends string = Topic<C>> = T extends unknown
  ? { readonly topic: T; readonly response: JoinResponse<C, T>; readonly gap: Gap<C> | null }
  : never;

/** Messages may have been missed between these two points in time. */
export type Gap<C = Untyped> = Omit<GapFact, 'topic'> & { readonly topic: Topic<C> };

type On<F, P extends string> = F extends { readonly topic: infer T }
  ? T extends Matching<P>
    ? F
    : Matching<P> extends T
      ? F & { readonly topic: Matching<P> }
      : never
  : never;

/** Whether a fact is about a topic of this pattern; narrows it, which no comparison of topics can. */
export function onTopic<F extends { readonly topic: string }, P extends string>(
  fact: F,
  pattern: P,
): fact is F & On<F, P> {
  if (!pattern.endsWith('*')) return fact.topic === pattern;
  return fact.topic.startsWith(pattern.slice(0, -1));
}
