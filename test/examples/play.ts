/** Runs an example as its reader would, and compares what it says with what its README shows. */

import { readFileSync } from 'node:fs';
import { expect, onTestFinished, vi } from 'vitest';
import { ChildProgram } from '../support/child-program.js';
import type { Example } from './examples.js';

const EXAMPLES = new URL('../../examples/', import.meta.url);

/** What a README shows for whatever varies: a part of a line, or a line of its own for any number of lines. */
const ANY = '…';
/** What a terminal shows when somebody interrupts. */
const INTERRUPT = '^C';

/** Against the server whose socket is there. */
export async function play(example: Example, url: string): Promise<void> {
  stubEnv({ ...example.env, PHOENIX_URL: url });
  await using program = new ChildProgram(new URL(`${example.name}/${example.program}`, EXAMPLES));
  await says(program, example.shows);
  const { code, complaints } = await program.ended;
  expect(complaints).toBe('');
  expect(code).toBe(example.code);
}

/** The lines that the README of an example shows of a program: its fence says `text shows=program.ts`. */
export function shownBy(name: string, program: string, language = 'text'): readonly string[] {
  const readme = readFileSync(new URL(`${name}/README.md`, EXAMPLES), 'utf8');
  const fence = `^\`\`\`${language} shows=${program}\\n([^]*?)\\n\`\`\`$`;
  const lines = new RegExp(fence, 'm').exec(readme)?.[1];
  if (lines === undefined) throw new Error(`the README of ${name} shows no ${program}`);
  return lines.split('\n');
}

/** Rejects at the first line that is another. */
async function says(program: ChildProgram, shows: readonly string[]): Promise<void> {
  let taken = 0;
  let mayPass = false;
  for (const line of shows) {
    if (line === INTERRUPT) program.signal('SIGINT');
    else if (line !== ANY) taken += await takenUntil(program, line, mayPass);
    mayPass = line === ANY || (mayPass && line === INTERRUPT);
  }
  const { said } = await program.ended;
  if (!mayPass) expect(said.slice(taken)).toEqual([]);
}

/** How many lines it took. */
async function takenUntil(program: ChildProgram, line: string, mayPass: boolean): Promise<number> {
  const form = formOf(line);
  const passed: string[] = [];
  for (;;) {
    const said = await program.next();
    if (form.test(said)) return passed.length + 1;
    passed.push(said);
    expect(mayPass, `shown: ${line}\nsaid: ${passed.join('\n')}`).toBe(true);
  }
}

/** What a line that is shown stands for. */
export function formOf(line: string): RegExp {
  const parts = line.split(ANY).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

function stubEnv(env: { readonly [name: string]: string }): void {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}
