/** A program of an example that is no TypeScript, run as its readers run it, and what it says. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const EXAMPLES = new URL('../../examples/', import.meta.url);
/** `-I`: neither the environment nor a folder of packages changes what it imports. */
const BY_ENDING: { readonly [ending: string]: readonly [string, ...string[]] } = {
  '.py': ['python3', '-I', '-S', '-u'],
  '.mjs': [process.execPath],
  '.sh': ['sh'],
};

export class ExampleProgram implements AsyncDisposable {
  /** Its lines so far, of both streams. */
  readonly said: string[] = [];
  /** Resolves with the exit code when it has ended; null: a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  /** `path`: in the examples, or absolute. */
  constructor(path: string, env: NodeJS.ProcessEnv) {
    const [command, ...args] = BY_ENDING[extname(path)] ?? ['/bin/false'];
    this.#child = spawn(command, [...args, fileURLToPath(new URL(path, EXAMPLES))], {
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
