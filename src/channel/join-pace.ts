/** How often a topic was joined lately: from the sixth join in a row on, once a second, whoever asks and by whatever policy. */

import { calmFloor } from '../policy/backoff.js';

export type JoinPace = {
  /** In a row: each within 10 s of the one before. */
  readonly joins: number;
  /** Monotonic time at which the newest was written. */
  readonly at: number;
};

export const RESTED: JoinPace = { joins: 0, at: -Infinity };

/** As long as a membership must last by default to prove stable. */
const ROW = 10_000;

/** The pace with one more join. */
export function paced(pace: JoinPace, now: number): JoinPace {
  return { joins: isOver(pace, now) ? 1 : pace.joins + 1, at: now };
}

/** Milliseconds before which the topic is not joined again. */
export function restLeft({ joins, at }: JoinPace, now: number): number {
  return Math.max(0, at + calmFloor(joins) - now);
}

/** Whether the next join begins a new row. */
export function isOver({ at }: JoinPace, now: number): boolean {
  return now - at >= ROW;
}
