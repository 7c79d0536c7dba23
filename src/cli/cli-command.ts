/** What a command is: what `--help` says of it, what it takes, and what it does. */

import type { ExitName } from './exit-codes.js';
import type { Given } from './given.js';
import type { Terminal } from './terminal.js';

export type CliArgument = {
  /** With its brackets: `<URL>`, `[TOPIC]`, `<TOPIC...>`. */
  readonly form: string;
  readonly about: string;
};

export type CliOption = {
  /** With what it takes: `--vsn <version>`; nothing for a switch. */
  readonly flags: string;
  readonly about: string;
  /** The environment variable that stands in for it; for one that repeats, a value a line. */
  readonly env?: string;
  readonly repeats?: boolean;
  /** Never a secret: `--help` shows it. */
  readonly standard?: string;
};

export type CliCommand = {
  readonly name: string;
  readonly summary: string;
  readonly args: readonly CliArgument[];
  readonly options: readonly CliOption[];
  /** A command line, and what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Rejects with a `CommandError`, or with the reason of the terminal's signal. */
  run(given: Given, terminal: Terminal): Promise<ExitName>;
};
