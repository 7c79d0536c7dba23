/** Opens the listeners: the API for the application, admin and probes for who runs it. */

import { toldOf } from '../worker/causes.js';
import { adminHandler, type AdminParts, probesHandler } from './admin/admin-routes.js';
import { livePage, type Page } from './admin/page-routes.js';
import { snapshotOf } from './admin/snapshot-of.js';
import type { Snapshot } from './admin/snapshot.js';
import { apiOf } from './api/api.js';
import type { ApiApp } from './api/app.js';
import { type EventParts, eventParts } from './api/event-parts.js';
import { eventRoutes } from './api/event-routes.js';
import { effective } from './config/effective.js';
import type { Config, ListenerConfig } from './config/schema.js';
import type { RequestLine } from './listeners/exchange.js';
import { type ListenerTerms, openListener, type OpenListener } from './listeners/listener.js';
import { askedToDrain, type Parts } from './parts.js';

export type Listeners = {
  readonly api: OpenListener;
  readonly admin: OpenListener;
  /** Null: none is configured. */
  readonly probes: OpenListener | null;
  /** Null: switched off. */
  readonly page: Page | null;
  readonly events: EventParts;
};

const API = '127.0.0.1:4100';
const ADMIN = '127.0.0.1:4101';
const SERVER_FAULT = 500;

/** Rejects with `PHX_BAD_OPTION` when an address cannot be had, and then none is open. */
export async function openListeners(parts: Parts, draining: AbortSignal): Promise<Listeners> {
  const { config } = parts.terms.loaded;
  const page = pageFor(parts);
  const events = eventParts({ log: parts.inbox, source: parts.source, draining });
  const api = apiFor(parts, events);
  const admin = adminPartsOf(parts, page, api);
  const opened: OpenListener[] = [];
  const terms = listenerTerms(parts);
  const open = async (...[name, place, handler]: FirstThree) => {
    const listener = await openListener(name, place, handler, terms);
    opened.push(listener);
    return listener;
  };
  try {
    return {
      api: await open('api', placeOf(config.api, API), (request, exchange) =>
        api.fetch(request, exchange),
      ),
      admin: await open('admin', placeOf(config.admin, ADMIN), adminHandler(admin)),
      probes: config.probes ? await open('probes', config.probes, probesHandler(admin)) : null,
      page,
      events,
    };
  } catch (error) {
    events.consumers.close();
    await Promise.all(opened.map((listener) => listener.close()));
    throw error;
  }
}

type FirstThree = [
  name: Parameters<typeof openListener>[0],
  place: ListenerConfig,
  handler: Parameters<typeof openListener>[2],
];

function placeOf(given: Partial<ListenerConfig> | undefined, standard: string): ListenerConfig {
  const { listen = standard, tokenFile } = given ?? {};
  return { listen, ...(tokenFile !== undefined && { tokenFile }) };
}

function apiFor(parts: Parts, events: EventParts): ApiApp {
  const { sidecar, desk, deliveries, terms } = parts;
  const { version, loaded } = terms;
  const config = loaded.config.api ?? {};
  const drain = () => {
    askedToDrain(parts);
  };
  const own = { sidecar, desk, deliveries: deliveries.list, config, version, drain };
  return apiOf(own, [eventRoutes(events)]);
}

function adminPartsOf(parts: Parts, page: Page | null, api: ApiApp): AdminParts {
  const { life, sidecar, metrics, terms, configured } = parts;
  return {
    phase: () => life.phase,
    storeError: () => life.storeError,
    sidecar,
    version: terms.version,
    isStrict: () => configured.now.config.admin?.readiness === 'strict',
    metrics: metrics.registry,
    snapshot: () => snapshotFor(parts),
    config: () => effective(configured.now),
    openApi: (exchange) => api.fetch(new Request('http://localhost/openapi.json'), exchange),
    rest: (request, exchange) => page?.routes.fetch(request, exchange) ?? null,
  };
}

function pageFor(parts: Parts): Page | null {
  const { sidecar, desk, terms } = parts;
  const { page = true, control = false } = terms.loaded.config.admin ?? {};
  if (!page) return null;
  return livePage({
    snapshot: () => snapshotFor(parts),
    changes: () => sidecar.client.changes(),
    control: control ? { commands: sidecar, desk } : null,
  });
}

function snapshotFor({
  terms,
  startedAt,
  source,
  sidecar,
  inbox,
  deliveries,
  life,
}: Parts): Snapshot {
  return snapshotOf({
    version: terms.version,
    startedAt,
    url: source,
    control: mayControl(terms.loaded.config),
    sidecar,
    log: inbox,
    deliveries: () => deliveries.list,
    isDraining: () => life.phase === 'draining',
    now: Date.now,
  });
}

function mayControl({ admin }: Config): boolean {
  return admin?.control === true;
}

function listenerTerms({ metrics, terms }: Parts): ListenerTerms {
  const { logger } = terms.log;
  return {
    meters: metrics,
    log: (line: RequestLine) => {
      logger[line.status >= SERVER_FAULT ? 'warn' : 'debug'](line, 'a request was answered');
    },
    failed: (error, id) => {
      logger.error({ id, ...toldOf(error) }, 'a request could not be handled');
    },
  };
}
