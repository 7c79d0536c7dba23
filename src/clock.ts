/** Time as an argument: the system's clock, or one that a test moves. */

export interface Clock {
  /** Wall-clock milliseconds, as `Date.now()`. */
  now(): number;
  /** Milliseconds that only go forward, for lengths of time: a corrected wall clock must stretch no deadline. */
  monotonic(): number;
  setTimeout(turn: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (turn, ms) => setTimeout(turn, ms),
  clearTimeout: (timer) => {
    clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
};
