/** What becomes of a client's pushes, for who measures them: nothing is timed for who does not. */

import type { Clock } from '../clock.js';
import type { DropReason, PushOutcome } from '../telemetry/facts.js';
import type { Reporter } from '../telemetry/telemetry.js';
import type { PushRequest } from './push-request.js';

export class PushReport {
  readonly #reporter: Reporter;
  readonly #clock: Clock;

  constructor(reporter: Reporter, clock: Clock) {
    this.#reporter = reporter;
    this.#clock = clock;
  }

  /** It was made, or is about to be written: what it takes is counted from here. */
  begun(push: PushRequest): void {
    if (this.#reporter.isMeasured) push.begunAt = this.#clock.monotonic();
  }

  settled(push: PushRequest, outcome: PushOutcome): void {
    if (!this.#reporter.isMeasured) return;
    const { topic, event, begunAt } = push;
    const ms = this.#clock.monotonic() - begunAt;
    this.#reporter.measure('push.settled', { topic, event, outcome, ms });
  }

  dropped(push: PushRequest, reason: DropReason): void {
    const { topic, event } = push;
    this.#reporter.fact('push.dropped', { topic, event, reason });
    this.settled(push, 'dropped');
  }
}
