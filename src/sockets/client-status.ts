/** How a client stands, and why it stopped: what its handle shows to others. */

import type { ChannelStatus } from '../channel/channel.js';
import type { DisconnectedFact } from '../policy/facts.js';
import type { Close } from '../protocol/close.js';
import type { Settings } from './settings.js';

/** What a client is doing now. */
export type ClientStatus = {
  /** The best of its sockets; `draining` and `stopped` overrule that. */
  readonly state:
    | 'connecting'
    | 'connected'
    | 'backingOff'
    /** `credentials` threw `UnauthorizedError`: nothing is dialed until somebody connects; `close.error` is that error. */
    | 'unauthorized'
    | 'disconnected'
    | 'draining'
    | 'stopped';
  readonly since: Date;
  /** Failures in a row. */
  readonly attempt: number;
  /** How the newest session ended; null before any did. */
  readonly close: Close | null;
  /** The name of the transport in use; null: no socket is open. */
  readonly transport: string | null;
  /** By topic: all that are wanted, and those that are being left. */
  readonly channels: ReadonlyMap<string, ChannelStatus>;
};

/** Why a worker stopped: what `terminate` and `client.stopped` are told. */
export type StopReason =
  /** Somebody called `stop`, whose reason it is, or null; or `drain`: then it is `drained`. */
  | { readonly kind: 'requested'; readonly reason: string | null }
  /** The reconnect policy will not try again, and `handleDisconnected` asked for nothing. */
  | { readonly kind: 'gaveUp'; readonly close: Close }
  /** `credentials` threw this `UnauthorizedError`, and `onUnauthorized` is `stop`: no restart cures it. */
  | { readonly kind: 'unauthorized'; readonly error: unknown }
  /**
   * An error escaped a callback: a `CallbackError`, whose `cause` is what was thrown. Or the store of confirmed pushes cannot be
   * opened: a `StoreError`.
   */
  | { readonly kind: 'crashed'; readonly error: unknown };

/** Why a client that is at rest after this is over; null: it is not, because somebody else may connect it. */
export function endAfter(
  { close, retryIn }: DisconnectedFact,
  { reconnect, onUnauthorized }: Settings,
): StopReason | null {
  if (retryIn !== null || close.cause === 'requested' || !reconnect.enabled) return null;
  return close.cause === 'unauthorized' && onUnauthorized === 'wait' ? null : endBy(close);
}

export function endBy(close: Close): StopReason {
  const { cause, error } = close;
  return cause === 'unauthorized' ? { kind: 'unauthorized', error } : { kind: 'gaveUp', close };
}

/** What telemetry tells of it besides its kind: how the last session ended, or the code of the error. */
export function codeOf(reason: StopReason): string | null {
  switch (reason.kind) {
    case 'requested':
      return null;
    case 'gaveUp':
      return `${reason.close.status ?? reason.close.code}`;
    case 'unauthorized':
    case 'crashed': {
      const { error } = reason;
      return error instanceof Error && 'code' in error ? String(error.code) : null;
    }
  }
}
