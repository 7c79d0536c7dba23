/** The log of the process: JSON lines by pino, or lines for a person at a terminal. */

import { createRequire } from 'node:module';
import type * as Pino from 'pino';
import { UsageError } from '../errors.js';
import type { Logger } from '../telemetry/log-to.js';
import type { LogConfig } from './config/schema.js';
import { lineOf } from './log-line.js';

const require = createRequire(import.meta.url);

export type LogLevel = NonNullable<LogConfig['level']>;

export interface ProcessLog {
  readonly logger: Logger;
  /** From now on. */
  setLevel(level: LogLevel): void;
  /** What was logged has left the process, or never will. */
  end(): void;
}

export type LogTerms = {
  readonly level: LogLevel;
  readonly format: NonNullable<LogConfig['format']>;
  readonly to: NonNullable<LogConfig['to']>;
};

/** What waits for a reader that does not read: beyond that lines are lost, and not the process. */
const MOST_WAITING = 16 * 2 ** 20;
const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;
/** Nobody of us logs these; whoever is to add a line may forget why. */
const SECRETS = ['params', 'headers', 'payload', 'token', 'authorization', 'secret'];

/** Throws `PHX_MISSING_DEPENDENCY`. */
export function openProcessLog({ level, format, to }: LogTerms): ProcessLog {
  const pino = requirePino();
  const destination = pino.destination({
    dest: DESCRIPTORS[to],
    sync: false,
    maxLength: MOST_WAITING,
  });
  // A reader that has gone takes its log with it, not the process.
  destination.on('error', () => undefined);
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`]);
  const logger = pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[redacted]' },
    },
    format === 'json' ? destination : { write: (json) => destination.write(lineOf(json)) },
  );
  return {
    logger,
    setLevel: (next) => {
      logger.level = next;
    },
    end: () => {
      flush(destination);
    },
  };
}

/** It throws when it was never opened, or its reader has gone. */
function flush(destination: { flushSync(): void }): void {
  try {
    destination.flushSync();
  } catch {
    return;
  }
}

function requirePino(): typeof Pino.pino {
  try {
    return (require('pino') as typeof Pino).pino;
  } catch (cause) {
    const remedy = 'it is an optional dependency: npm install pino';
    throw new UsageError('PHX_MISSING_DEPENDENCY', `pino cannot be loaded; ${remedy}`, { cause });
  }
}
