/** The event routes on a real listener over a log in memory, with what tests say to them. */

import { onTestFinished } from 'vitest';
import { newApp, routed } from '../../../src/daemon/api/app.js';
import { serveDocument } from '../../../src/daemon/api/document.js';
import { type EventParts, eventParts } from '../../../src/daemon/api/event-parts.js';
import { eventRoutes } from '../../../src/daemon/api/event-routes.js';
import type { NewEvent } from '../../../src/daemon/inbox/event.js';
import type { EventLog } from '../../../src/daemon/inbox/event-log.js';
import { memoryLog } from '../../../src/daemon/inbox/memory-log.js';
import {
  type ListenerTerms,
  openListener,
  type OpenListener,
} from '../../../src/daemon/listeners/listener.js';

const SOURCE = 'ws://phx.test/socket';

type StageTerms = {
  readonly log?: EventLog;
  readonly messages?: number;
  readonly listener?: ListenerTerms['limits'];
  readonly clock?: NonNullable<Parameters<typeof eventParts>[0]['clock']>;
  readonly limits?: NonNullable<Parameters<typeof eventParts>[0]['limits']>;
};

export type EventStage = {
  readonly address: string;
  readonly server: OpenListener['server'];
  readonly log: EventLog;
  readonly parts: EventParts;
  /** What went wrong inside. */
  readonly failures: readonly unknown[];
  /** One message of a topic; its payload is its number. */
  say(topic: string, payload?: unknown, event?: string): void;
  drain(): void;
  /** Cuts all connections, as a network would. */
  cut(): void;
  get(path: string, init?: RequestInit): Promise<Response>;
  pull(query: string): Promise<Pulled>;
  ack(body: object): Promise<{ results: readonly { id: string; outcome: string }[] }>;
  close(): Promise<void>;
};

export type Told = {
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
  readonly data?: unknown;
  readonly data_base64?: string;
  readonly phxseq: number;
};
export type Pulled = {
  readonly events: readonly (Told & { readonly redelivery: number })[];
  readonly draining: boolean;
};

export async function eventStage(terms: StageTerms = {}): Promise<EventStage> {
  const log = terms.log ?? memoryLog({ messages: terms.messages ?? 10_000, size: 2 ** 30 });
  const drain = new AbortController();
  const failures: unknown[] = [];
  const { clock, limits } = terms;
  const parts = eventParts({
    log,
    source: SOURCE,
    draining: drain.signal,
    ...(clock !== undefined && { clock }),
    ...(limits !== undefined && { limits }),
  });
  const app = newApp();
  app.use(routed);
  app.route('/', eventRoutes(parts));
  serveDocument(app, '0.0.0');
  const listener = await openListener(
    'api',
    { listen: 0 },
    (request, exchange) => app.fetch(request, exchange),
    {
      meters: { request: () => undefined, attempt: () => undefined },
      log: () => undefined,
      failed: (failure) => void failures.push(failure),
      ...(terms.listener !== undefined && { limits: terms.listener }),
    },
  );
  const close = async (): Promise<void> => {
    parts.streams.close();
    parts.consumers.close();
    listener.server.closeAllConnections();
    await listener.close();
    await log.close();
  };
  onTestFinished(close);
  const { address } = listener;
  const get = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(address + path, init);
  return {
    address,
    server: listener.server,
    log,
    parts,
    failures,
    say: (topic, payload = {}, event = 'said') => void log.append(message(topic, payload, event)),
    drain: () => drain.abort(),
    cut: () => listener.server.closeAllConnections(),
    get,
    pull: async (query) => (await (await get(`/v1/events/pull?${query}`)).json()) as Pulled,
    ack: async (body) => {
      const response = await get('/v1/events/ack', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return (await response.json()) as { results: { id: string; outcome: string }[] };
    },
    close,
  };
}

function message(topic: string, payload: unknown, event = 'said'): NewEvent {
  return { kind: 'message', topic, event, payload, time: Date.now(), routes: ['*'] };
}
