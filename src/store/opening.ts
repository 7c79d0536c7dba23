/** Opens what another process may still have, and what a disk may never answer about: both within a limit. */

import type { Clock } from '../clock.js';
import { isElsewhere, unopened } from './store-errors.js';

/** A process that was killed has let go at once, and one that drains takes seconds. */
const FIRST_WAIT = 50;
const LONGEST_WAIT = 1000;

/** Tries again while another process has it, for as long as `limit` ms; then rejects as the last try did. `waits` is told once. */
export async function whenFree<T>(
  open: () => Promise<T>,
  limit: number,
  clock: Clock,
  waits: () => void = () => undefined,
): Promise<T> {
  const until = clock.monotonic() + limit;
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      return await open();
    } catch (error) {
      const told = wait === FIRST_WAIT ? waits : () => undefined;
      await letPass(error, Math.min(wait, until - clock.monotonic()), clock, told);
    }
  }
}

/** Rejects with `PHX_STORE_FAILED` after `limit` ms. What opens later than that is let go again. */
export async function inTime<T extends { close(): Promise<void> }>(
  path: string,
  opening: Promise<T>,
  limit: number,
  clock: Clock,
): Promise<T> {
  if (await settledWithin(limit, opening, clock)) return await opening;
  void opening.then((opened) => opened.close()).catch(() => undefined);
  throw unopened(path, limit);
}

function settledWithin(ms: number, work: Promise<unknown>, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(() => {
      resolve(false);
    }, ms);
    const settled = () => {
      clock.clearTimeout(timer);
      resolve(true);
    };
    work.then(settled, settled);
  });
}

/** Rejects with the error when waiting is of no use, or not of any more. */
async function letPass(error: unknown, ms: number, clock: Clock, told: () => void): Promise<void> {
  if (!isElsewhere(error) || ms <= 0) throw error;
  told();
  await new Promise<void>((resolve) => {
    clock.setTimeout(resolve, ms);
  });
}
