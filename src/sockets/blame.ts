/** What becomes of an error that escaped a callback: a failure of ours goes on, the worker's own fault ends it. */

import {
  CallbackError,
  hasCode,
  type JoinCode,
  type PushCode,
  type TransportCode,
  type WaitCode,
} from '../errors.js';
import type { Reporter } from '../telemetry/telemetry.js';
import { namedThrown } from '../telemetry/thrown.js';

/**
 * Default `stop`: a worker whose code fails is not trusted with the next message. A function must answer at once; when it throws,
 * or answers anything else, the worker stops.
 */
export type OnCallbackError = 'stop' | 'continue' | ((error: CallbackError) => 'stop' | 'continue');

/** What an await of ours throws: the network's fault or the server's, which the worker need not catch. */
const OURS: { readonly [C in PushCode | JoinCode | WaitCode | TransportCode]: true } = {
  PHX_PUSH_REFUSED: true,
  PHX_PUSH_TIMEOUT: true,
  PHX_PUSH_DROPPED: true,
  PHX_PUSH_LOST: true,
  PHX_PUSH_ABORTED: true,
  PHX_PUSH_PERSISTED: true,
  PHX_JOIN_REFUSED: true,
  PHX_JOIN_TIMEOUT: true,
  PHX_JOIN_LOST: true,
  PHX_JOIN_PARAMS: true,
  PHX_CHANNEL_CRASHED: true,
  PHX_LEAVE_TIMEOUT: true,
  PHX_CALL_TIMEOUT: true,
  PHX_RECEIVE_TIMEOUT: true,
  PHX_CLOSED: true,
  PHX_DIAL_FAILED: true,
  PHX_UPGRADE_REFUSED: true,
  PHX_CONNECT_TIMEOUT: true,
  PHX_CREDENTIALS_FAILED: true,
  PHX_CONNECTION_LOST: true,
};
const OUR_CODES = Object.keys(OURS) as (keyof typeof OURS)[];

export class Blame {
  readonly #policy: OnCallbackError;
  readonly #reporter: Reporter;
  #hasWarned = false;

  constructor(policy: OnCallbackError, reporter: Reporter) {
    this.#policy = policy;
    this.#reporter = reporter;
  }

  /** The error to stop for, or null to go on. */
  judge(callback: string, cause: unknown): CallbackError | null {
    const error = new CallbackError(callback, cause);
    const verdict = hasCode(cause, ...OUR_CODES) ? 'continue' : this.#verdict(error);
    this.#tell(error, verdict);
    return verdict === 'stop' ? error : null;
  }

  /** Something else stands in for what failed, or nobody waits for it: the worker goes on whatever `onCallbackError` says. */
  excuse(callback: string, cause: unknown): void {
    this.#tell(new CallbackError(callback, cause), 'continue');
  }

  /** Everything else of the worker waits for a callback that does not end. */
  slow(callback: string, ms: number): void {
    this.#reporter.fact('callback.slow', { callback, ms });
    if (!this.#reporter.isHeard) this.#warn(`${callback} has been running for ${ms} ms`);
  }

  #tell({ callback, message, cause }: CallbackError, verdict: 'stop' | 'continue'): void {
    const thrown = namedThrown(cause);
    this.#reporter.fact('callback.failed', { callback, verdict, error: message, thrown });
    // Not in the words of whoever threw: a parser's error quotes the payload.
    if (!this.#reporter.isHeard)
      this.#warn(`${callback} failed: ${thrown} (the worker: ${verdict})`);
  }

  /** Once: who wants to hear of each has telemetry. */
  #warn(message: string): void {
    if (!this.#hasWarned) process.emitWarning(message);
    this.#hasWarned = true;
  }

  #verdict(error: CallbackError): 'stop' | 'continue' {
    if (typeof this.#policy !== 'function') return this.#policy;
    try {
      // Whoever has no types may answer nothing, or a promise: only a plain word lets a failed worker go on.
      return this.#policy(error) === 'continue' ? 'continue' : 'stop';
    } catch {
      return 'stop';
    }
  }
}
