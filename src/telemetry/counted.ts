/** Telemetry as metrics: which facts and measurements count for what. */

import type { FactMap, Measurement, MeasurementMap, TelemetryFact } from './facts.js';
import type { Gauges } from './gauges.js';
import type { MetricSet } from './metric-set.js';
import type { Telemetry } from './telemetry.js';

type Counting<Map> = {
  readonly [N in keyof Map]: ((told: Map[N], metrics: MetricSet) => void) | null;
};

/** Null: a gauge shows it, or a log line is enough. */
const OF_FACTS: Counting<FactMap> = {
  'client.started': null,
  'client.stopped': ({ kind }, { counters }) => counters.clientStops.inc({ kind }),
  'socket.state': null,
  'socket.dialing': (_, { counters }) => counters.dials.inc(),
  'socket.opened': ({ ms }, { histograms }) => histograms.openSeconds.observe(ms / 1000),
  'socket.lost': ({ cause, retryIn }, { counters, histograms }) => {
    counters.losses.inc({ cause });
    if (retryIn !== null) histograms.reconnectDelay.observe(retryIn / 1000);
  },
  'socket.full': null,
  'socket.emptied': null,
  'transport.fallback': ({ from, to }, { counters }) => counters.fallbacks.inc({ from, to }),
  'transport.returned': null,
  'credentials.refreshed': ({ outcome }, { counters }) => counters.refreshes.inc({ outcome }),
  'heartbeat.answered': ({ ms }, { histograms }) => histograms.heartbeatSeconds.observe(ms / 1000),
  'frame.misread': ({ code }, { counters }) => counters.misread.inc({ code }),
  'channel.state': null,
  'channel.ended': ({ topic, cause, retryIn }, { counters, histograms, topics }) => {
    counters.channelEnds.inc({ topic: topics.of(topic), cause });
    if (retryIn !== null) histograms.rejoinDelay.observe(retryIn / 1000);
  },
  'join.failed': ({ topic, code, retryIn }, { counters, histograms, topics }) => {
    counters.joinFailures.inc({ topic: topics.of(topic), code });
    if (retryIn !== null) histograms.rejoinDelay.observe(retryIn / 1000);
  },
  'message.stale': null,
  'push.dropped': ({ topic, reason }, { counters, topics }) =>
    counters.pushesDropped.inc({ topic: topics.of(topic), reason }),
  'push.unanswered': null,
  'push.resent': ({ topic }, { counters, topics }) =>
    counters.pushesResent.inc({ topic: topics.of(topic) }),
  'push.abandoned': ({ topic, code }, { counters, topics }) =>
    counters.pushesAbandoned.inc({ topic: topics.of(topic), code }),
  'outbox.restored': null,
  'store.failed': ({ action, code }, { counters }) => counters.storeFailures.inc({ action, code }),
  'inbox.shed': null,
  'inbox.crowded': (_, { counters }) => counters.inboxCrowds.inc(),
  'inbox.calmed': null,
  'inbox.paused': (_, { counters }) => counters.inboxPauses.inc(),
  'inbox.resumed': null,
  'callback.failed': ({ callback }, { counters }) => counters.callbackErrors.inc({ callback }),
  'callback.slow': ({ callback }, { counters }) => counters.callbacksSlow.inc({ callback }),
  'call.timeout': (_, { counters }) => counters.callTimeouts.inc(),
  'worker.restarted': (_, { counters }) => counters.workerRestarts.inc(),
  'worker.gaveUp': null,
};

const OF_MEASUREMENTS: Counting<MeasurementMap> = {
  'push.settled': ({ topic, outcome, ms }, { counters, histograms, topics }) => {
    const label = topics.of(topic);
    counters.pushes.inc({ topic: label, outcome });
    const isReplied = outcome === 'ok' || outcome === 'error';
    if (isReplied) histograms.pushSeconds.observe({ topic: label }, ms / 1000);
  },
  'join.settled': ({ topic, outcome, ms }, { counters, histograms, topics }) => {
    const label = topics.of(topic);
    counters.joins.inc({ topic: label, outcome });
    const isReplied = outcome === 'ok' || outcome === 'refused';
    if (isReplied) histograms.joinSeconds.observe({ topic: label }, ms / 1000);
  },
  'callback.ran': ({ callback, ms }, { histograms }) =>
    histograms.callbackSeconds.observe({ callback }, ms / 1000),
};

export class Counted implements Telemetry {
  readonly metrics: MetricSet;

  constructor(metrics: MetricSet) {
    this.metrics = metrics;
  }

  fact(fact: TelemetryFact): void {
    const count = OF_FACTS[fact.name] as Count<TelemetryFact>;
    count?.(fact, this.metrics);
  }

  measure(measurement: Measurement): void {
    const count = OF_MEASUREMENTS[measurement.name] as Count<Measurement>;
    count?.(measurement, this.metrics);
  }

  watch(gauges: Gauges): () => void {
    return this.metrics.clients.add(gauges);
  }
}

type Count<Told> = ((told: Told, metrics: MetricSet) => void) | null;
