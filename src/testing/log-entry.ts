/** What a double's log tells: one kind for each thing that may happen at the server. */

import { inspect } from 'node:util';
import type { ServerMessage } from './server-message.js';

/** Why a channel ended. */
export type EndCause =
  /** By its client. */
  | 'left'
  /** By itself or by the test, in order: `phx_close`. */
  | 'stopped'
  /** `phx_error`. */
  | 'crashed'
  /** The client joined its topic again. */
  | 'replaced'
  /** Its socket closed. */
  | 'disconnected';

type OnTopic = { readonly topic: string };

/** With the JSON type that the client gave it. */
type UnderJoin = OnTopic & { readonly joinRef: unknown };

type WithPayload = { readonly event: string; readonly payload: unknown };

export type ServerFact =
  /** An upgrade was asked for. `path` has the query string. */
  | { readonly kind: 'dialed'; readonly path: string }
  /** The dial was answered with this HTTP status; one that stalls is neither refused nor opened. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'opened'; readonly params: { readonly [name: string]: unknown } }
  /** Any message of a client: joins, leaves and heartbeats as well, and what is ignored as stale. */
  | ({ readonly kind: 'received'; readonly ref: unknown } & UnderJoin & WithPayload)
  /** The answer to the message of that event. */
  | ({
      readonly kind: 'replied';
      readonly event: string;
      readonly ref: unknown;
      readonly status: string;
      readonly response: unknown;
    } & UnderJoin)
  /** To this socket only; `phx_close` and `phx_error` as well, whose ref is their join_ref. */
  | ({ readonly kind: 'pushed'; readonly ref: unknown } & UnderJoin & WithPayload)
  /** To this socket among others: there is one entry for each that is a member. */
  | ({ readonly kind: 'broadcast' } & OnTopic & WithPayload)
  /** Comes after the reply. */
  | ({ readonly kind: 'joined'; readonly params: unknown } & UnderJoin)
  /** For whatever reason: by its channel, by a crash of it, without a channel for the topic, or as one too many. */
  | ({
      readonly kind: 'joinRefused';
      readonly params: unknown;
      readonly response: unknown;
    } & UnderJoin)
  /** What was joined ends once. */
  | ({ readonly kind: 'ended'; readonly cause: EndCause } & UnderJoin)
  /**
   * The last of its socket. The code is that of the Close frame that came or went first: 1005 when it had none, 1006
   * when there was no such frame.
   */
  | { readonly kind: 'closed'; readonly code: number };

/** `at` is in milliseconds, as `Date.now()`. `socket` counts the dials from 1, and what becomes of each keeps its number. */
export type LogEntry = { readonly at: number; readonly socket: number } & ServerFact;

export type LogKind = LogEntry['kind'];

export type EntryOf<K extends LogKind> = Extract<LogEntry, { readonly kind: K }>;

/** How Node shows params and presences, which have none so that any key is safe. */
const NO_PROTOTYPE = '[Object: null prototype] ';

export type Note = (fact: ServerFact) => void;

export function factOf(message: ServerMessage): ServerFact {
  switch (message.kind) {
    case 'reply':
      return { ...message, kind: 'replied' };
    case 'push':
      return { ...message, kind: 'pushed' };
    case 'broadcast':
      return message;
  }
}

/** Everything as it is, cut where it is long. */
export function lineOf({ at, socket, kind, ...rest }: LogEntry): string {
  const shown = inspect(rest, { depth: 5, breakLength: Infinity, maxStringLength: 200 });
  const plain = shown.replaceAll(NO_PROTOTYPE, '');
  return `${new Date(at).toISOString()} socket ${socket} ${kind} ${plain}`;
}
