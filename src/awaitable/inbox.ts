/** What may be asked of messages that come: one inbox, and whoever takes a message first has it. */

import type { Duration } from '../policy/duration.js';
import type { Match } from '../protocol/pattern.js';

export type WaitOptions = {
  /** Then `PHX_RECEIVE_TIMEOUT`; false: never. Default `timeouts.receive`. */
  readonly timeout?: Duration | false;
  /** Ends the wait when it aborts: it rejects with the signal's `reason`. */
  readonly signal?: AbortSignal;
};

type OfEvent<M, E> = M extends { readonly event: E }
  ? M
  : M extends { readonly event: infer N }
    ? string extends N
      ? M & { readonly event: E }
      : never
    : never;
type PayloadIn<M> = M extends { readonly payload: infer P } ? P : never;

/**
 * Messages that nobody has taken wait, in order of arrival, also while nobody reads: at most `inbox.messages` of each topic, then
 * its oldest go and are counted (`dropped`). Those of a channel that was given up wait for its own readers only. No message is given twice. Who waits on the channel is asked before who waits on
 * the socket, and of several whoever has waited longest.
 */
export interface Inbox<M extends { readonly event: string }> {
  /**
   * Takes the first message that matches, of those that wait or of those to come, and leaves the others in their order. A wait
   * survives losses and rejoins. It rejects with a `WaitError`: `PHX_RECEIVE_TIMEOUT`, or `PHX_CLOSED` as soon as no message can come
   * any more; with the reason of its `signal`; or with what a function of its own throws.
   */
  receive(options?: WaitOptions): Promise<M>;
  receive<E extends M['event']>(
    event: E,
    match?: Match<PayloadIn<OfEvent<M, E>>>,
    options?: WaitOptions,
  ): Promise<OfEvent<M, E>>;
  receive(match: (message: M) => boolean, options?: WaitOptions): Promise<M>;
  /**
   * Takes message after message, without a deadline. Ends when the channel was left or the socket was closed on request, and
   * throws `PHX_CLOSED` when either was given up.
   */
  messages(): AsyncIterableIterator<M, undefined>;
  messages<E extends M['event']>(event: E): AsyncIterableIterator<OfEvent<M, E>, undefined>;
  /** Takes all that waits, at once. */
  flush(): readonly M[];
  /** How many messages were lost because too many waited. */
  readonly dropped: number;
}
