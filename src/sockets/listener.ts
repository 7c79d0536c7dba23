/** What a client's sockets have to tell, and whom they tell. */

import type { ChannelListener } from '../channel/hub.js';
import type { Close } from '../protocol/close.js';

export type ConnectedFact = {
  /** Which dial in a row succeeded, from 1. */
  readonly attempt: number;
  /** The name of the transport. */
  readonly transport: string;
};

export type DisconnectedFact = {
  readonly close: Close;
  /** Failures in a row, from 1; 0 after a useful life that ended by request. */
  readonly attempt: number;
  /** Milliseconds until the next dial; null when the policy will not try again. */
  readonly retryIn: number | null;
};

/** Whom a client's sockets tell: the worker's mailbox, or the awaitable API. Must not throw. */
export interface SocketsListener extends ChannelListener {
  /** What waits for the worker, for gauges to read: messages and facts now, and messages shed since the start. */
  readonly inbox?: { readonly depth: number; readonly shed: number };
  connected(fact: ConnectedFact): void;
  disconnected(fact: DisconnectedFact): void;
}
