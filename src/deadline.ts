/** A signal that is aborted when a time has passed, or when another signal is: whichever comes first. */

/**
 * In place of `AbortSignal.any` over `AbortSignal.timeout`, of which nothing comes when the garbage collector is faster than the
 * timer (nodejs/node#57736): only the composite is held, and that holds its sources weakly.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #other: AbortSignal | undefined;
  readonly #pass = (): void => {
    this.#controller.abort(this.#other?.reason);
    this.clear();
  };

  /** Milliseconds. */
  constructor(ms: number, other?: AbortSignal) {
    this.#other = other;
    this.#timer = setTimeout(() => {
      this.#controller.abort(new DOMException('too late', 'TimeoutError'));
      this.clear();
    }, ms);
    if (other?.aborted === true) this.#pass();
    else other?.addEventListener('abort', this.#pass);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** It has been kept: nothing aborts the signal any more. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#other?.removeEventListener('abort', this.#pass);
  }
}
