/** A program of an example in Python, run by a plain python3, and what it says. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const EXAMPLES = new URL('../../examples/', import.meta.url);

export class PythonProgram implements AsyncDisposable {
  /** Its lines so far, of both streams. */
  readonly said: string[] = [];
  /** Resolves with the exit code when it has ended; null: a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  /** `-I`: neither the environment nor a folder of packages changes what it imports. */
  constructor(path: string, env: NodeJS.ProcessEnv) {
    this.#child = spawn('python3', ['-I', '-S', '-u', fileURLToPath(new URL(path, EXAMPLES))], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface(stream).on('line', (line) => this.said.push(line));
    }
    this.ended = this.#end();
  }

  /** Resolves with the first line of this form. */
  async says(form: RegExp): Promise<string> {
    const found = () => this.said.find((line) => form.test(line));
    await expect.poll(found, { timeout: 20_000 }).toBeDefined();
    return found() ?? '';
  }

  /** The port that it listens on. */
  async port(): Promise<number> {
    return Number((await this.says(/^listening \d+$/)).split(' ')[1]);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it, if a test has failed to. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  async #end(): Promise<number | null> {
    const [code] = (await once(this.#child, 'close')) as [number | null];
    return code;
  }
}
