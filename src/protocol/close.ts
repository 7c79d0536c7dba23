/** Why a session ended: plain data that a policy can judge and a log line can carry. */

export type CloseCause =
  /** The server closed, or the connection ended without a Close frame (code 1006). */
  | 'peer'
  /** Name look-up, TCP or TLS failed. */
  | 'network'
  /** The upgrade was answered with an HTTP status other than 101, or a request of a long poll with one other than 200. */
  | 'refused'
  /** The proxy refused (`status` is its own), or could not be reached or used. */
  | 'proxy'
  /** `credentials` or its deadline failed: nothing was dialed. */
  | 'credentials'
  /** `credentials` threw `UnauthorizedError`: nobody dials until somebody connects. */
  | 'unauthorized'
  | 'connectTimeout'
  | 'heartbeatTimeout'
  /** Bytes were waiting to be written and none left within the deadline. */
  | 'writeTimeout'
  /** More messages waited for the worker than `inbox` allows, and its `whenFull` is `disconnect`. */
  | 'inboxFull'
  /** A good connection gave way to a new one; `reason` says why. No failure. */
  | 'renewed'
  /** This side asked for it. */
  | 'requested';

/** How a session ended. `error` and `response` are as they came: log them with care. */
export type Close = {
  readonly cause: CloseCause;
  /** The WebSocket close code: 1006 when there was no Close frame. By long poll one of those that phoenix.js has for it. */
  readonly code: number;
  /** In the words of the peer, or in ours; may be empty. */
  readonly reason: string;
  /** The HTTP status, when the upgrade was refused, or the proxy's when it refused. */
  readonly status: number | null;
  /** What came with a refused upgrade: lower-case header names, and at most 1 KiB of the body. */
  readonly response?: {
    readonly headers: { readonly [name: string]: string };
    readonly body: string;
  };
  /** What was thrown, when something was. */
  readonly error?: unknown;
};

/** A session that ended without a Close frame and without an HTTP answer. */
export function lost(cause: CloseCause, reason: string, error?: unknown): Close {
  const close = { cause, code: 1006, reason, status: null };
  return error === undefined ? close : { ...close, error };
}
