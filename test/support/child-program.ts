/** A program of the tests in a process of its own, so that a test sees what it says and how it ends. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
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

type Child = ChildProcessByStdio<null, Readable, Readable>;

export class ChildProgram implements AsyncDisposable {
  /** Resolves when the process is gone and all that it said has come. */
  readonly ended: Promise<Ending>;
  readonly #child: Child;
  readonly #lines = new Arrivals<string>();
  readonly #said: string[] = [];

  /** The environment of this process, with `env` laid over it. */
  constructor(
    program: URL,
    args: readonly string[] = [],
    nodeArgs: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ) {
    const path = fileURLToPath(compiled(program));
    this.#child = spawn(process.execPath, [...nodeArgs, path, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    createInterface(this.#child.stdout).on('line', (line) => {
      this.#said.push(line);
      this.#lines.put(line);
    });
    this.ended = this.#end(textOf(this.#child.stderr));
  }

  /** The next line that nobody has taken; rejects when the process ends without one. */
  async next(): Promise<string> {
    const line = await Promise.race([this.#lines.next(), this.ended]);
    if (typeof line === 'string') return line;
    throw new Error(`the program ended with ${line.code ?? 'a signal'}: ${line.complaints}`);
  }

  /** Resolves when it has said so; what it says before is taken, too. */
  async until(line: string): Promise<void> {
    while ((await this.next()) !== line);
  }

  /** Closes the reading end of its standard output, as `head` does when it has enough. */
  stopReading(): void {
    this.#child.stdout.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it, if a test has failed to. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  async #end(complaints: Promise<string>): Promise<Ending> {
    const [code] = (await once(this.#child, 'close')) as [number | null];
    return { code, said: this.#said, complaints: await complaints };
  }
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks.join('');
}
