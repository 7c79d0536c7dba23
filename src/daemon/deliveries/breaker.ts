/** Stops trying when the whole application fails, and finds out by one request at a time whether it is back. */

import type { CircuitBreakerPolicy, CircuitState, IBreaker } from 'cockatiel';
import type { Clock } from '../../clock.js';
import type { BreakerRule } from '../config/webhook-rule.js';
import { requireCockatiel } from './cockatiel.js';
import type { Outcome } from './outcome.js';

export type BreakerState = 'closed' | 'open' | 'halfOpen';

/**
 * How long an open one is open is measured here, by a clock that only goes forward: cockatiel's is that of the wall, and one that is put
 * back by an hour would keep it open for that hour.
 */
const AT_ANY_TIME = -Infinity;

export class Breaker {
  readonly #rule: BreakerRule;
  readonly #clock: Clock;
  readonly #changed: () => void;
  #policy: CircuitBreakerPolicy;
  #failures: FailuresInARow;
  /** Of the monotonic clock; null: it is not open. */
  #probeAt: number | null = null;

  constructor(rule: BreakerRule, clock: Clock, changed: () => void) {
    this.#rule = rule;
    this.#clock = clock;
    this.#changed = changed;
    this.#failures = new FailuresInARow(rule.failures);
    this.#policy = this.#closed();
  }

  get state(): BreakerState {
    const { CircuitState: states } = requireCockatiel();
    if (this.#policy.state === states.Closed) return 'closed';
    return this.#policy.state === states.HalfOpen ? 'halfOpen' : 'open';
  }

  /** Milliseconds until one request may find out, 0 when it may; null: it is not open. */
  get probeIn(): number | null {
    return this.#probeAt === null ? null : Math.max(0, this.#probeAt - this.#clock.monotonic());
  }

  /** Null: no attempt is made, because it is open, or another one is finding out. */
  run(topic: string | null, attempt: () => Promise<Outcome>): Promise<Outcome> | null {
    if (this.state !== 'closed' && this.probeIn !== 0) return null;
    const failures = this.#failures;
    return this.#policy.execute(async () => {
      const outcome = await attempt();
      failures.note(topic, outcome);
      return outcome;
    });
  }

  /** Forgets what was: somebody knows that the application is back. */
  reset(): void {
    this.#failures = new FailuresInARow(this.#rule.failures);
    this.#policy = this.#closed();
    this.#probeAt = null;
    this.#changed();
  }

  #closed(): CircuitBreakerPolicy {
    const { circuitBreaker, handleWhenResult } = requireCockatiel();
    const policy = circuitBreaker(
      handleWhenResult((outcome) => isFailure(outcome as Outcome)),
      { halfOpenAfter: AT_ANY_TIME, breaker: this.#failures },
    );
    policy.onStateChange((state) => {
      if (policy === this.#policy) this.#entered(state);
    });
    return policy;
  }

  #entered(state: CircuitState): void {
    const { CircuitState: states } = requireCockatiel();
    const isOpen = state === states.Open;
    this.#probeAt = isOpen ? this.#clock.monotonic() + this.#rule.openFor : null;
    this.#changed();
  }
}

/** What an application judges shows that it is well. */
function isFailure(outcome: Outcome): boolean {
  return outcome.kind === 'retry' && outcome.blame !== 'event';
}

/**
 * Opens after so many failures in a row, unless all of them are answers to events of one topic: a topic that the application
 * cannot digest must not stop the others.
 */
class FailuresInARow implements IBreaker {
  state = 0;
  readonly #limit: number;
  #topic: string | null | undefined;
  #isOfAll = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  note(topic: string | null, outcome: Outcome): void {
    if (outcome.kind === 'aborted') return;
    if (outcome.kind !== 'retry' || outcome.blame === 'event') {
      this.state = 0;
      this.#topic = undefined;
      this.#isOfAll = false;
      return;
    }
    this.state += 1;
    if (outcome.blame === 'nobodyThere' || (this.#topic ?? topic) !== topic) this.#isOfAll = true;
    this.#topic = topic;
  }

  /** `note` has counted. */
  success(): void {}

  failure(): boolean {
    return this.state >= this.#limit && this.#isOfAll;
  }
}
