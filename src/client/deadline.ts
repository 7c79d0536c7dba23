/** Waits for something, but not for ever. */

import type { Clock } from '../clock.js';

/** Resolves when `work` does or `ms` have passed, whichever comes first. `work` must not reject. */
export function within(ms: number, work: Promise<void>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(resolve, ms);
    void work.then(() => {
      clock.clearTimeout(timer);
      resolve();
    });
  });
}
