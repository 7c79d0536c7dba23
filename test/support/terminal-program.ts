/** A program in a real terminal (`script` makes one), with a person at the keys: the test. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'vitest';
import { compiled } from './compiled.js';

export class TerminalProgram implements AsyncDisposable {
  /** Resolves with the exit code when the program is gone. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcessWithoutNullStreams;
  #screen = '';

  constructor(
    program: URL,
    args: readonly string[],
    env: { readonly [name: string]: string },
    cwd?: string,
  ) {
    const command = [process.execPath, fileURLToPath(compiled(program)), ...args].join(' ');
    this.#child = spawn('script', ['-qfec', command, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm', ...env },
      cwd,
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#screen += text;
    });
    this.ended = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  /** All that was ever shown, without what moves the cursor. */
  get screen(): string {
    return stripVTControlCharacters(this.#screen);
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** Resolves when it has shown so. */
  async shows(text: string): Promise<void> {
    await expect.poll(() => this.screen, { timeout: 20_000 }).toContain(text);
  }

  /** Ends it, if a test has failed to. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
