/** Requests from outside that wait for the worker's answer, each with its deadline. */

import type { Clock } from '../clock.js';
import { UsageError, WaitError } from '../errors.js';
import { type Duration, milliseconds } from '../policy/duration.js';
import { requireOptions } from '../sockets/option-names.js';
import type { Reporter } from '../telemetry/telemetry.js';

export type CallOptions = { readonly timeout?: Duration };

export class Call {
  readonly request: unknown;
  readonly answer: Promise<unknown>;
  #resolve: (answer: unknown) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #isSettled = false;
  readonly #settled: (call: Call) => void;

  constructor(request: unknown, settled: (call: Call) => void) {
    this.request = request;
    this.#settled = settled;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether somebody still waits for the answer. */
  get isOpen(): boolean {
    return !this.#isSettled;
  }

  succeed(answer: unknown): void {
    if (this.#settle()) this.#resolve(answer);
  }

  /** False when nobody waits any more. */
  fail(error: unknown): boolean {
    if (!this.#settle()) return false;
    this.#reject(error);
    return true;
  }

  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#settled(this);
    return true;
  }
}

export class Calls {
  readonly #clock: Clock;
  readonly #timers = new Map<Call, unknown>();
  readonly #reporter: Reporter;

  constructor(clock: Clock, reporter: Reporter) {
    this.#clock = clock;
    this.#reporter = reporter;
  }

  make(request: unknown, timeout: number): Call {
    const call = new Call(request, (settled) => {
      this.#clock.clearTimeout(this.#timers.get(settled));
      this.#timers.delete(settled);
    });
    const timer = this.#clock.setTimeout(() => {
      call.fail(tooLate(timeout));
      this.#reporter.fact('call.timeout', { ms: timeout });
    }, timeout);
    this.#timers.set(call, timer);
    return call;
  }

  /** The worker has stopped: nobody will answer. */
  stop(): void {
    for (const call of this.#timers.keys()) {
      call.fail(new UsageError('PHX_STOPPED', 'call: the worker stopped before it answered'));
    }
  }
}

/** Milliseconds. Throws `PHX_BAD_OPTION`. */
export function callTimeout(options: CallOptions, otherwise: number): number {
  requireOptions(options, ['timeout']);
  return milliseconds('timeout', options.timeout ?? otherwise);
}

export function tooLate(timeout: number): WaitError {
  return new WaitError(
    'PHX_CALL_TIMEOUT',
    `call: no answer within ${timeout} ms: a callback is busy, or what answers is`,
  );
}
