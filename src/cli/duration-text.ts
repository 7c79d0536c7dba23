/** A length of time that somebody typed: `500`, `500ms`, `10s`, `2m`. */

import { type Duration, milliseconds } from '../policy/duration.js';
import { CommandError } from './exit-codes.js';

export function durationOf(option: string, text = ''): number {
  try {
    const duration = /^\d+$/.test(text) ? Number(text) : (text as Duration);
    const ms = milliseconds(option, duration);
    if (ms > 0) return ms;
  } catch {
    // Said below, in the words of a command line.
  }
  throw new CommandError(
    'usage',
    `${option} is ${text}: write a length of time, such as 500ms, 10s or 2m`,
  );
}
