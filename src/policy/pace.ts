/** How often something was tried lately, a dial or a join: from the sixth time in a row on, once a second, whoever asks. */

import { calmFloor } from './backoff.js';

export type Pace = {
  /** In a row: each within 10 s of the one before. */
  readonly tries: number;
  /** Monotonic time of the newest. */
  readonly at: number;
};

export const RESTED: Pace = { tries: 0, at: -Infinity };

/** As long as a membership must last by default to prove stable. */
const ROW = 10_000;

/** The pace with one more try. */
export function paced(pace: Pace, now: number): Pace {
  return { tries: isOver(pace, now) ? 1 : pace.tries + 1, at: now };
}

/** Milliseconds before which it is not tried again. */
export function restLeft({ tries, at }: Pace, now: number): number {
  return Math.max(0, at + calmFloor(tries) - now);
}

/** Whether the next try begins a new row. */
export function isOver({ at }: Pace, now: number): boolean {
  return now - at >= ROW;
}
