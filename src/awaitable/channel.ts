/** One topic, as a script sees it: joined, and wanted until it is left. */

import type { ChannelStatus } from '../channel/channel.js';
import type { Presence } from '../channel/presence.js';
import type { Push } from '../channel/push-request.js';
import type {
  ContractOf,
  JoinResponse,
  Message,
  Meta,
  PushName,
  PushReply,
  PushRest,
  Topic,
  Untyped,
} from '../contract.js';
import type { Inbox } from './inbox.js';

export interface Channel<C extends ContractOf<C> = Untyped, T extends string = Topic<C>>
  extends Inbox<Message<C, T>> {
  readonly topic: T;
  /** What the server answered to the latest join: a rejoin replaces it. */
  readonly response: JoinResponse<C, T>;
  /** As it is now: a new object each time. `gap` says whether messages may have been missed before the latest join. */
  readonly status: ChannelStatus;
  /**
   * The present status, then the newest whenever it has changed; changes of one turn of the event loop are one. Ends when
   * the channel is closed.
   */
  changes(): AsyncIterableIterator<ChannelStatus, undefined>;
  /**
   * Pushes an event, at most once. Never throws for the network's sake: ask the push what became of it (`sent`, `reply`, `ok`,
   * `outcome`), or do not. While the channel is not joined it waits, at most `ttl`. Throws `PHX_ENCODING` and
   * `PHX_BAD_OPTION`.
   */
  push<E extends PushName<C, T>>(event: E, ...rest: PushRest<C, T, E>): Push<PushReply<C, T, E>>;
  /** Who is there, and who comes and goes, by what Phoenix.Presence says. Empty when the channel was left. */
  readonly presence: Presence<Meta<C, T>>;
  /**
   * No longer wants the topic: waits of this channel end at once (`PHX_CLOSED`), and messages that nobody has taken are gone. Resolves
   * when the server has replied; rejects with `PHX_LEAVE_TIMEOUT` without one, and the topic is left all the same.
   */
  leave(): Promise<void>;
}
