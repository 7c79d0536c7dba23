/** docs/cli.md shows the `--help` of every command, every exit code and the doctor's whole table, as the program has them. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { DIAL_OPTIONS } from '../../src/cli/dial-options.js';
import type { Problem } from '../../src/cli/doctor/finding.js';
import { STEPS } from '../../src/cli/doctor/finding.js';
import { BY_CODE, BY_LATE_STEP, BY_SIGN, BY_STATUS } from '../../src/cli/doctor/problems.js';
import { EXITS } from '../../src/cli/exit-codes.js';
import { runHere } from '../support/command-line.js';

const guide = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');

/** The rows of the table with this head, each a list of cells. */
function rowsOf(head: string): readonly (readonly string[])[] {
  const table = new RegExp(`^\\| ${head} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, 'm').exec(guide);
  const rows = table?.[1]?.trimEnd().split('\n') ?? [];
  return rows.map((row) => row.slice(2, -2).split(' | '));
}

const helps = [...guide.matchAll(/^```text help=(\S+)\n([^]*?)^```$/gm)].map(
  ([, name = '', text = '']) => [name, text] as const,
);

test.each(helps)('the help of %s is what it prints', async (name, text) => {
  const args = name === 'gen-socket-client' ? ['--help'] : [name, '--help'];
  const { out } = await runHere(args);
  expect(`${out.join('\n')}\n`).toBe(text);
});

test('every command has its help and its section', () => {
  const names = COMMANDS.map(({ name }) => name);
  expect(helps.map(([name]) => name).toSorted()).toEqual(
    ['gen-socket-client', ...names].toSorted(),
  );
  for (const name of names) expect(guide).toMatch(new RegExp(`^## ${name}$`, 'm'));
});

test('every option of what dials has its variable', () => {
  const shown = rowsOf('option').map(([flag = '', env = '']) => [flag, env]);
  expect(shown).toEqual(
    DIAL_OPTIONS.map(({ flags, env = '' }) => [`\`${flags.split(' ')[0] ?? ''}\``, `\`${env}\``]),
  );
});

test('every exit code is there, in the words of the help', () => {
  const expected = Object.values(EXITS).map(({ code, says }) => [String(code), says]);
  expect(rowsOf('code \\| what it says').length).toBeGreaterThan(0);
  expect(rowsOf('code \\| what it says')).toEqual(expected);
});

test('every step is there', () => {
  expect(rowsOf('step \\| what is seen').map(([step]) => step)).toEqual(
    STEPS.map((step) => `\`${step}\``),
  );
});

describe('the table of', () => {
  test.each<[string, { readonly [sign: string]: Problem }]>([
    ['status', BY_STATUS],
    ['code', BY_CODE],
    ['step', BY_LATE_STEP],
    ['sign', BY_SIGN],
  ])('%s has each cause and remedy of the program', (head, problems) => {
    const expected = Object.entries(problems).map(([sign, { cause, remedy, exit }]) => {
      const shown = head === 'sign' ? sign : `\`${sign}\``;
      return [shown, cause, remedy, String(EXITS[exit].code)];
    });
    expect(rowsOf(`${head} \\| likely cause`)).toEqual(expected);
  });
});
