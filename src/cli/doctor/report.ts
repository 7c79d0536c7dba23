/** A finding as lines for a person, or as a line of JSON for a program. */

import { EXITS } from '../exit-codes.js';
import type { Colour, Paint } from '../paint.js';
import type { Finding, Outcome } from './finding.js';

export type Report = (finding: Finding) => readonly string[];

const COLOURS: { readonly [R in Outcome['result']]: Colour } = {
  ok: 'green',
  failed: 'red',
  skipped: 'gray',
};
const RESULT_WIDTH = 9;
const STEP_WIDTH = 13;
const LABEL_WIDTH = 8;

export function linesFor(paint: Paint): Report {
  return ({ step, outcome }) => {
    const { result, saw } = outcome;
    const head = paint(COLOURS[result], result.padEnd(RESULT_WIDTH)) + step.padEnd(STEP_WIDTH);
    const took = result === 'ok' && outcome.ms !== null ? `, ${rounded(outcome.ms)} ms` : '';
    return [`${head}${saw}${took}`, ...adviceOf(outcome, paint)];
  };
}

/** Fields: step, result, saw; ms of what was timed; cause, remedy and exit of what failed. */
export const asJson: Report = ({ step, outcome }) => {
  const { result, saw } = outcome;
  return [JSON.stringify({ step, result, saw, ...detailsOf(outcome) })];
};

function adviceOf(outcome: Outcome<unknown>, paint: Paint): readonly string[] {
  if (outcome.result !== 'failed') return [];
  const { cause, remedy } = outcome.problem;
  const line = (label: string, text: string) =>
    ' '.repeat(RESULT_WIDTH + STEP_WIDTH) + paint('bold', label.padEnd(LABEL_WIDTH)) + text;
  return [line('cause', cause), line('remedy', remedy)];
}

function detailsOf(outcome: Outcome<unknown>): object {
  switch (outcome.result) {
    case 'ok':
      return outcome.ms === null ? {} : { ms: rounded(outcome.ms) };
    case 'failed': {
      const { cause, remedy, exit } = outcome.problem;
      return { cause, remedy, exit: EXITS[exit].code };
    }
    case 'skipped':
      return {};
  }
}

function rounded(ms: number): number {
  return ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms);
}
