/** Opens what the daemon is made of, and names each part: nothing listens, dials or delivers yet. */

import { systemClock } from '../clock.js';
import type { Telemetry } from '../index.js';
import { logTo } from '../telemetry/log-to.js';
import { clientOptionsOf, credentialsTimeout } from './config/client-options.js';
import { joinParamsOf } from './config/join-params.js';
import type { Loaded } from './config/load.js';
import type { ChannelConfig, Config } from './config/schema.js';
import { plannedDelivery } from './deliveries/open-delivery.js';
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
  readonly configured: Configured;
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

/** The configuration as it counts; written when it is read again. */
export type Configured = { now: Loaded };

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
    return await partsOver(inbox, terms, life);
  } catch (error) {
    await inbox.close().catch(() => undefined);
    throw error;
  }
}

async function partsOver(inbox: EventLog, terms: DaemonTerms, life: Life): Promise<Parts> {
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
  const needs = { inbox, desk, metrics, source, terms, life };
  const deliveries: DeliverySet = await orStopped(sidecar, () => openDeliveries(config, needs));
  const configured = { now: terms.loaded };
  const opened = { inbox, sidecar, desk, deliveries, metrics };
  return { terms, configured, startedAt: Date.now(), source, life, ...opened };
}

/** The client has been started, and may have its store open. */
async function orStopped<T>({ client }: PhoenixSidecar, open: () => T): Promise<T> {
  try {
    return open();
  } catch (error) {
    await client.stop();
    throw error;
  }
}

/** A daemon that ends already is not asked again: by a signal that would mean at once. */
export function askedToDrain({ life, terms }: Pick<Parts, 'life' | 'terms'>): void {
  if (life.phase !== 'running') return;
  life.phase = 'draining';
  terms.drain();
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

type DeliveryNeeds = Pick<Parts, 'inbox' | 'desk' | 'metrics' | 'source' | 'terms' | 'life'>;

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
      askedToDrain(needs);
    },
    clock: systemClock,
    random: Math.random,
  };
  return new DeliverySet((name, each) => plannedDelivery(name, each, parts), config.deliver ?? {});
}

export function channelsOf({ channels = {} }: Config): ReadonlyMap<string, ChannelConfig> {
  return new Map(Object.entries(channels).map(([topic, channel]) => [topic, channel ?? {}]));
}

/** Params and userinfo may be credentials. */
function sourceOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
