/** The Retry-After header of an answer, in milliseconds. */

import type { Close } from '../protocol/close.js';

/** Longer than this a server may wish us away, but a wrong header must not end a worker. */
const LONGEST = 5 * 60_000;

/** Of a refused upgrade. */
export function retryAfter(close: Close, now: number): number {
  return retryAfterOf(close.response?.headers['retry-after'], now);
}

/** Zero when the server named no time. Seconds or an HTTP date, RFC 9110 section 10.2.3. */
export function retryAfterOf(header: string | undefined, now: number): number {
  const value = header?.trim();
  if (value === undefined || value === '') return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST) : 0;
}
