/** Finds what was seen in the table of problems. */

import type { Problem } from './finding.js';
import { BY_CODE, BY_LATE_STEP, BY_SIGN, BY_STATUS } from './problems.js';

export function problemOfStatus(status: number): Problem {
  return BY_STATUS[status] ?? BY_STATUS[`${Math.floor(status / 100)}xx`] ?? BY_SIGN.other;
}

/** The HTTP parser has a code for each thing that is not HTTP. */
export function problemOfCode(code: string): Problem {
  return BY_CODE[code.replace(/^HPE_.*/, 'HPE_*')] ?? BY_SIGN.other;
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
