/** Where a command runs: what it prints to, and what ends it early. */

import { type EventEmitter, once } from 'node:events';
import type { WriteStream } from 'node:tty';
import { CommandError, type ExitName } from './exit-codes.js';
import { hasColours, type Paint, paintFor } from './paint.js';

/** What of a process a terminal needs. */
type Host = Pick<NodeJS.Process, 'stdout' | 'stderr'> & Pick<EventEmitter, 'once'>;

const SIGNALS: { readonly [signal: string]: ExitName } = {
  SIGINT: 'interrupted',
  SIGTERM: 'terminated',
};

export class Terminal {
  /** Colours of stdout. */
  readonly paint: Paint;
  readonly #stdout: WriteStream;
  readonly #stderr: WriteStream;
  readonly #over = new AbortController();
  #isCut = false;

  /** A second Ctrl-C finds no listener, and so ends the process at once. */
  constructor(host: Host) {
    this.#stdout = host.stdout;
    this.#stderr = host.stderr;
    this.paint = paintFor(host.stdout);
    host.stdout.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
    host.stderr.on('error', ignore);
    for (const [signal, exit] of Object.entries(SIGNALS)) {
      host.once(signal, () => this.#end(exit, signal));
    }
  }

  /** Aborted when nobody wants the command any more; its reason is the `CommandError` to end with. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Whether stdout is a terminal with colours. */
  get isColourful(): boolean {
    return hasColours(this.#stdout);
  }

  /** Whether whoever read stdout has gone, as `head` does. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** A result. */
  out(line: string): void {
    this.#stdout.write(`${line}\n`);
  }

  /** A result of many: resolves when there is room for the next, or nobody who reads. */
  async print(line: string): Promise<void> {
    if (this.#stdout.write(`${line}\n`)) return;
    await Promise.race([once(this.#stdout, 'drain'), once(this.#over.signal, 'abort')]);
  }

  /** Anything else. */
  err(line: string): void {
    this.#stderr.write(`${line}\n`);
  }

  /** Resolves when all that was printed has left, or cannot. */
  async flushed(): Promise<void> {
    await Promise.all([this.#stdout, this.#stderr].map(written));
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (error.code !== 'EPIPE') this.err(`error: stdout: ${error.message}`);
    this.#isCut = error.code === 'EPIPE';
    this.#end(this.#isCut ? 'ok' : 'internal', 'stdout is closed');
  }

  #end(exit: ExitName, why: string): void {
    this.#over.abort(new CommandError(exit, why));
  }
}

function written(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

/** Nobody is left to tell. */
function ignore(): void {}
