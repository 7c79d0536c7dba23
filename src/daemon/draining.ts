/** How the daemon ends in good order: what it has taken is delivered, what the application still says is pushed. */

import { setTimeout as pause } from 'node:timers/promises';
import type { DrainReport } from '../index.js';
import type { Delivery } from './deliveries/delivery.js';

/** How often what is left is looked at: a drain lasts seconds. */
const LOOK_EVERY = 25;

export type DaemonReport = DrainReport & {
  /** Events that reached the application during the drain. */
  readonly delivered: number;
  /** Events that are left, of all deliveries and of the consumers that have pulled since the start. */
  readonly undelivered: number;
  /** Of these, what the inbox keeps on disk for the next process. */
  readonly kept: number;
};

type Watched = Pick<Delivery, 'status'>;

/** The consumers that pull. */
type Pulling = { readonly isAwaited: boolean };

/**
 * Resolves when the deliveries have nothing left, or only such as get nowhere: paused, with an open breaker, or waiting for an
 * application that may have gone first; and when nobody is to acknowledge what was pulled. `signal` ends the wait.
 */
export async function delivered(
  deliveries: readonly Watched[],
  consumers: Pulling,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && (deliveries.some(isGettingOn) || consumers.isAwaited)) {
    await pause(LOOK_EVERY, undefined, { signal }).catch(() => undefined);
  }
}

function isGettingOn({ status }: Watched): boolean {
  const { state, breaker, waiting, inFlight } = status;
  return state === 'running' && breaker !== 'open' && waiting + inFlight > 0;
}

/** Also when they have stopped. */
export function leftIn(deliveries: readonly Watched[]): number {
  return sum(deliveries, ({ waiting, inFlight }) => waiting + inFlight);
}

export function deliveredBy(deliveries: readonly Watched[]): number {
  return sum(deliveries, (status) => status.delivered);
}

function sum(deliveries: readonly Watched[], read: (status: Delivery['status']) => number): number {
  return deliveries.reduce((total, { status }) => total + read(status), 0);
}
