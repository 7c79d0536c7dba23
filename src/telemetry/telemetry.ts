/** Where a client's life is told: to whoever listens, who can do no harm. */

import { isThenable } from '../thenable.js';
import type {
  FactFields,
  FactName,
  Measurement,
  MeasurementFields,
  MeasurementName,
  TelemetryFact,
} from './facts.js';
import type { Gauges } from './gauges.js';

/** Called in the middle of things: be quick. What a listener throws is ignored. What is not there costs nothing. */
export interface Telemetry {
  /** Told of what is rare: changes of state, losses, errors. Never given a payload, a param or a token. */
  fact(fact: TelemetryFact): void;
  /** Told of each push, join and callback when it has ended. */
  measure?(measurement: Measurement): void;
  /**
   * Handed, once when a client starts, what can be read of it at any time. What it returns is called once when the
   * client has stopped and its totals are final: let go of the gauges then.
   */
  watch?(gauges: Gauges): (() => void) | void;
  /** Given what XState's inspection reports of the statecharts; `./charts` has its type. */
  inspect?(event: unknown): void;
}

/** Tells several listeners, none of whom can hurt the teller or each other. */
export class Reporter {
  /** Whether a measurement is worth making. */
  readonly isMeasured: boolean;
  /** Whether what only gauges show is worth counting. */
  readonly isWatched: boolean;
  readonly #listeners: readonly Telemetry[];
  readonly #now: () => number;
  /** Undefined unless somebody inspects, because inspection makes every transition dearer. */
  readonly inspect: ((event: unknown) => void) | undefined;

  constructor(telemetry: Telemetry | readonly Telemetry[], now: () => number) {
    this.#listeners = isList(telemetry) ? telemetry : [telemetry];
    this.#now = now;
    this.isMeasured = this.#listeners.some((listener) => listener.measure !== undefined);
    this.isWatched = this.#listeners.some((listener) => listener.watch !== undefined);
    const inspectors = this.#listeners.filter((listener) => listener.inspect !== undefined);
    if (inspectors.length > 0) {
      this.inspect = (event) => {
        for (const listener of inspectors) harmlessly(() => listener.inspect?.(event));
      };
    }
  }

  get isHeard(): boolean {
    return this.#listeners.length > 0;
  }

  fact<N extends FactName>(name: N, fields: FactFields[N]): void {
    if (!this.isHeard) return;
    const fact = { name, at: this.#now(), ...fields } as TelemetryFact;
    for (const listener of this.#listeners) harmlessly(() => listener.fact(fact));
  }

  /** Ask `isMeasured` before you build one. */
  measure<N extends MeasurementName>(name: N, fields: MeasurementFields[N]): void {
    const measurement = { name, ...fields } as Measurement;
    for (const listener of this.#listeners) harmlessly(() => listener.measure?.(measurement));
  }

  /** Returns how to tell, once, that the totals are final. */
  watch(gauges: Gauges): () => void {
    const ends = this.#listeners.map((listener) => harmlessly(() => listener.watch?.(gauges)));
    return () => {
      for (const end of ends.splice(0)) if (typeof end === 'function') harmlessly(end);
    };
  }
}

function isList(telemetry: Telemetry | readonly Telemetry[]): telemetry is readonly Telemetry[] {
  return Array.isArray(telemetry);
}

/** A listener's error has nowhere to go: the place to tell of it is the listener that failed. */
function harmlessly<R>(tell: () => R): R | undefined {
  try {
    const told = tell();
    if (isThenable(told)) void told.then(undefined, () => undefined);
    return told;
  } catch {
    return undefined;
  }
}
