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
  /** Resolves when what was logged has left the process, or its reader has gone or does not read. Nothing is logged any more. */
  end(): Promise<void>;
}

export type LogTerms = {
  readonly level: LogLevel;
  readonly format: NonNullable<LogConfig['format']>;
  readonly to: NonNullable<LogConfig['to']>;
};

/** What waits for a reader that does not read: beyond that lines are lost, and not the process. */
const MOST_WAITING = 16 * 2 ** 20;
/** For a reader that does not read. */
const PATIENCE = 1000;
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
  const ending = new AbortController();
  const write = (line: string): void => {
    if (!ending.signal.aborted) destination.write(line);
  };
  const logger = pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[redacted]' },
    },
    {
      write:
        format === 'json'
          ? write
          : (json) => {
              write(lineOf(json));
            },
    },
  );
  return {
    logger,
    setLevel: (next) => {
      logger.level = next;
    },
    end: () => {
      ending.abort();
      return ended(destination);
    },
  };
}

/** Not by its `flushSync`, which tries again for ever, and holds up everything, when the reader has gone. */
function ended(destination: ReturnType<typeof Pino.pino.destination>): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(resolve, PATIENCE);
    const end = (): void => {
      clearTimeout(giveUp);
      resolve();
    };
    destination.once('close', end).once('error', end);
    destination.end();
  });
}

function requirePino(): typeof Pino.pino {
  try {
    return (require('pino') as typeof Pino).pino;
  } catch (cause) {
    const remedy = 'it is an optional dependency: npm install pino';
    throw new UsageError('PHX_MISSING_DEPENDENCY', `pino cannot be loaded; ${remedy}`, { cause });
  }
}
