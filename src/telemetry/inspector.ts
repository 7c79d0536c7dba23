/** Statechart inspection as telemetry: hand the observer of an inspector to a client's `telemetry`. */

import type { InspectionEvent } from 'xstate';
import type { Telemetry } from './telemetry.js';

/** XState emits an event, microsteps and a snapshot for each transition; every one of them costs, so inspect to debug. */
export function inspectWith(observer: (event: InspectionEvent) => void): Telemetry {
  return {
    fact: () => undefined,
    inspect: (event) => {
      observer(event as InspectionEvent);
    },
  };
}
