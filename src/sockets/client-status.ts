/** How a client stands, and why it stopped: what its handle shows to others. */

import type { ChannelStatus } from '../channel/channel.js';
import type { Close } from '../protocol/close.js';

/** What a client is doing now. */
export type ClientStatus = {
  /** The best of its sockets; `draining` and `stopped` overrule that. */
  readonly state:
    | 'connecting'
    | 'connected'
    | 'backingOff'
    | 'disconnected'
    | 'draining'
    | 'stopped';
  readonly since: Date;
  /** Failures in a row. */
  readonly attempt: number;
  /** How the newest session ended; null before any did. */
  readonly close: Close | null;
  /** By topic: all that are wanted, and those that are being left. */
  readonly channels: ReadonlyMap<string, ChannelStatus>;
};

/** Why a worker stopped: what `terminate` and `client.stopped` are told. */
export type StopReason =
  /** Somebody called `stop`, whose reason it is, or null; or `drain`: then it is `drained`. */
  | { readonly kind: 'requested'; readonly reason: string | null }
  /** The reconnect policy will not try again, and `handleDisconnected` asked for nothing. */
  | { readonly kind: 'gaveUp'; readonly close: Close }
  /**
   * An error escaped a callback: a `CallbackError`, whose `cause` is what was thrown. Or the store of confirmed pushes cannot be
   * opened: a `StoreError`.
   */
  | { readonly kind: 'crashed'; readonly error: unknown };
