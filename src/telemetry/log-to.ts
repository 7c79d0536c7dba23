/** Telemetry as log lines: one for each fact, in the shape of pino's loggers. */

import { UsageError } from '../errors.js';
import type { TelemetryFact } from './facts.js';
import { type Level, LINES, levelOf } from './log-lines.js';
import type { Telemetry } from './telemetry.js';

export type Bindings = { readonly [name: string]: unknown };

/** What it needs of a logger; pino's have it. */
export type Logger = {
  readonly [L in Level]: (fields: object, message: string) => void;
} & {
  child?(bindings: Bindings): { readonly [L in Level]: (fields: object, message: string) => void };
};

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];

export type LogOptions = {
  /** In every line, beside `component`. A second client in the process needs one that tells it apart. Default none. */
  readonly bindings?: Bindings;
};

/**
 * Writes one line for each fact: `fact` is its name, beside it its fields, flat. `docs/telemetry.md` lists them.
 *
 * No line has a payload, a param, a header, a token or a URL; topics, events and error codes it has. Errors appear by
 * class, code and place, because their words are their author's. Throws `PHX_BAD_OPTION` for what is no logger.
 */
export function logTo(logger: Logger, { bindings = {} }: LogOptions = {}): Telemetry {
  requireLogger(logger);
  const bound = { component: 'gen-socket-client', ...bindings };
  const child = logger.child?.(bound);
  return {
    fact: (fact) => {
      const fields = child === undefined ? { ...bound, ...fieldsOf(fact) } : fieldsOf(fact);
      (child ?? logger)[levelOf(fact)](fields, LINES[fact.name].message);
    },
  };
}

/** Whoever has no types may give `pino` itself, which is no logger, or nothing. */
function requireLogger(logger: Partial<Logger> | null | undefined): void {
  const missing = LEVELS.find((level) => typeof logger?.[level] !== 'function');
  if (missing === undefined) return;
  const problem = `logTo was given no logger: it has no method ${missing}`;
  throw new UsageError('PHX_BAD_OPTION', `${problem}; give one such as pino()`);
}

/** `at` is left out, because the logger has the time; `name` is changed, because it is the logger's own. */
function fieldsOf({ name, at: _, ...fields }: TelemetryFact): object {
  if (!('error' in fields)) return { fact: name, ...fields };
  const { error: __, ...wordless } = fields;
  return { fact: name, ...wordless };
}
