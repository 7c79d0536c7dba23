/** Loads undici when a webhook is opened: who has none need not have it. */

import { createRequire } from 'node:module';
import type * as Undici from 'undici';
import { UsageError } from '../../errors.js';

const require = createRequire(import.meta.url);

/** Throws `PHX_MISSING_DEPENDENCY`. */
export function requireUndici(): typeof Undici {
  try {
    return require('undici') as typeof Undici;
  } catch (cause) {
    const remedy = 'it is an optional dependency: npm install undici';
    const message = `undici cannot be loaded, which a webhook needs; ${remedy}`;
    throw new UsageError('PHX_MISSING_DEPENDENCY', message, { cause });
  }
}
