/** Loads prom-client when metrics are asked for: who only logs need not have it. */

import { createRequire } from 'node:module';
import type * as PromClient from 'prom-client';
import { UsageError } from '../errors.js';

const require = createRequire(import.meta.url);

/** The constructors alone: their default registry is never used. */
export type Metrics = Pick<typeof PromClient, 'Counter' | 'Gauge' | 'Histogram' | 'Registry'>;
export type { Counter, Histogram, Metric } from 'prom-client';

/** Throws `PHX_MISSING_DEPENDENCY`. */
export function requirePromClient(): Metrics {
  try {
    return require('prom-client') as Metrics;
  } catch (cause) {
    const remedy = 'it is an optional dependency: npm install prom-client';
    throw new UsageError('PHX_MISSING_DEPENDENCY', `prom-client cannot be loaded; ${remedy}`, {
      cause,
    });
  }
}
