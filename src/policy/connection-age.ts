/** How long a connection may last before a new one takes its place. */

import type { Random } from './backoff.js';
import { type Duration, milliseconds } from './duration.js';
import { requireAtLeast } from './requirements.js';

/** Less would be a loop of its own. */
const SHORTEST = 1000;
/** Of the age that the policy names, what each connection has for certain. */
const LEAST = 0.75;

/** Null: for ever. Throws `PHX_BAD_OPTION`. */
export function connectionAge(maxConnectionAge: Duration | false): number | null {
  if (maxConnectionAge === false) return null;
  const age = milliseconds('maxConnectionAge', maxConnectionAge);
  requireAtLeast('maxConnectionAge', age, SHORTEST);
  return age;
}

/**
 * Between three quarters of it and the whole: clients that lost one server together return together, and would grow old
 * together; after some lives they are spread, and the servers that came back have their share.
 */
export function drawAge(age: number, random: Random): number {
  return Math.floor(age * (LEAST + (1 - LEAST) * random()));
}
