/** Whether attempts may be made now, and how many: nobody has paused it, the application is well, the breaker is closed. */

import type { Clock } from '../../clock.js';
import type { BreakerRule, HealthRule } from '../config/webhook-rule.js';
import { AppHealth } from './app-health.js';
import { Breaker, type BreakerState } from './breaker.js';
import type { DeliveryStatus } from './delivery.js';
import type { Naps } from './naps.js';
import type { Outcome } from './outcome.js';
import type { Tally } from './tally.js';
import { type Admission, Turnstile } from './turnstile.js';

export type DoorwayRule = {
  readonly inFlight: number;
  readonly breaker: BreakerRule | null;
  readonly health: HealthRule | null;
};

export type DoorwayParts = {
  readonly clock: Clock;
  /** Cut short when it goes on. */
  readonly naps: Naps;
  readonly tally: Tally;
  /** There may be room for an event that was never tried. */
  readonly room: () => void;
};

export class Doorway {
  readonly #parts: DoorwayParts;
  readonly #turnstile: Turnstile;
  readonly #breaker: Breaker | null;
  readonly #health: AppHealth | null;
  #state: DeliveryStatus['state'] = 'paused';
  #isAppWell = true;
  #probe: unknown = null;

  constructor(rule: DoorwayRule, parts: DoorwayParts) {
    this.#parts = parts;
    this.#turnstile = new Turnstile(rule.inFlight, () => this.#admission);
    this.#breaker = rule.breaker && new Breaker(rule.breaker, () => this.#onBreaker());
    this.#health =
      rule.health && new AppHealth(rule.health, parts.clock, (isWell) => this.#onHealth(isWell));
  }

  get state(): DeliveryStatus['state'] {
    return this.#state;
  }

  get breaker(): BreakerState | null {
    return this.#breaker?.state ?? null;
  }

  /** Attempts that are being made. */
  get inside(): number {
    return this.#turnstile.inside;
  }

  get hasRoom(): boolean {
    return this.#state === 'running' && this.#turnstile.hasRoom;
  }

  /** Unix milliseconds; null: nothing waits for a time. */
  get nextTryAt(): number | null {
    if (this.#state !== 'running') return null;
    const { nextAt } = this.#parts.naps;
    const probeAt = this.#breaker?.probeAt ?? null;
    return probeAt === null ? nextAt : Math.max(probeAt, nextAt ?? probeAt);
  }

  start(): void {
    this.resume();
    this.#health?.start();
  }

  pause(): void {
    if (this.#state !== 'stopped') this.#state = 'paused';
  }

  /** What waits for another attempt is tried now: who resumes knows why. */
  resume(): void {
    if (this.#state === 'stopped') return;
    this.#state = this.#isAppWell ? 'running' : 'waitingForApp';
    if (!this.#isAppWell) return;
    this.#breaker?.reset();
    this.#parts.naps.wakeAll();
    this.#turn();
  }

  /** Nobody enters any more. */
  async close(): Promise<void> {
    this.#state = 'stopped';
    this.#turnstile.close();
    this.#parts.clock.clearTimeout(this.#probe);
    await this.#health?.stop();
  }

  /** Makes an attempt when it may be made: `aborted` when that is never. */
  async pass(
    topic: string | null,
    attempt: number,
    work: () => Promise<Outcome>,
  ): Promise<Outcome> {
    if (!(await this.#turnstile.enter(attempt))) return { kind: 'aborted' };
    try {
      return await (this.#breaker?.run(topic, work) ?? work());
    } finally {
      this.#turnstile.leave();
      this.#parts.room();
    }
  }

  get #admission(): Admission {
    if (this.#state !== 'running') return 'shut';
    if (this.#breaker === null || this.#breaker.state === 'closed') return 'open';
    const { probeAt } = this.#breaker;
    return probeAt === null || Date.now() >= probeAt ? 'probe' : 'shut';
  }

  #turn(): void {
    this.#turnstile.turn();
    this.#parts.room();
  }

  #onHealth(isWell: boolean): void {
    this.#isAppWell = isWell;
    if (isWell) this.#parts.tally.news({}, 'the application is well again');
    else this.#parts.tally.trouble('the application fails its health checks');
    if (this.#state !== 'paused') this.resume();
  }

  #onBreaker(): void {
    const { clock, tally } = this.#parts;
    const probeAt = this.#breaker?.probeAt ?? null;
    clock.clearTimeout(this.#probe);
    tally.news({ breaker: this.#breaker?.state }, 'the circuit breaker of a delivery has changed');
    if (probeAt !== null && this.#state !== 'stopped') {
      this.#probe = clock.setTimeout(() => this.#turn(), Math.max(0, probeAt - Date.now()));
    }
    this.#turn();
  }
}
