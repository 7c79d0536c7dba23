/** Time that the test decides, for the official client: its timers are the global ones, and so is its calendar. */

import { onTestFinished, vi } from 'vitest';

/** Until the end of the test; the double in the same process lives by the same time. */
export function simulateTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 0 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}
