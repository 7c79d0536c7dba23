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
  /** One whose health is checked may be starting itself: it gets nothing before it has passed. */
  #isAppWell: boolean;
  #probe: unknown = null;

  constructor(rule: DoorwayRule, parts: DoorwayParts) {
    this.#parts = parts;
    this.#isAppWell = rule.health === null;
    this.#turnstile = new Turnstile(rule.inFlight, () => this.#admission);
    this.#breaker = rule.breaker && new Breaker(rule.breaker, parts.clock, () => this.#onBreaker());
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
    const { clock, naps } = this.#parts;
    const { nextAt } = naps;
    const probeIn = this.#breaker?.probeIn ?? null;
    if (probeIn === null) return nextAt;
    return Math.max(Math.round(clock.now() + probeIn), nextAt ?? 0);
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
    let outcome: Outcome | null = null;
    while (outcome === null) {
      if (!(await this.#turnstile.enter(attempt))) return { kind: 'aborted' };
      outcome = await this.#inside(topic, work);
    }
    return outcome;
  }

  /** Null: the breaker has opened since it was let in, so that it has to wait again. */
  async #inside(topic: string | null, work: () => Promise<Outcome>): Promise<Outcome | null> {
    try {
      return await (this.#breaker === null ? work() : this.#breaker.run(topic, work));
    } finally {
      this.#turnstile.leave();
      this.#parts.room();
    }
  }

  get #admission(): Admission {
    if (this.#state !== 'running') return 'shut';
    if (this.#breaker === null || this.#breaker.state === 'closed') return 'open';
    return (this.#breaker.probeIn ?? 0) === 0 ? 'probe' : 'shut';
  }

  #turn(): void {
    this.#turnstile.turn();
    this.#parts.room();
  }

  #onHealth(isWell: boolean): void {
    this.#isAppWell = isWell;
    if (isWell) this.#parts.tally.news({}, 'the application is well');
    else this.#parts.tally.trouble('the application fails its health checks');
    if (this.#state !== 'paused') this.resume();
  }

  #onBreaker(): void {
    const news = { breaker: this.#breaker?.state };
    this.#parts.tally.news(news, 'the circuit breaker of a delivery has changed');
    this.#awaitProbe();
    this.#turn();
  }

  /** A timer may fire before its time, and then nothing else would let anybody in. */
  #awaitProbe(): void {
    const { clock } = this.#parts;
    const probeIn = this.#breaker?.probeIn ?? 0;
    clock.clearTimeout(this.#probe);
    if (probeIn === 0 || this.#state === 'stopped') return;
    const turn = (): void => {
      this.#awaitProbe();
      this.#turn();
    };
    this.#probe = clock.setTimeout(turn, Math.max(1, probeIn));
  }
}
