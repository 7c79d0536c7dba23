/** What the daemon measures of itself, beside its client, as Prometheus metrics in one registry. */

import { countIn } from '../../telemetry/count-in.js';
import { type Counter, type Histogram, requirePromClient } from '../../telemetry/prom-client.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import type { Meters } from './meters.js';
import { COUNTED, LATENCY, READ, type Readings, TIMED } from './metric-table.js';

const PREFIX = 'gen_socket_client_';

/** What can be scraped. */
export interface Scraped {
  readonly contentType: string;
  metrics(): Promise<string>;
}

export class DaemonMetrics implements Meters {
  readonly registry: Scraped;
  /** For the client: counts its life in the same registry. */
  readonly telemetry: Telemetry;
  readonly #requests: Counter<'listener' | 'route' | 'status'>;
  readonly #requestSeconds: Histogram<'listener' | 'route'>;
  readonly #attempts: Counter<'delivery' | 'outcome'>;
  readonly #attemptSeconds: Histogram<'delivery'>;

  /** Throws `PHX_MISSING_DEPENDENCY`. `readings` is asked at each scrape. */
  constructor(readings: () => Readings) {
    const { Counter, Histogram, Registry } = requirePromClient();
    const registry = new Registry();
    const registers = [registry];
    this.registry = registry;
    this.telemetry = countIn(registry);
    this.#requests = new Counter({ ...named(COUNTED.requests), registers });
    this.#attempts = new Counter({ ...named(COUNTED.attempts), registers });
    const buckets = [...LATENCY];
    this.#requestSeconds = new Histogram({ ...named(TIMED.requests), buckets, registers });
    this.#attemptSeconds = new Histogram({ ...named(TIMED.attempts), buckets, registers });
    for (const row of READ) read(row, readings, registry);
  }

  request(
    listener: 'api' | 'admin' | 'probes',
    route: string,
    status: number,
    seconds: number,
  ): void {
    this.#requests.inc({ listener, route, status: `${status}` });
    this.#requestSeconds.observe({ listener, route }, seconds);
  }

  attempt(
    delivery: string,
    outcome: 'success' | 'retry' | 'drop' | 'deadLetter',
    seconds: number,
  ): void {
    this.#attempts.inc({ delivery, outcome });
    this.#attemptSeconds.observe({ delivery }, seconds);
  }
}

type Row = { readonly name: string; readonly help: string; readonly labelNames: readonly string[] };

function named<L extends string>(row: Row & { readonly labelNames: readonly L[] }) {
  const { name, help, labelNames } = row;
  return { name: `${PREFIX}${name}`, help, labelNames: [...labelNames] };
}

/** Those of the process have the names that every client of Prometheus gives them. */
function read(
  row: (typeof READ)[number],
  readings: () => Readings,
  registry: { registerMetric(metric: never): void },
): void {
  const { Counter, Gauge } = requirePromClient();
  const name = row.of === 'process' ? row.name : `${PREFIX}${row.name}`;
  const config = { name, help: row.help, labelNames: [...row.labelNames], registers: [] };
  const metric =
    row.type === 'counter'
      ? new Counter({
          ...config,
          collect() {
            this.reset();
            for (const [labels, value] of row.read(readings())) this.inc(labels, value);
          },
        })
      : new Gauge({
          ...config,
          collect() {
            this.reset();
            for (const [labels, value] of row.read(readings())) this.set(labels, value);
          },
        });
  registry.registerMetric(metric as never);
}
