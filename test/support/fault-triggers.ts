/** Tells one way of a connection when its rules take hold, by bytes or by time, and when they let go. */

import {
  concerns,
  type Fault,
  type FaultRule,
  isLasting,
  type LastingFault,
  type RuleBook,
  type RuleClock,
  type RuleTerms,
  type SuddenFault,
  type Way,
} from './fault-rules.js';

export interface Struck {
  /** The faults that hold have changed. */
  held(faults: readonly LastingFault[]): void;
  /** `inLine`: behind the bytes that were passed on before; else now. */
  struck(fault: SuddenFault, inLine: boolean): void;
  /** Whatever took hold. */
  note(fault: Fault): void;
}

type Armed = {
  bytesLeft: number;
  readonly timer: unknown;
  state: 'waiting' | 'holding' | 'spent';
};

export class Triggers {
  readonly #armed = new Map<FaultRule, Armed>();
  readonly #way: Way;
  readonly #book: RuleBook;
  readonly #clock: RuleClock;
  readonly #pipe: Struck;

  constructor(way: Way, { book, clock }: RuleTerms, pipe: Struck) {
    this.#way = way;
    this.#book = book;
    this.#clock = clock;
    this.#pipe = pipe;
  }

  /** Looks into the book again: what was there goes on as it was. */
  obey(): void {
    const rules = this.#book.rules.filter(
      (rule) => rule.do.kind !== 'refuse' && concerns(rule, this.#way),
    );
    for (const rule of this.#armed.keys()) if (!rules.includes(rule)) this.#disarm(rule);
    for (const rule of rules) if (!this.#armed.has(rule)) this.#arm(rule);
    this.#tell();
  }

  /** How many of so many bytes pass before something happens. */
  room(bytes: number): number {
    const left = [...this.#armed.values()]
      .filter(({ state }) => state === 'waiting')
      .map(({ bytesLeft }) => bytesLeft);
    return Math.min(bytes, ...left);
  }

  passed(bytes: number): void {
    if (this.#armed.size === 0) return;
    for (const [rule, armed] of this.#armed) {
      armed.bytesLeft -= bytes;
      if (armed.state === 'waiting' && armed.bytesLeft <= 0) this.#strike(rule, armed, true);
    }
    this.#tell();
  }

  dispose(): void {
    for (const { timer } of this.#armed.values()) this.#clock.clearTimeout(timer);
    this.#armed.clear();
  }

  #arm(rule: FaultRule): void {
    const { bytes, ms } = rule.when ?? {};
    const timer = ms === undefined ? undefined : this.#clock.setTimeout(() => this.#fall(rule), ms);
    const armed: Armed = { bytesLeft: bytes ?? Infinity, timer, state: 'waiting' };
    this.#armed.set(rule, armed);
    if (ms === undefined && (bytes ?? 0) <= 0) this.#strike(rule, armed, false);
  }

  #disarm(rule: FaultRule): void {
    this.#clock.clearTimeout(this.#armed.get(rule)?.timer);
    this.#armed.delete(rule);
  }

  #fall(rule: FaultRule): void {
    const armed = this.#armed.get(rule);
    if (armed?.state !== 'waiting') return;
    this.#strike(rule, armed, false);
    this.#tell();
  }

  #strike(rule: FaultRule, armed: Armed, inLine: boolean): void {
    this.#clock.clearTimeout(armed.timer);
    armed.state = 'spent';
    if (!this.#book.claim(rule)) return;
    this.#pipe.note(rule.do);
    if (isLasting(rule.do)) armed.state = 'holding';
    else this.#pipe.struck(rule.do, inLine);
  }

  #tell(): void {
    const holding = [...this.#armed].filter(([, { state }]) => state === 'holding');
    this.#pipe.held(holding.map(([rule]) => rule.do).filter(isLasting));
  }
}
