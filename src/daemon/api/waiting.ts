/** Waits that end: when what is waited for is there, when the time is up, or when nobody waits any more. */

/** Resolves when `wait` does, however it ends, and after `ms` at the latest; with whether it was in time. */
export function settledWithin(
  wait: Promise<unknown>,
  ms: number,
  gone: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (inTime: boolean): void => {
      clearTimeout(timer);
      gone.removeEventListener('abort', givenUp);
      resolve(inTime);
    };
    const givenUp = (): void => {
      end(false);
    };
    const timer = setTimeout(givenUp, ms);
    gone.addEventListener('abort', givenUp, { once: true });
    void Promise.allSettled([wait]).then(() => {
      end(true);
    });
  });
}
