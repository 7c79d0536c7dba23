/** Looks after the callbacks that run: how long each takes, and that somebody hears of one that does not end. */

import type { Clock } from '../clock.js';
import type { Reporter } from '../telemetry/telemetry.js';
import { topicOf, type Turn } from './turn.js';

/** Long enough for any callback that is not stuck; everything else of its topic, or of the worker, waits for it. */
const SLOW = 30_000;

/** A callback that has returned a promise. */
type Running = {
  readonly turn: Turn;
  /** Monotonic time. */
  readonly begunAt: number;
  /** Whether it has asked for something of ours, as far as can be told. */
  mayWait: boolean;
  isReported: boolean;
};

export class CallbackWatch {
  readonly #clock: Clock;
  readonly #reporter: Reporter;
  readonly #slow: (callback: string, ms: number) => void;
  /** By the numbers of their turns, the oldest first. */
  readonly #running = new Map<number, Running>();
  /** One for all, and left to run out when they have ended: most end long before. */
  #timer: unknown = null;
  /** Of the callback that has not yet returned. */
  #begunAt = 0;
  #isInside = false;
  #mayWait = false;

  constructor(clock: Clock, reporter: Reporter, slow: (callback: string, ms: number) => void) {
    this.#clock = clock;
    this.#reporter = reporter;
    this.#slow = slow;
  }

  /** Nothing is timed for who does not measure. */
  begin(): void {
    this.#isInside = true;
    this.#mayWait = false;
    if (this.#reporter.isMeasured) this.#begunAt = this.#clock.monotonic();
  }

  /** It has returned a promise. */
  waits(run: number, turn: Turn): void {
    const begunAt = this.#reporter.isMeasured ? this.#begunAt : this.#clock.monotonic();
    this.#isInside = false;
    this.#running.set(run, { turn, begunAt, mayWait: this.#mayWait, isReported: false });
    this.#timer ??= this.#clock.setTimeout(this.#look, SLOW);
  }

  /** Something of ours is asked for: by the callback that has not yet returned, or else nobody can tell by which. */
  awaited(): void {
    if (this.#isInside) this.#mayWait = true;
    else for (const running of this.#running.values()) running.mayWait = true;
  }

  end(run: number, callback: string): void {
    this.#isInside = false;
    const begunAt = this.#finish(run);
    if (!this.#reporter.isMeasured) return;
    const ms = this.#clock.monotonic() - begunAt;
    this.#reporter.measure('callback.ran', { callback, ms });
  }

  /** The callback that holds up a topic: its own that runs, or else the oldest; null: none runs. */
  holding(topic: string | null): { readonly callback: string; readonly ms: number } | null {
    const running = [...this.#running.values()];
    const holder = running.find(({ turn }) => topicOf(turn) === topic) ?? running[0];
    if (holder === undefined) return null;
    return { callback: holder.turn.callback, ms: this.#clock.monotonic() - holder.begunAt };
  }

  /** Those that have returned a promise and not ended, the oldest first. */
  get running(): Iterable<Readonly<Running>> {
    return this.#running.values();
  }

  /** Nobody waits for them any more. */
  abandon(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#running.clear();
  }

  /** Reports those that are slow by now, and looks again when the next one would be. */
  readonly #look = (): void => {
    this.#timer = null;
    const now = this.#clock.monotonic();
    for (const running of this.#running.values()) {
      if (running.isReported) continue;
      const left = running.begunAt + SLOW - now;
      if (left > 0) {
        this.#timer = this.#clock.setTimeout(this.#look, left);
        return;
      }
      running.isReported = true;
      this.#slow(running.turn.callback, SLOW);
    }
  };

  /** When it began. */
  #finish(run: number): number {
    const running = this.#running.get(run);
    if (running === undefined) return this.#begunAt;
    this.#running.delete(run);
    return running.begunAt;
  }
}
