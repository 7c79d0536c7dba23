/** Telemetry as log lines: one for each fact, in the shape of pino's loggers. */

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

export type LogOptions = {
  /** In every line, beside `component`. A second client in the process needs one that tells it apart. Default none. */
  readonly bindings?: Bindings;
};

/**
 * Writes one line for each fact: `fact` is its name, beside it its fields, flat. `docs/telemetry.md` lists them.
 *
 * No line has a payload, a param, a header, a token or a URL; topics, events and error codes it has. Errors appear by
 * class, code and place, because their words are their author's.
 */
export function logTo(logger: Logger, { bindings = {} }: LogOptions = {}): Telemetry {
  const bound = { component: 'gen-socket-client', ...bindings };
  const child = logger.child?.(bound);
  return {
    fact: (fact) => {
      const fields = child === undefined ? { ...bound, ...fieldsOf(fact) } : fieldsOf(fact);
      (child ?? logger)[levelOf(fact)](fields, LINES[fact.name].message);
    },
  };
}

/** `at` is left out, because the logger has the time; `name` is changed, because it is the logger's own. */
function fieldsOf({ name, at: _, ...fields }: TelemetryFact): object {
  if (!('error' in fields)) return { fact: name, ...fields };
  const { error: __, ...wordless } = fields;
  return { fact: name, ...wordless };
}
