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
  readonly cause: 'left' | 'closed' | 'crashed' | 'desync';
  readonly payload: unknown;
  readonly retryIn: number | null;
};
