/** A clock that stands still and counts the timers of a client. */

import { SimulatedClock } from './simulated-clock.js';

/** Stands still, and counts every timer that was ever set. */
export class TallyClock extends SimulatedClock {
  timersSet = 0;

  override setTimeout(turn: () => void, ms: number): number {
    this.timersSet += 1;
    return super.setTimeout(turn, ms);
  }
}
