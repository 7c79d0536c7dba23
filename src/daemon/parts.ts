/** Opens what the daemon is made of, and names each part: nothing listens, dials or delivers yet. */

import { systemClock } from '../clock.js';
import type { Telemetry } from '../index.js';
import { logTo } from '../telemetry/log-to.js';
import { clientOptionsOf, credentialsTimeout } from './config/client-options.js';
import { joinParamsOf } from './config/join-params.js';
import type { Loaded } from './config/load.js';
import type { ChannelConfig, Config } from './config/schema.js';
import { openDelivery } from './deliveries/open-delivery.js';
import { DeliverySet } from './delivery-set.js';
import { matcher } from './inbox/event-filter.js';
import type { EventLog } from './inbox/event-log.js';
import { DaemonMetrics } from './metrics/daemon-metrics.js';
import { openInbox } from './open-inbox.js';
import type { ProcessLog } from './process-log.js';
import { Desk } from './pushes/desk.js';
import { PhoenixSidecar } from './sidecar/phoenix-sidecar.js';

export type DaemonTerms = {
  readonly loaded: Loaded;
  readonly log: ProcessLog;
  readonly version: string;
  /** Ends the daemon as a signal does. */
  readonly drain: () => void;
};

export type Parts = {
  readonly terms: DaemonTerms;
  readonly startedAt: number;
  /** Of the socket, without what may be secret of it. */
  readonly source: string;
  readonly inbox: EventLog;
  readonly sidecar: PhoenixSidecar;
  readonly desk: Desk;
  readonly deliveries: DeliverySet;
  readonly metrics: DaemonMetrics;
  readonly life: Life;
};

/** What the daemon is doing; written by the daemon alone. */
export type Life = {
  phase: 'starting' | 'running' | 'draining' | 'stopped';
  storeError: Error | null;
};

/** Rejects with an error of the library: what cannot be opened, and what to do. */
export async function openParts(terms: DaemonTerms): Promise<Parts> {
  const life: Life = { phase: 'starting', storeError: null };
  const inbox = await openInbox(terms.loaded.config, terms.log.logger);
  try {
    return partsOver(inbox, terms, life);
  } catch (error) {
    await inbox.close();
    throw error;
  }
}

function partsOver(inbox: EventLog, terms: DaemonTerms, life: Life): Parts {
  const { config } = terms.loaded;
  const source = sourceOf(config.url ?? '');
  const metrics: DaemonMetrics = new DaemonMetrics(() => ({
    now: Date.now(),
    isDraining: life.phase === 'draining',
    version: terms.version,
    log: inbox.status,
    deliveries: deliveries.list.map(({ status }) => status),
  }));
  const sidecar = openSidecar(config, inbox, [logTo(terms.log.logger), metrics.telemetry]);
  const desk = new Desk(sidecar);
  const deliveries = openDeliveries(config, { inbox, desk, metrics, source, terms });
  const startedAt = Date.now();
  return { terms, startedAt, source, inbox, sidecar, desk, deliveries, metrics, life };
}

function openSidecar(
  config: Config,
  intake: EventLog,
  telemetry: readonly Telemetry[],
): PhoenixSidecar {
  const timeout = credentialsTimeout(config);
  return new PhoenixSidecar({
    channels: channelsOf(config),
    intake,
    keepsOf: matcher,
    paramsOf: (topic, channel) => joinParamsOf(topic, channel, timeout),
    now: Date.now,
    options: { ...clientOptionsOf(config), telemetry },
  });
}

type DeliveryNeeds = Pick<Parts, 'inbox' | 'desk' | 'metrics' | 'source' | 'terms'>;

function openDeliveries(config: Config, needs: DeliveryNeeds): DeliverySet {
  const { inbox, desk, metrics, source, terms } = needs;
  const { logger } = terms.log;
  const parts = {
    log: inbox,
    pushes: desk,
    meters: metrics,
    logger,
    source,
    stdout: process.stdout,
    broken: (name: string, error: Error) => {
      logger.error({ delivery: name, error: error.message }, 'a delivery can never go on');
      terms.drain();
    },
    clock: systemClock,
    random: Math.random,
  };
  return new DeliverySet((name, each) => openDelivery(name, each, parts), config.deliver ?? {});
}

export function channelsOf({ channels = {} }: Config): ReadonlyMap<string, ChannelConfig> {
  return new Map(Object.entries(channels).map(([topic, channel]) => [topic, channel ?? {}]));
}

/** Params and userinfo may be credentials. */
function sourceOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
