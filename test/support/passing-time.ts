/** Simulated time that passes, and what happens meanwhile. */

import type { SimulatedClock } from './simulated-clock.js';

/** Lets everything happen that can without time passing. */
export async function quiet(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Lets time pass, timer by timer, and everything happen that follows from each. */
export async function pass(clock: SimulatedClock, ms: number): Promise<void> {
  await quiet();
  for (let left = ms; left > 0 || clock.nextIn === 0; ) {
    const step = Math.min(clock.nextIn ?? left, left);
    clock.advance(step);
    left -= step;
    await quiet();
  }
}
