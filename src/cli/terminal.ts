/** Where a command runs: what it prints to, and what ends it early. */

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandError, type ExitName } from './exit-codes.js';
import { hasColours, type Paint, paintFor, type Screen } from './paint.js';

/** What a terminal needs of a process. */
export interface Host {
  readonly stdout: Writable & Screen;
  readonly stderr: Writable;
  once(signal: string, listener: () => void): unknown;
}

const SIGNALS: { readonly [signal: string]: ExitName } = {
  SIGINT: 'interrupted',
  SIGTERM: 'terminated',
};

/** For a reader that does not read. */
const LAST_MOMENT = 1000;

export class Terminal {
  /** Colours of stdout. */
  readonly paint: Paint;
  readonly #stdout: Host['stdout'];
  readonly #stderr: Writable;
  readonly #over = new AbortController();
  #broken: ExitName | null = null;
  /** Milliseconds at the end for what was printed; null: as long as its reader takes. */
  #patience: number | null = null;
  /** For what is printed next; null while there is some. All who wait for it wait for the same. */
  #room: Promise<void> | null = null;

  /** A second Ctrl-C finds no listener, and so ends the process at once. */
  constructor(host: Host) {
    this.#stdout = host.stdout;
    this.#stderr = host.stderr;
    this.paint = paintFor(host.stdout);
    host.stdout.on('error', this.#failed);
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

  /** How a command ends whose stdout cannot be written any more, whatever else it came to; null while it can. */
  get broken(): ExitName | null {
    return this.#broken;
  }

  /** For a command that does more than print: from now on, what becomes of stdout neither ends it nor says how it ended. */
  outliveOutput(): void {
    this.#stdout.on('error', ignore);
    this.#stdout.off('error', this.#failed);
    this.#patience = LAST_MOMENT;
  }

  /** A result. */
  out(line: string): void {
    this.#stdout.write(`${line}\n`);
  }

  /** A result of many: resolves when there is room for the next, or nobody who reads. */
  async print(line: string): Promise<void> {
    if (this.#stdout.write(`${line}\n`)) return;
    this.#room ??= this.#drained();
    await this.#room;
  }

  /** Anything else. */
  err(line: string): void {
    this.#stderr.write(`${line}\n`);
  }

  /** Resolves when all that was printed has left, or cannot. */
  async flushed(): Promise<void> {
    const all = Promise.all([this.#stdout, this.#stderr].map(written));
    await (this.#patience === null ? all : Promise.race([all, pause(this.#patience)]));
  }

  async #drained(): Promise<void> {
    await once(this.#stdout, 'drain', { signal: this.signal }).catch(ignore);
    this.#room = null;
  }

  /** Whoever reads may have enough, as `head` does. Every write that follows fails, too. */
  readonly #failed = ({ code, message }: NodeJS.ErrnoException): void => {
    if (this.#broken !== null) return;
    this.#broken = code === 'EPIPE' ? 'ok' : 'output';
    if (this.#broken !== 'ok') this.err(`error: stdout cannot be written: ${message}`);
    this.#end(this.#broken, 'stdout is closed');
  };

  #end(exit: ExitName, why: string): void {
    this.#over.abort(new CommandError(exit, why));
  }
}

function written(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

/** Nobody is left to tell. */
function ignore(): void {}
