/** What a policy is shown, and then the worker: why something failed, and when it is tried again. */

import type { JoinError } from '../errors.js';
import type { Close } from '../protocol/close.js';

export type DisconnectedFact = {
  readonly close: Close;
  /** Failures in a row, from 1; 0 after a useful life that ended by request. */
  readonly attempt: number;
  /** Milliseconds until the next dial; null when the policy will not try again. */
  readonly retryIn: number | null;
};

export type JoinFailedFact = {
  readonly topic: string;
  readonly error: JoinError;
  /** Failures in a row, from 1. */
  readonly attempt: number;
  /** Milliseconds until the next join; null when the policy will not try again. */
  readonly retryIn: number | null;
};

export type ChannelClosedFact = {
  readonly topic: string;
  /** `left`: by the worker. `closed`, `crashed`: by the server. `desync`: the server says that it knows no such membership. */
  readonly cause: 'left' | 'closed' | 'crashed' | 'desync';
  /** What came with `phx_close` or `phx_error`, usually `{}`. */
  readonly payload: unknown;
  /** Milliseconds until the next join; null when the topic was left, or the policy will not try again. */
  readonly retryIn: number | null;
};
