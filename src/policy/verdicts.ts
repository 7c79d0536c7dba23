/** What an end is worth, by its code: the table that a policy may add to. */

import { badOption } from '../errors.js';
import { requireChoice, requireFields } from './requirements.js';

/**
 * `now`: the first retry comes at once; `later`: by the back-off; `refresh`: by the back-off, with fresh
 * credentials, slowly from the second time on; `fatal`: no retry.
 */
export type Verdict = (typeof VERDICTS)[number];
const VERDICTS = ['now', 'later', 'refresh', 'fatal'] as const;

/** By close code, by HTTP status, or by the `code` of an error, such as `CERT_HAS_EXPIRED`. */
export type Verdicts = { readonly [code: number | string]: Verdict };

/**
 * No close code is fatal, and none means "at once": 1000 is also what Cowboy's idle timeout, a Bandit shutdown
 * and Phoenix's older "disconnect" say, and an immediate return of a whole fleet is a storm. 401 comes from an
 * application's error handler, 403 is how Phoenix itself refuses, for a token and for other reasons alike.
 */
export const DEFAULT_VERDICTS: Verdicts = { 401: 'refresh', 403: 'refresh' };

/** The default ones, and over them those given. Throws `PHX_BAD_OPTION` for what no session ends with. */
export function verdictsOf(option: string, given: Verdicts = {}): Verdicts {
  requireFields(option, given, 'write an object of codes and verdicts');
  for (const [code, verdict] of Object.entries(given)) {
    if (!mayEndSession(code)) throw badOption(`${option}[${code}] ${NO_SUCH_END}`);
    requireChoice(`${option}[${code}]`, verdict, VERDICTS);
  }
  return { ...DEFAULT_VERDICTS, ...given };
}

const NO_SUCH_END =
  'is for no close code, HTTP status or error code: write a code from 1000 to 4999, a status from 100 to 599, ' +
  "or a name in capitals such as 'CERT_HAS_EXPIRED'";

/** A name that is ours is left out: what ends for good by itself cannot be had back by a table. */
function mayEndSession(code: string): boolean {
  if (/^[A-Z][A-Z0-9_]*$/.test(code)) return !code.startsWith('PHX_');
  const number = /^[1-9]\d*$/.test(code) ? Number(code) : 0;
  return (number >= 100 && number <= 599) || (number >= 1000 && number <= 4999);
}
