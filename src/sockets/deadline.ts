/** Waits for something, but not for ever. */

import type { Clock } from '../clock.js';

/** Whether `work` was done before `ms` had passed; resolves at the first of the two. `work` must not reject. */
export function within(ms: number, work: Promise<void>, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(() => {
      resolve(false);
    }, ms);
    void work.then(() => {
      clock.clearTimeout(timer);
      resolve(true);
    });
  });
}
