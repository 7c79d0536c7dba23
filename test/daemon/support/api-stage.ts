/** The API on a real listener, over a client that talks to a double. */

import { request as httpRequest } from 'node:http';
import { onTestFinished } from 'vitest';
import {
  type Client,
  type ClientOptions,
  GenSocketClient,
  type Join,
  type Leave,
  type Presence,
  type Push,
  type PushOptions,
} from '../../../src/index.js';
import { apiOf, type ApiParts } from '../../../src/daemon/api/api.js';
import type { ChannelConfig, ListenerConfig } from '../../../src/daemon/config/schema.js';
import type { RequestLine } from '../../../src/daemon/listeners/exchange.js';
import { type ListenerTerms, openListener } from '../../../src/daemon/listeners/listener.js';
import { Desk } from '../../../src/daemon/pushes/desk.js';
import type { Sidecar } from '../../../src/daemon/sidecar/sidecar.js';
import { type ChannelTable, noReply, PhoenixDouble, reply } from '../../../src/testing/index.js';

/** What a sidecar does to its topics, for who is no callback of it. */
class Worker extends GenSocketClient {
  pushTo(topic: string, event: string, payload: unknown, options?: PushOptions): Push {
    return this.push(topic, event, payload, options);
  }

  wants(topic: string, params: object): Join {
    return this.join(topic, params);
  }

  leaves(topic: string): Leave {
    return this.leave(topic);
  }

  whoIsAt(topic: string): Presence {
    return this.presence(topic);
  }

  hangUp(): void {
    this.disconnect();
  }
}

/** Until the daemon's own is there: one client, its topics, nothing else. */
export class PlainSidecar implements Sidecar {
  readonly calls: string[] = [];
  readonly wanted = new Map<string, ChannelConfig>();
  readonly client: Client;
  readonly #worker = new Worker();

  constructor(options: ClientOptions) {
    this.client = this.#worker.start(options);
  }

  push(topic: string, event: string, payload: unknown, options?: PushOptions): Push {
    return this.#worker.pushTo(topic, event, payload, options);
  }

  join(topic: string, channel: ChannelConfig): Join {
    this.wanted.set(topic, channel);
    return this.#worker.wants(topic, channel.params ?? {});
  }

  leave(topic: string): Leave {
    this.wanted.delete(topic);
    return this.#worker.leaves(topic);
  }

  presence(topic: string): Presence {
    return this.#worker.whoIsAt(topic);
  }

  gapOf(): null {
    return null;
  }

  reconnect(): void {
    this.calls.push('reconnect');
  }

  pause(): void {
    this.#worker.hangUp();
  }

  resume(): void {
    this.client.connect();
  }
}

export type Stage = {
  readonly sidecar: PlainSidecar;
  readonly double: PhoenixDouble;
  readonly desk: Desk;
  readonly address: string;
  readonly lines: RequestLine[];
  readonly failures: unknown[];
  readonly drained: string[];
  ask(path: string, init?: AskInit): Promise<Told>;
};

export type AskInit = {
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
};

export type Told = {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly text: string;
  /** Of JSON. */
  readonly body: { readonly [name: string]: unknown };
};

const ROOM: ChannelTable = {
  'room:*': {
    join: (params) => params,
    handle: {
      echo: (payload) => payload,
      refuse: (_, channel) => channel.refuse({ reason: 'no' }),
      odd: () => reply('busy', { later: true }),
      silent: () => noReply,
      bytes: () => new Uint8Array([1, 2, 255]),
    },
    joined: (channel) => {
      channel.track('ann', { mood: 'well' });
      channel.push('presence_state', channel.presences());
    },
  },
  'shut:*': { join: (_, channel) => channel.refuse({ reason: 'shut' }) },
};

export type StageOptions = {
  readonly api?: ApiParts['config'];
  readonly listener?: Partial<ListenerConfig>;
  readonly limits?: ListenerTerms['limits'];
  readonly client?: Partial<ClientOptions>;
  readonly deliveries?: ApiParts['deliveries'];
  /** Topics that are joined before it begins. */
  readonly topics?: readonly string[];
};

export async function stage(options: StageOptions = {}): Promise<Stage> {
  const double = await PhoenixDouble.start(ROOM);
  onTestFinished(() => double.stop());
  const url = `${double.url}/websocket`;
  const sidecar = new PlainSidecar({ url, ...options.client });
  const { client } = sidecar;
  onTestFinished(async () => {
    await client.stop();
  });
  for (const topic of options.topics ?? ['room:1']) await sidecar.join(topic, {}).ok();
  const { lines, failures, drained } = { lines: [], failures: [], drained: [] } as Pick<
    Stage,
    'lines' | 'failures' | 'drained'
  >;
  const desk = new Desk(sidecar);
  const app = apiOf({
    sidecar,
    desk,
    deliveries: options.deliveries ?? [],
    config: options.api ?? {},
    version: '0.0.0',
    drain: () => void drained.push('drain'),
  });
  const listener = await openListener(
    'api',
    { listen: 0, ...options.listener },
    (request, exchange) => app.fetch(request, exchange),
    {
      meters: { request: () => undefined, attempt: () => undefined },
      log: (line) => lines.push(line),
      failed: (problem) => failures.push(problem),
      ...(options.limits && { limits: options.limits }),
    },
  );
  onTestFinished(() => listener.close());
  const { address } = listener;
  const ask: Stage['ask'] = (path, init) => askAt(address, path, init);
  return { sidecar, double, desk, address, lines, failures, drained, ask };
}

/** Unlike `fetch` it sends any header, and knows Unix sockets. */
export function askAt(address: string, path: string, init: AskInit = {}): Promise<Told> {
  const { method = 'GET', headers = {}, body } = init;
  const { hostname, port } = address.startsWith('unix:') ? new URL('http://phx') : new URL(address);
  const place = address.startsWith('unix:')
    ? { socketPath: address.slice('unix:'.length) }
    : { host: hostname.replace(/[[\]]/g, ''), port };
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ ...place, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: parsed(text),
        });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function parsed(text: string): { readonly [name: string]: unknown } {
  return text.startsWith('{') ? (JSON.parse(text) as { [name: string]: unknown }) : {};
}
