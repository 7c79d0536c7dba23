/** Where facts about a client's life are told: to whoever listens, who can do no harm. */

import { isThenable } from '../thenable.js';

export type TelemetryFact = {
  readonly name: string;
  /** Wall-clock milliseconds. */
  readonly at: number;
  readonly [field: string]: unknown;
};

export interface Telemetry {
  /** Called in the middle of things: be quick. What it throws is ignored. Never given a payload, a param or a token. */
  fact(fact: TelemetryFact): void;
  /** Given what XState's inspection reports of the statecharts; `./charts` has its type. */
  inspect?(event: unknown): void;
}

/** Tells several listeners, none of whom can hurt the teller or each other. */
export class Reporter {
  readonly #listeners: readonly Telemetry[];
  readonly #now: () => number;
  /** Undefined unless somebody inspects, because inspection makes every transition dearer. */
  readonly inspect: ((event: unknown) => void) | undefined;

  constructor(telemetry: Telemetry | readonly Telemetry[], now: () => number) {
    this.#listeners = isList(telemetry) ? telemetry : [telemetry];
    this.#now = now;
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

  fact(name: string, fields: { readonly [field: string]: unknown }): void {
    if (!this.isHeard) return;
    const fact = { name, at: this.#now(), ...fields };
    for (const listener of this.#listeners) harmlessly(() => listener.fact(fact));
  }
}

function isList(telemetry: Telemetry | readonly Telemetry[]): telemetry is readonly Telemetry[] {
  return Array.isArray(telemetry);
}

/** A listener's error has nowhere to go: the place to tell of it is the listener that failed. */
function harmlessly(tell: () => unknown): void {
  try {
    const told = tell();
    if (isThenable(told)) void told.then(undefined, () => undefined);
  } catch {
    return;
  }
}
