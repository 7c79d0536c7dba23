/** The tests of the examples pass as they are written, under `node:test`, and under vitest. */

import { readdirSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { ChildProgram, SLOW_START } from '../support/child-program.js';

const FOLDER = new URL('../../examples/', import.meta.url);
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.test.ts'),
);

vi.mock('node:test', () => ({ test }));

describe('under node:test', () => {
  test.each(files)('%s passes', { timeout: SLOW_START }, async (name) => {
    const tests = ['--test', '--test-reporter=tap'];
    await using program = new ChildProgram(new URL(name, FOLDER), [], tests);
    const { code, said } = await program.ended;
    expect(said.filter((line) => line.startsWith('not ok'))).toEqual([]);
    expect(said).toContainEqual(expect.stringMatching(/^# pass [1-9]/));
    expect(code).toBe(0);
  });
});

describe('under vitest', async () => {
  for (const name of files) await import(new URL(name, FOLDER).href);
});
