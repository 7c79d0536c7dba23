/** What a run of chaos has shown, as a table for people. */

import { ENDING_PROMISES, HEAP_BOUND } from './ending.js';
import { PROMISES, type Violation } from './model.js';
import type { Played } from './stage.js';

export type ChaosReport = Played & {
  readonly ok: boolean;
  readonly seed: number;
  readonly minutes: number;
  readonly workers: number;
};

/** Of one promise; all are in the JSON. */
const SHOWN = 5;
const KIB = 1024;

export function tableOf(report: ChaosReport): string {
  const { seed, minutes, workers, pushes, faults, network, lived, settledIn, heapGrowth } = report;
  return [
    `chaos: seed ${seed}, ${minutes} min, ${workers} workers`,
    section('faults', faults),
    section('network', network),
    section('pushes', pushes),
    section('lived through by the last lives', lived),
    section('promises', verdicts(report.violations)),
    ...report.violations.slice(0, SHOWN * SHOWN).map(({ what }) => `  ! ${what}`),
    '',
    `settled ${settledIn === null ? 'never' : `${(settledIn / 1000).toFixed(1)} s after the last fault`}`,
    `heap of the worker that was never killed: ${sign(heapGrowth)} KiB (bound ${HEAP_BOUND / KIB} KiB)`,
    report.ok ? 'all promises kept' : `BROKEN: npm run chaos -- ${replay(report)}`,
  ].join('\n');
}

/** How to see it again. */
function replay({ seed, minutes, workers }: ChaosReport): string {
  return `--seed ${seed} --minutes ${minutes} --workers ${workers}`;
}

function verdicts(violations: readonly Violation[]): { readonly [promise: string]: string } {
  const all = [...Object.values(PROMISES), ...Object.values(ENDING_PROMISES)];
  return Object.fromEntries(
    all.map((promise) => {
      const broken = violations.filter((violation) => violation.promise === promise).length;
      return [promise, broken === 0 ? 'kept' : `BROKEN ${broken} times`];
    }),
  );
}

function section(title: string, rows: { readonly [name: string]: number | string }): string {
  const names = Object.keys(rows);
  const width = Math.max(0, ...names.map(({ length }) => length));
  const lines = names.map((name) => `  ${name.padEnd(width)}  ${rows[name]}`);
  return ['', title, ...lines].join('\n');
}

function sign(bytes: number): string {
  return `${bytes < 0 ? '' : '+'}${Math.round(bytes / KIB)}`;
}
