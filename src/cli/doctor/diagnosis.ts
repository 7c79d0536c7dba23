/** Finds what was seen in the table of problems. */

import type { Problem } from './finding.js';
import { BY_CODE, BY_LATE_STEP, BY_SIGN, BY_STATUS } from './problems.js';

export function problemOfStatus(status: number): Problem {
  return BY_STATUS[status] ?? BY_STATUS[`${Math.floor(status / 100)}xx`] ?? BY_SIGN.other;
}

/** OpenSSL and the HTTP parser have many codes: those that are not named go by their family. */
export function problemOfCode(code: string): Problem {
  const family = code.replace(/^(ERR_SSL|HPE)_.*/, '$1_*');
  return BY_CODE[code] ?? BY_CODE[family] ?? BY_SIGN.other;
}

export function problemOfLateness(step: LateStep): Problem {
  return BY_LATE_STEP[step];
}

/** A step that waits for something. */
export type LateStep = keyof typeof BY_LATE_STEP;

/** Empty where there is none. That of a host with several addresses is the first's. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
