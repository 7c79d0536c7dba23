/** What a client's sockets have to tell, and whom they tell. */

import type { ChannelListener } from '../channel/hub.js';
import type { DisconnectedFact } from '../policy/facts.js';

export type { DisconnectedFact } from '../policy/facts.js';

export type ConnectedFact = {
  /** Which dial in a row succeeded, from 1. */
  readonly attempt: number;
  /** The name of the transport. */
  readonly transport: string;
};

/** Whom a client's sockets tell: the worker's mailbox, or the awaitable API. Must not throw. */
export interface SocketsListener extends ChannelListener {
  connected(fact: ConnectedFact): void;
  disconnected(fact: DisconnectedFact): void;
}
