/** The command line `gen-socket-client`, in a process of its own or in this one, and what the doctor found. */

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { EXITS } from '../../src/cli/exit-codes.js';
import { runProgram } from '../../src/cli/program.js';
import { Terminal } from '../../src/cli/terminal.js';
import { ChildProgram, type Input } from './child-program.js';

export type Run = {
  readonly code: number | null;
  /** Lines of stdout. */
  readonly out: readonly string[];
  /** All of stderr. */
  readonly err: string;
};

/** A line of `doctor --json`. */
export type Found = {
  readonly step: string;
  readonly result: 'ok' | 'failed' | 'skipped';
  readonly saw: string;
  readonly ms?: number;
  readonly cause?: string;
  readonly remedy?: string;
  readonly exit?: number;
};

export const MAIN = new URL('../../src/cli/main.ts', import.meta.url);

export function commandLine(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  input: Input = 'none',
): ChildProgram {
  return new ChildProgram(MAIN, args, [], env, input);
}

export async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  await using program = commandLine(args, env);
  const { code, said, complaints } = await program.ended;
  return { code, out: said, err: complaints };
}

/** The same in this process, where nothing may be left open either. */
export async function runHere(args: readonly string[]): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const exit = await runProgram(args, new Terminal({ stdout, stderr, once: () => undefined }));
  const [out, err] = await Promise.all([stdout.end(), stderr.end()].map(text));
  const lines = (out ?? '').split('\n').slice(0, -1);
  return { code: EXITS[exit].code, out: lines, err: err ?? '' };
}

export class Examination {
  readonly run: Run;
  readonly found: readonly Found[];

  /** Of `doctor --json` with these arguments. */
  static async of(args: readonly string[]): Promise<Examination> {
    return new Examination(await runHere(['doctor', ...args, '--json']));
  }

  constructor(run: Run) {
    this.run = run;
    this.found = run.out.map((line) => JSON.parse(line) as Found);
  }

  step(name: string): Found {
    const found = this.found.find(({ step }) => step === name);
    if (found === undefined) throw new Error(`no step ${name}: ${this.run.err}`);
    return found;
  }

  /** Step by step. */
  get results(): { readonly [step: string]: string } {
    return Object.fromEntries(this.found.map(({ step, result }) => [step, result]));
  }
}
