/** What a client's sockets have to tell, and whom they tell. */

import type { ChannelListener } from '../channel/hub.js';
import type { DisconnectedFact } from '../policy/facts.js';

export type ConnectedFact = {
  /** Which dial in a row succeeded, from 1. */
  readonly attempt: number;
  /** The name of the transport. */
  readonly transport: string;
};

/** Whom a client's sockets tell: the worker's mailbox, or the awaitable API. Must not throw. */
export interface SocketsListener extends ChannelListener {
  /** What waits for the worker, for gauges to read: messages and facts now, and messages shed since the start. */
  readonly inbox?: { readonly depth: number; readonly shed: number };
  connected(fact: ConnectedFact): void;
  disconnected(fact: DisconnectedFact): void;
}
