/** A worker that holds its first message of a flood until the test lets it go, and counts what it is told of each topic. */

import type { Gap, Gauges, Message, Telemetry, TelemetryFact } from '../../src/index.js';
import { ClockedWorker } from './fault-worker.js';

export const FLOOD = 'flood:1';
/** The event of the last message. */
export const END = 'end';

export class FloodedWorker extends ClockedWorker implements Telemetry {
  /** By topic, how many messages were handled. */
  readonly handled = new Map<string, number>();
  readonly told: TelemetryFact[] = [];
  gauges: Gauges | null = null;
  dropped = 0;
  /** Resolves when the last message of the flood was handled. */
  readonly ended: Promise<void>;
  #end = (): void => undefined;
  #letGo = (): void => undefined;
  readonly #free: Promise<void>;
  readonly #awaited = new Map<string, () => void>();
  readonly #first: (worker: FloodedWorker) => Promise<unknown>;

  /** `first` is what the first message waits for, besides; by default the test. */
  constructor(
    topics: readonly string[],
    first = (worker: FloodedWorker): Promise<unknown> => worker.#free,
  ) {
    super(Object.fromEntries(topics.map((topic) => [topic, {}])));
    this.#first = first;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#free = new Promise((resolve) => (this.#letGo = resolve));
  }

  letGo(): void {
    this.#letGo();
  }

  fact(fact: TelemetryFact): void {
    this.told.push(fact);
    this.#awaited.get(fact.name)?.();
  }

  watch(gauges: Gauges): void {
    this.gauges = gauges;
  }

  /** Resolves when it is told, or was before. */
  until(name: TelemetryFact['name']): Promise<void> {
    if (this.count(name) > 0) return Promise.resolve();
    return new Promise((resolve) => this.#awaited.set(name, resolve));
  }

  count(name: TelemetryFact['name']): number {
    return this.told.filter((fact) => fact.name === name).length;
  }

  override async handleMessage({ topic, event }: Message): Promise<void> {
    const count = (this.handled.get(topic) ?? 0) + 1;
    this.handled.set(topic, count);
    if (topic === FLOOD && count === 1) await this.#first(this);
    if (event === END) this.#end();
  }

  override handleGap({ dropped }: Gap): void {
    this.dropped += dropped ?? 0;
  }
}
