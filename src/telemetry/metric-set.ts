/** The metrics of one registry, made of their table. */

import { COUNTERS, GAUGES, HISTOGRAMS, TOTALS } from './metric-table.js';
import type { Counter, Histogram, Metric, Metrics } from './prom-client.js';
import { TopicLabels } from './topic-label.js';
import { WatchedClients } from './watched-clients.js';

type Table = {
  readonly [key: string]: {
    readonly name: string;
    readonly help: string;
    readonly labelNames: readonly string[];
    readonly buckets?: readonly number[];
  };
};
type LabelsOf<T extends Table, K extends keyof T> = T[K]['labelNames'][number];
type Counters = {
  readonly [K in keyof typeof COUNTERS]: Counter<LabelsOf<typeof COUNTERS, K>>;
};
type Histograms = {
  readonly [K in keyof typeof HISTOGRAMS]: Histogram<LabelsOf<typeof HISTOGRAMS, K>>;
};

export class MetricSet {
  readonly topics = new TopicLabels();
  readonly clients = new WatchedClients();
  /** By the name under which each is registered. */
  readonly all = new Map<string, Metric>();
  readonly counters: Counters;
  readonly histograms: Histograms;
  readonly #metrics: Metrics;
  readonly #prefix: string;

  /** Belongs to no registry yet. */
  constructor(metrics: Metrics, prefix: string) {
    this.#metrics = metrics;
    this.#prefix = prefix;
    this.counters = this.#made(COUNTERS, (config) => new metrics.Counter(config)) as Counters;
    this.histograms = this.#made(
      HISTOGRAMS,
      (config) => new metrics.Histogram(config),
    ) as Histograms;
    for (const row of TOTALS) this.#addTotal(row);
    for (const row of GAUGES) this.#addGauge(row);
  }

  #made(table: Table, make: (config: Config) => Metric): { readonly [key: string]: Metric } {
    const made = Object.entries(table).map(([key, { name, help, labelNames, buckets }]) => {
      const config = { ...this.#config(name, help), labelNames: [...labelNames] };
      const metric = make({ ...config, ...(buckets && { buckets: [...buckets] }) });
      return [key, this.#add(name, metric)] as const;
    });
    return Object.fromEntries(made);
  }

  #addTotal({ name, help, total }: (typeof TOTALS)[number]): void {
    const { clients } = this;
    const counter = new this.#metrics.Counter({
      ...this.#config(name, help),
      collect() {
        this.reset();
        this.inc(clients.total(total));
      },
    });
    this.#add(name, counter);
  }

  #addGauge({ name, help, labelNames, read }: (typeof GAUGES)[number]): void {
    const { clients } = this;
    const gauge = new this.#metrics.Gauge({
      ...this.#config(name, help),
      labelNames: [...labelNames],
      collect() {
        this.reset();
        for (const [labels, value] of read(clients)) this.set(labels, value);
      },
    });
    this.#add(name, gauge);
  }

  /** An empty list, because the default is the global registry. */
  #config(name: string, help: string): Config {
    return { name: this.#prefix + name, help, registers: [] };
  }

  #add(name: string, metric: Metric): Metric {
    this.all.set(this.#prefix + name, metric);
    return metric;
  }
}

type Config = {
  name: string;
  help: string;
  labelNames?: string[];
  buckets?: number[];
  registers: [];
};
