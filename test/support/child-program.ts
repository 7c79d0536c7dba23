/** A program of the tests in a process of its own, so that a test sees what it says and how it ends. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Arrivals } from '../../src/transport/arrivals.js';
import { compiled } from './compiled.js';

export type Ending = {
  /** Null: a signal ended it. */
  readonly code: number | null;
  /** All its lines, those included that were taken before. */
  readonly said: readonly string[];
  /** Warnings of Node's, and the error that ended it. */
  readonly complaints: string;
};

/** A test timeout: a process starts within a second, but not on a machine that is busy. */
export const SLOW_START = 60_000;

/** Whether a test types: if not, its input ends at once. */
export type Input = 'none' | 'typed';

export class ChildProgram implements AsyncDisposable {
  /** Resolves when the process is gone and all that it said has come. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #output: Interface;
  readonly #lines = new Arrivals<string>();
  readonly #complaints = new Arrivals<string>();
  readonly #said: string[] = [];

  /** The environment of this process, with `env` laid over it. */
  constructor(
    program: URL,
    args: readonly string[] = [],
    nodeArgs: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
    input: Input = 'none',
  ) {
    const path = fileURLToPath(compiled(program));
    this.#child = spawn(process.execPath, [...nodeArgs, path, ...args], {
      env: { ...process.env, ...env },
    });
    this.#child.stdin.on('error', ignore);
    if (input === 'none') this.endInput();
    this.#output = createInterface(this.#child.stdout).on('line', (line) => {
      this.#said.push(line);
      this.#lines.put(line);
    });
    createInterface(this.#child.stderr).on('line', (line) => {
      this.#complaints.put(line);
    });
    this.ended = this.#end(textOf(this.#child.stderr));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The next line that nobody has taken; rejects when the process ends without one. */
  next(): Promise<string> {
    return this.#unlessEnded(this.#lines.next());
  }

  /** The same of its standard error. */
  nextComplaint(): Promise<string> {
    return this.#unlessEnded(this.#complaints.next());
  }

  /** Resolves when it has said so; what it says before is taken, too. */
  async until(line: string): Promise<void> {
    while ((await this.next()) !== line);
  }

  /** A line to its standard input. */
  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** More than a pipe holds, so that it resolves only when the program reads. */
  async typeMuch(): Promise<void> {
    await new Promise((resolve) => {
      this.#child.stdin.write(' '.repeat(4 * 2 ** 20), resolve);
    });
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  /** Its standard output fills up, until it is read on. */
  pauseReading(): void {
    this.#output.pause();
  }

  readOn(): void {
    this.#output.resume();
  }

  /** Closes the reading end of its standard output, as `head` does when it has enough. */
  stopReading(): void {
    this.#child.stdout.destroy();
  }

  /** The same of both outputs. */
  stopListening(): void {
    this.stopReading();
    this.#child.stderr.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it, if a test has failed to. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  async #unlessEnded(line: Promise<string>): Promise<string> {
    const first = await Promise.race([line, this.ended]);
    if (typeof first === 'string') return first;
    throw new Error(`the program ended with ${first.code ?? 'a signal'}: ${first.complaints}`);
  }

  async #end(complaints: Promise<string>): Promise<Ending> {
    const [code] = (await once(this.#child, 'close')) as [number | null];
    return { code, said: this.#said, complaints: await complaints };
  }
}

/** It may end before it has read all. */
function ignore(): void {}

async function textOf(stream: Readable): Promise<string> {
  const chunks: unknown[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch {
    // Nobody listens any more.
  }
  return chunks.join('');
}
