/** Work that runs beside the mailbox, and that the stop waits for. */

import type { Pending } from '../channel/push-request.js';
import { type Outcome, Settlement } from '../channel/settlement.js';
import { CallbackError, PhoenixSocketError } from '../errors.js';

/** What deferred work needs of its client. */
export interface DeferOwner {
  /** Somebody waits for the outcome: callbacks must not wait for each other. */
  awaited(): void;
  /** It failed, and nobody had asked. */
  escaped(callback: 'defer', cause: unknown): void;
}

export class Deferred {
  readonly #owner: DeferOwner;
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();

  constructor(owner: DeferOwner) {
    this.#owner = owner;
  }

  run<R>(work: (signal: AbortSignal) => Promise<R>): Pending<R, PhoenixSocketError> {
    const request = new DeferredRequest<R>(this.#owner);
    const running = this.#finish(work, request).then(() => {
      this.#running.delete(running);
    });
    this.#running.add(running);
    return request;
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Resolves when nothing runs any more. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Tells what runs that nobody waits for long any more. */
  abort(): void {
    this.#abort.abort();
  }

  async #finish<R>(
    work: (signal: AbortSignal) => Promise<R>,
    request: DeferredRequest<R>,
  ): Promise<void> {
    try {
      request.settle({ ok: true, response: await work(this.#abort.signal) });
    } catch (error) {
      // Work that throws at once does so before its caller can have asked.
      await Promise.resolve();
      request.settle({ ok: false, error: named(error) });
      if (!request.asked && !this.#isOfTheStop(error)) this.#owner.escaped('defer', error);
    }
  }

  /** Work that was told to end, and ends by the abort that told it, has done as it should. */
  #isOfTheStop(error: unknown): boolean {
    const { signal } = this.#abort;
    return signal.aborted && (error === signal.reason || isAbort(error));
  }
}

class DeferredRequest<R> implements Pending<R, PhoenixSocketError> {
  readonly #settlement = new Settlement<R, PhoenixSocketError>();
  readonly #owner: DeferOwner;

  constructor(owner: DeferOwner) {
    this.#owner = owner;
  }

  get asked(): boolean {
    return this.#settlement.asked;
  }

  ok(): Promise<R> {
    this.#owner.awaited();
    return this.#settlement.ok();
  }

  outcome(): Promise<Outcome<R>> {
    this.#owner.awaited();
    return this.#settlement.outcome();
  }

  settle(outcome: Outcome<R>): void {
    this.#settlement.settle(outcome);
  }
}

/** One of ours as it is; anything else as the cause of one of ours. */
function named(error: unknown): PhoenixSocketError {
  return isOurs(error) ? error : new CallbackError('defer', error);
}

/** Anything may be thrown, also what cannot be looked at. */
function isOurs(error: unknown): error is PhoenixSocketError {
  try {
    return error instanceof PhoenixSocketError;
  } catch {
    return false;
  }
}

function isAbort(error: unknown): boolean {
  try {
    return error instanceof Error && error.name === 'AbortError';
  } catch {
    return false;
  }
}
