/** The benchmark runs to its end and reports every contender; what it measures decides nothing here. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';

type Spread = { readonly median: number; readonly min: number; readonly max: number };
type Figure = { readonly [contender: string]: { readonly [field: string]: Spread } };
type Report = { readonly quick: boolean; readonly figures: { readonly [name: string]: Figure } };

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ALL = ['limit', 'phoenix', 'ours'];
const SPEEDS = ['perSecond', 'perCpuSecond', 'clientBusy', 'serverBusy'];

/** It compiles the package and starts some twenty processes. */
const PATIENCE = 120_000;

let report: Report;

beforeAll(async () => {
  const run = promisify(execFile);
  const { stdout } = await run('npm', ['run', '--silent', 'bench', '--', '--quick', '--json'], {
    cwd: ROOT,
  });
  report = JSON.parse(stdout) as Report;
}, PATIENCE);

describe('npm run bench -- --quick --json', () => {
  test('prints one JSON object that says it was quick', () => {
    expect(report.quick).toBe(true);
  });

  test.each([
    ['receiveOneChannel', ALL, SPEEDS],
    ['receiveManyChannels', ALL, SPEEDS],
    ['receiveLarge', ALL, SPEEDS],
    ['push', [...ALL, 'ours-awaited'], SPEEDS],
    ['join', ALL, [...SPEEDS, 'heapPerChannel']],
    ['steady', ALL, ['heapGrowth', 'promisesPerMessage', 'timersPerMessage']],
  ])('measures %s of every contender', (name, contenders, fields) => {
    const figure = report.figures[name] ?? {};
    expect(Object.keys(figure)).toEqual(contenders);
    for (const contender of contenders) {
      expect(finiteFields(figure[contender] ?? {})).toEqual(fields);
    }
  });
});

function finiteFields(measured: Figure[string]): readonly string[] {
  return Object.keys(measured).filter((field) => {
    const { median, min, max } = measured[field] as Spread;
    return [median, min, max].every(Number.isFinite);
  });
}
