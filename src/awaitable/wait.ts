/** Somebody who waits for a message: until one comes that matches, for a time, or until a signal. */

import type { MessageFact } from '../channel/facts.js';
import type { Clock } from '../clock.js';
import type { Ask } from './receive-ask.js';

export type WaitEnds = {
  give(message: MessageFact): void;
  fail(reason: unknown): void;
  /** What it fails with at its deadline. */
  late(): unknown;
  /** It waits no longer. */
  over(): void;
};

export class Wait {
  readonly #ask: Ask;
  readonly #clock: Clock;
  readonly #ends: WaitEnds;
  readonly #timer: unknown;

  constructor(ask: Ask, clock: Clock, ends: WaitEnds) {
    this.#ask = ask;
    this.#clock = clock;
    this.#ends = ends;
    const { timeout, signal } = ask;
    this.#timer = timeout === false ? null : clock.setTimeout(this.#tooLate, timeout);
    signal?.addEventListener('abort', this.#aborted);
  }

  /** Whether it has taken the message, and waits no longer. What its own function throws is its own failure. */
  offer(message: MessageFact): boolean {
    try {
      if (!this.#ask.takes(message)) return false;
      this.#over();
      this.#ends.give(message);
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  fail(reason: unknown): void {
    this.#over();
    this.#ends.fail(reason);
  }

  /** Without a word. */
  cancel(): void {
    this.#over();
  }

  #over(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#ask.signal?.removeEventListener('abort', this.#aborted);
    this.#ends.over();
  }

  readonly #tooLate = (): void => {
    this.fail(this.#ends.late());
  };

  readonly #aborted = (): void => {
    this.fail(this.#ask.signal?.reason);
  };
}
