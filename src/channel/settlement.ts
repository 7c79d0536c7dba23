/** Something that settles exactly once, and makes a promise only for who asks. */

import type { PhoenixSocketError } from '../errors.js';

export type Outcome<R, E extends PhoenixSocketError = PhoenixSocketError> =
  | { readonly ok: true; readonly response: R }
  | { readonly ok: false; readonly error: E };

export class Settlement<R, E extends PhoenixSocketError> {
  #outcome: Outcome<R, E> | null = null;
  #promise: Promise<Outcome<R, E>> | null = null;
  #resolve: ((outcome: Outcome<R, E>) => void) | null = null;

  /** The outcome, once there is one. */
  get current(): Outcome<R, E> | null {
    return this.#outcome;
  }

  /** Whether anybody has asked for the outcome. */
  get asked(): boolean {
    return this.#promise !== null;
  }

  /** False when it was settled before: the first outcome stands. */
  settle(outcome: Outcome<R, E>): boolean {
    if (this.#outcome !== null) return false;
    this.#outcome = outcome;
    this.#resolve?.(outcome);
    return true;
  }

  /** Never rejects. */
  outcome(): Promise<Outcome<R, E>> {
    this.#promise ??= this.#makePromise();
    return this.#promise;
  }

  /** The response, or throws. */
  async ok(): Promise<R> {
    return responseOf(await this.outcome());
  }

  #makePromise(): Promise<Outcome<R, E>> {
    if (this.#outcome !== null) return Promise.resolve(this.#outcome);
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}

/** The response, or throws. */
export function responseOf<R, E extends PhoenixSocketError>(outcome: Outcome<R, E>): R {
  if (outcome.ok) return outcome.response;
  throw outcome.error;
}
