/** Loads classic-level when a store on disk is opened: who keeps nothing there need not have it. */

import { createRequire } from 'node:module';
import type * as Level from 'classic-level';
import { UsageError } from '../errors.js';

const require = createRequire(import.meta.url);

/** Keys and values are text. */
export type Database = Level.ClassicLevel;
export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly key: string };

/** Throws `PHX_MISSING_DEPENDENCY`. */
export function requireClassicLevel(): typeof Level.ClassicLevel {
  try {
    return (require('classic-level') as typeof Level).ClassicLevel;
  } catch (cause) {
    const remedy = 'it is an optional dependency: npm install classic-level';
    throw new UsageError('PHX_MISSING_DEPENDENCY', `classic-level cannot be loaded; ${remedy}`, {
      cause,
    });
  }
}
