/** Time as an argument: the system's clock, or one that a test moves. */

export interface Clock {
  /** Wall-clock milliseconds, as `Date.now()`. */
  now(): number;
  setTimeout(turn: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (turn, ms) => setTimeout(turn, ms),
  clearTimeout: (timer) => {
    clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
};
