/** How a socket ends: at once, or after its pushes have settled. Either way in order, and by a deadline. */

import type { Clock } from '../clock.js';
import type { StopReason } from '../sockets/client-status.js';
import { within } from '../sockets/deadline.js';
import { type DrainLimits, type DrainReport, FOR_LEAVES } from '../sockets/drain-terms.js';
import type { Sockets } from '../sockets/sockets.js';

/** What is to be ended. */
export interface ClosingParts {
  readonly clock: Clock;
  readonly sockets: Sockets;
  /** It drains: nothing new is taken. */
  draining(): void;
  /** All topics are about to be left, or hung up. */
  ending(reason: StopReason): void;
  ended(reason: StopReason): void;
}

/** How long a transport may take to be gone. */
const PATIENCE = 5000;

const DRAINED = { kind: 'requested', reason: 'drained' } as const;

export class Closing {
  readonly closed: Promise<StopReason>;
  readonly #parts: ClosingParts;
  #resolveClosed: (reason: StopReason) => void = () => undefined;
  #drained: Promise<DrainReport> | null = null;
  #finished: Promise<boolean> | null = null;
  #state: { readonly state: 'draining' | 'stopped'; readonly since: Date } | null = null;

  constructor(parts: ClosingParts) {
    this.#parts = parts;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  /** The state that the end overrules that of the sockets with; null: none. */
  get state(): { readonly state: 'draining' | 'stopped'; readonly since: Date } | null {
    return this.#state;
  }

  /** Overtakes a drain. Of several reasons the first stands. */
  async stop(reason: StopReason): Promise<void> {
    await this.#finish(reason, PATIENCE);
  }

  /** Asked again, it answers the same. */
  drain(limits: DrainLimits): Promise<DrainReport> {
    this.#drained ??= this.#drain(limits);
    return this.#drained;
  }

  async #drain({ grace, force }: DrainLimits): Promise<DrainReport> {
    const { sockets, clock } = this.#parts;
    const { channels } = sockets;
    const before = channels.open.settledCount;
    if (this.#finished === null) {
      this.#enter('draining');
      this.#parts.draining();
    }
    // Whoever drains may ask in the same breath.
    await Promise.resolve();
    channels.open.forgoUnasked();
    channels.confirmed.persistWaiting();
    // What waits to be sent waits for nothing when nobody dials.
    const isInTime = await this.#unlessClosed(
      grace,
      Promise.race([channels.open.settled(), sockets.atRest()]),
    );
    const { unsent, unanswered } = channels.unfinished;
    // What a store keeps is not abandoned.
    const isCalm = isInTime || unsent + unanswered === 0;
    const settled = channels.open.settledCount - before;
    const until = clock.monotonic() + force;
    const isLeft = await this.#unlessClosed(force * FOR_LEAVES, this.#leave());
    const isDone = await this.#finish(DRAINED, Math.max(0, until - clock.monotonic()));
    const { persistedCount: persisted } = channels.confirmed;
    return { settled, unsent, unanswered, persisted, forced: !(isCalm && isLeft && isDone) };
  }

  async #leave(): Promise<void> {
    if (this.#finished !== null) return;
    this.#parts.ending(DRAINED);
    await this.#parts.sockets.channels.leaveAll();
  }

  #unlessClosed(limit: number, work: Promise<void>): Promise<boolean> {
    const closed = this.closed.then(() => undefined);
    return within(limit, Promise.race([work, closed]), this.#parts.clock);
  }

  /** Whether the transports were gone in time. */
  #finish(reason: StopReason, limit: number): Promise<boolean> {
    this.#finished ??= this.#end(reason, limit);
    return this.#finished;
  }

  async #end(reason: StopReason, limit: number): Promise<boolean> {
    const { sockets, clock } = this.#parts;
    this.#parts.ending(reason);
    this.#enter('stopped');
    const isHungUp = await within(limit, sockets.stop(), clock);
    this.#parts.ended(reason);
    this.#resolveClosed(reason);
    return isHungUp;
  }

  #enter(state: 'draining' | 'stopped'): void {
    this.#state = { state, since: new Date(this.#parts.clock.now()) };
  }
}
