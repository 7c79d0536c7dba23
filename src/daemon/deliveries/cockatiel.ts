/** Loads cockatiel when a webhook is opened: who has none need not have it. */

import { createRequire } from 'node:module';
import type * as Cockatiel from 'cockatiel';
import { UsageError } from '../../errors.js';

const require = createRequire(import.meta.url);

/** Throws `PHX_MISSING_DEPENDENCY`. */
export function requireCockatiel(): typeof Cockatiel {
  try {
    return require('cockatiel') as typeof Cockatiel;
  } catch (cause) {
    const remedy = 'it is an optional dependency: npm install cockatiel';
    const message = `cockatiel cannot be loaded, which a webhook needs; ${remedy}`;
    throw new UsageError('PHX_MISSING_DEPENDENCY', message, { cause });
  }
}
