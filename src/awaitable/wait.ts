/** Somebody who waits for a message: until one comes that matches, for a time, or until a signal. */

import type { Abortable, Aborts } from '../channel/aborts.js';
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

/** What a wait ends by, besides a message. */
export type WaitTerms = { readonly clock: Clock; readonly aborts: Aborts };

export class Wait implements Abortable {
  readonly #ask: Ask;
  readonly #terms: WaitTerms;
  readonly #ends: WaitEnds;
  readonly #timer: unknown;

  constructor(ask: Ask, terms: WaitTerms, ends: WaitEnds) {
    this.#ask = ask;
    this.#terms = terms;
    this.#ends = ends;
    const { timeout, signal } = ask;
    this.#timer = timeout === false ? null : terms.clock.setTimeout(this.#tooLate, timeout);
    if (signal !== undefined) terms.aborts.watch(signal, this);
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

  abort(): void {
    this.fail(this.#ask.signal?.reason);
  }

  #over(): void {
    const { clock, aborts } = this.#terms;
    const { signal } = this.#ask;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    if (signal !== undefined) aborts.forget(signal, this);
    this.#ends.over();
  }

  readonly #tooLate = (): void => {
    this.fail(this.#ends.late());
  };
}
