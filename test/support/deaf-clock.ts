/** A simulated clock whose timers can be made to fire no more, as those of a process that is broken in its middle. */

import { SimulatedClock } from './simulated-clock.js';

export class DeafClock extends SimulatedClock {
  isDeaf = false;

  override setTimeout(turn: () => void, ms: number): number {
    return super.setTimeout(() => {
      if (!this.isDeaf) turn();
    }, ms);
  }
}
