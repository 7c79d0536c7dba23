/** Loads commander when a command line is parsed: who uses the library alone need not have it. */

import { createRequire } from 'node:module';
import type * as Commander from 'commander';
import { UsageError } from '../errors.js';

const require = createRequire(import.meta.url);

export type { Command, OptionValues } from 'commander';

/** Throws `PHX_MISSING_DEPENDENCY`. */
export function requireCommander(): typeof Commander {
  try {
    return require('commander') as typeof Commander;
  } catch (cause) {
    const remedy = 'it is an optional dependency: npm install commander';
    throw new UsageError('PHX_MISSING_DEPENDENCY', `commander cannot be loaded; ${remedy}`, {
      cause,
    });
  }
}
