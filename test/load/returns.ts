/** When a fleet of clients dials and is back, and whether that is as calm as the policy says. */

import type { Telemetry, TelemetryFact } from '../../src/index.js';

/** No client dials twice within this, from its sixth attempt in a row on. */
const FLOOR = 1000;
const CALM_FROM = 6;

export class Returns {
  /** Milliseconds since the loss, of each dial and of each return. */
  readonly dials: number[] = [];
  readonly returns: number[] = [];
  /** The delays that the policy drew for the first attempt. */
  readonly drawn: number[] = [];
  /** Dials that came sooner than the floor allows. */
  hasty = 0;
  #lostAt = Infinity;

  lost(now: number): void {
    this.#lostAt = now;
  }

  /** The listener of one client. */
  listener(now: () => number): Telemetry {
    let before = -Infinity;
    return {
      fact: (fact: TelemetryFact) => {
        const since = now() - this.#lostAt;
        if (since < 0 || !Number.isFinite(since)) return;
        if (fact.name === 'socket.lost' && fact.attempt === 1) this.drawn.push(fact.retryIn ?? 0);
        if (fact.name === 'socket.opened') this.returns.push(since);
        if (fact.name !== 'socket.dialing') return;
        this.dials.push(since);
        if (fact.attempt >= CALM_FROM && since - before < FLOOR - 1) this.hasty += 1;
        before = since;
      },
    };
  }
}

/** How many fall into each stretch of that length. */
export function histogram(times: readonly number[], width: number): readonly number[] {
  const counts: number[] = [];
  for (const time of times) {
    const index = Math.floor(time / width);
    while (counts.length <= index) counts.push(0);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}
