/** What becomes of the joins of one channel: failures for who listens, time taken for who measures. */

import type { Clock } from '../clock.js';
import type { JoinCode } from '../errors.js';
import type { ChannelClosedFact, JoinFailedFact } from '../policy/facts.js';
import type { JoinOutcome } from '../telemetry/facts.js';
import type { Reporter } from '../telemetry/telemetry.js';

/** Without params nothing was written, so there is nothing to measure. */
const OUTCOMES: { readonly [C in JoinCode]: JoinOutcome | null } = {
  PHX_JOIN_REFUSED: 'refused',
  PHX_JOIN_TIMEOUT: 'timeout',
  PHX_CHANNEL_CRASHED: 'crashed',
  PHX_JOIN_LOST: 'lost',
  PHX_JOIN_PARAMS: null,
};

export class JoinReport {
  readonly #topic: string;
  readonly #reporter: Reporter;
  readonly #clock: Clock;
  /** When the join was written whose outcome is to come; null: none is, or nobody measures. */
  #writtenAt: number | null = null;

  constructor(topic: string, reporter: Reporter, clock: Clock) {
    this.#topic = topic;
    this.#reporter = reporter;
    this.#clock = clock;
  }

  /** Told before it is written: a transport may answer within the call. */
  writing(): void {
    if (this.#reporter.isMeasured) this.#writtenAt = this.#clock.monotonic();
  }

  /** The outcome of the join that was written last; told once. */
  settled(outcome: JoinOutcome): void {
    if (this.#writtenAt === null) return;
    const ms = this.#clock.monotonic() - this.#writtenAt;
    this.#writtenAt = null;
    this.#reporter.measure('join.settled', { topic: this.#topic, outcome, ms });
  }

  failed({ topic, error: { code }, attempt, retryIn }: JoinFailedFact): void {
    const outcome = OUTCOMES[code];
    if (outcome === null) this.#writtenAt = null;
    else this.settled(outcome);
    this.#reporter.fact('join.failed', { topic, code, attempt, retryIn });
  }

  ended({ topic, cause, retryIn }: ChannelClosedFact): void {
    this.#reporter.fact('channel.ended', { topic, cause, retryIn });
  }
}
