/** The daemon as a process of its own, started from its command line with a configuration file, and what it logs. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { ChildProgram, type Ending } from '../../support/child-program.js';
import { MAIN } from '../../support/command-line.js';
import { askAt, type AskInit, type Told } from './api-stage.js';

export type LogLine = { readonly msg: string; readonly [field: string]: unknown };

/** What it says last. */
export type Report = LogLine & { readonly code: number };

/** The page is made for browsers by the build, which a compiled program lacks. */
const FREE = {
  api: { listen: 0 },
  admin: { listen: 0, page: false },
  log: { level: 'info', format: 'json', to: 'stderr' },
};
/** A busy machine. */
const PATIENCE = 20_000;
/** Of signal number one. */
const SIGHUP_BIT = 1n;
const OFTEN = { timeout: PATIENCE, interval: 10 };

export class DaemonProcess implements AsyncDisposable {
  readonly file: string;
  readonly ended: Promise<Ending>;
  readonly log: LogLine[] = [];
  /** Where it listens, as its log has it. */
  api = '';
  admin = '';
  readonly #child: ChildProgram;
  #isGone = false;

  /** Its configuration is written to that folder. */
  constructor(folder: string, config: object) {
    this.file = configured(folder, config);
    this.#child = new ChildProgram(MAIN, ['run', this.file]);
    this.ended = this.#child.ended.finally(() => {
      this.#isGone = true;
    });
    void this.#follow();
  }

  /** Resolves when it listens. */
  static async start(folder: string, config: object): Promise<DaemonProcess> {
    const daemon = new DaemonProcess(folder, config);
    const { api, admin } = await daemon.said('the daemon listens');
    daemon.api = String(api);
    daemon.admin = String(admin);
    return daemon;
  }

  /** The first line of its log that says so, past or to come. */
  said(msg: string, fields: object = {}): Promise<LogLine> {
    const wanted = Object.entries(fields);
    const isIt = (line: LogLine): boolean =>
      line.msg === msg && wanted.every(([name, value]) => line[name] === value);
    return vi.waitFor(() => {
      const found = this.log.find(isIt);
      if (found === undefined) throw new Error(`it has not said: ${msg}`);
      return found;
    }, OFTEN);
  }

  /** Long before it listens: its process has caught SIGHUP, by what the kernel says of it. */
  async listensToSignals(): Promise<void> {
    await vi.waitFor(() => {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
      const [, caught = '0'] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status) ?? [];
      if ((BigInt(`0x${caught}`) & SIGHUP_BIT) === 0n) throw new Error('it catches no SIGHUP');
    }, OFTEN);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.signal(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** The last line of the log of one that ended by itself. */
  async report(): Promise<Report> {
    const { code, complaints } = await this.ended;
    const lines = complaints.trimEnd().split('\n').map(lineOf);
    return { ...lines.findLast(({ msg }) => msg === 'the daemon has ended'), code } as Report;
  }

  async stop(): Promise<Report> {
    this.signal('SIGTERM');
    return this.report();
  }

  ask(path: string, init?: AskInit): Promise<Told> {
    return askAt(this.api, path, init);
  }

  askAdmin(path: string): Promise<Told> {
    return askAt(this.admin, path);
  }

  push(body: object, headers: { readonly [name: string]: string } = {}): Promise<Told> {
    return this.ask('/v1/push', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Lines of its standard output that nobody has taken. */
  printed(): Promise<string> {
    return this.#child.next();
  }

  /** Of its standard output: whoever read it has gone. */
  stopReading(): void {
    this.#child.stopReading();
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }

  async #follow(): Promise<void> {
    try {
      for (;;) this.log.push(lineOf(await this.#child.nextComplaint()));
    } catch {
      // It has ended.
    }
  }
}

/** Also of a daemon that runs, which reads it again when it is told to. */
export function configured(folder: string, config: object): string {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, JSON.stringify({ ...FREE, ...config }));
  return file;
}

/** What is no line of a log stands as it is. */
function lineOf(text: string): LogLine {
  return text.startsWith('{') ? (JSON.parse(text) as LogLine) : { msg: text };
}
