/** Telemetry as Prometheus metrics, in a registry of the caller's. */

import { badOption } from '../errors.js';
import { Counted } from './counted.js';
import { MetricSet } from './metric-set.js';
import { requirePromClient } from './prom-client.js';
import type { Telemetry } from './telemetry.js';

/** What it needs of a registry; prom-client's have it. */
export interface MetricRegistry {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
}

export type CountOptions = {
  /** Begins every metric's name. Default `gen_socket_client_`. */
  readonly prefix?: string;
};

type ByPrefix = Map<string, Counted>;

const COUNTED = new WeakMap<MetricRegistry, ByPrefix>();
/** The start of a metric's name: https://prometheus.io/docs/concepts/data_model */
const PREFIX = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * Counts a client's life in a registry of prom-client, and never in the global one unless that is the one given.
 * `docs/telemetry.md` lists the metrics.
 *
 * Clients that count in the same registry under the same prefix add up, those that have stopped in the totals only.
 * Throws `PHX_MISSING_DEPENDENCY` without prom-client, and `PHX_BAD_OPTION` for a prefix that begins no name, or under
 * which the registry has metrics that are not ours.
 */
export function countIn(
  registry: MetricRegistry,
  { prefix = 'gen_socket_client_' }: CountOptions = {},
): Telemetry {
  requireRegistry(registry);
  requirePrefix(prefix);
  const byPrefix = COUNTED.get(registry) ?? new Map<string, Counted>();
  const counted = byPrefix.get(prefix) ?? new Counted(new MetricSet(requirePromClient(), prefix));
  register(registry, counted.metrics);
  COUNTED.set(registry, byPrefix.set(prefix, counted));
  return counted;
}

/** All or none. Again after somebody has cleared the registry. */
function register(registry: MetricRegistry, { all }: MetricSet): void {
  const found = [...all].map(([name, metric]) => {
    return { name, metric, registered: registry.getSingleMetric(name) };
  });
  const stranger = found.find(({ metric, registered }) => (registered ?? metric) !== metric);
  if (stranger !== undefined) {
    throw badOption(`the registry has a metric ${stranger.name} already: give another prefix`);
  }
  for (const { metric, registered } of found) {
    if (registered === undefined) registry.registerMetric(metric as never);
  }
}

function requireRegistry(registry: unknown): void {
  const isObject = typeof registry === 'object' && registry !== null;
  if (isObject && 'registerMetric' in registry && 'getSingleMetric' in registry) return;
  throw badOption('countIn was given no registry: give a Registry of prom-client');
}

function requirePrefix(prefix: unknown): void {
  if (typeof prefix === 'string' && PREFIX.test(prefix)) return;
  throw badOption(
    `prefix '${String(prefix)}' begins no metric's name: write letters, digits and _, no digit first`,
  );
}
