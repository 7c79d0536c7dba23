/** Liveness, readiness and metrics over HTTP: nothing that one could not show to everybody. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Client } from '../client/handle.js';
import { badOption, wordsOf } from '../errors.js';
import { bind } from './bind.js';
import type { ListenAddress } from './listen-address.js';

/** What can be scraped; registries of prom-client can. */
export interface ScrapedRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
}

type Probed = Pick<Client, 'liveness' | 'status'>;

/** How many topics that are not joined are named. */
const NAMED = 10;

export class Probes {
  readonly #server: Server;
  readonly #registry: ScrapedRegistry | null;
  #client: Probed | null = null;

  constructor(registry: ScrapedRegistry | null) {
    this.#registry = registry;
    this.#server = createServer((request, response) => {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (isRead) this.#answer(pathOf(request), response);
      else response.writeHead(405, { allow: 'GET, HEAD' }).end();
    });
  }

  /** Where it listens. Rejects with `PHX_BAD_OPTION` when it cannot. */
  async listen(address: ListenAddress): Promise<ListenAddress> {
    try {
      return await bind(this.#server, address);
    } catch (error) {
      throw badOption(`metrics.listen: ${wordsOf(error)}: choose another address`);
    }
  }

  /** From now on it answers for this one, whose event loop is watched from now on, too. */
  show(client: Probed): void {
    this.#client = client;
    client.liveness();
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(path: string, response: ServerResponse): void {
    switch (path) {
      case '/healthz':
        this.#tellHealth(response);
        break;
      case '/readyz':
        this.#tellReadiness(response);
        break;
      case '/metrics':
        void this.#tellMetrics(response);
        break;
      default:
        response.writeHead(404).end();
    }
  }

  #tellHealth(response: ServerResponse): void {
    const liveness = this.#client?.liveness() ?? { alive: true };
    tell(response, liveness.alive, liveness);
  }

  #tellReadiness(response: ServerResponse): void {
    const { state = 'disconnected', channels = new Map<string, never>() } =
      this.#client?.status ?? {};
    const wanted = [...channels].filter(([, channel]) => channel.state !== 'leaving');
    const missing = wanted.filter(([, channel]) => channel.state !== 'joined');
    const ready = state === 'connected' && missing.length === 0;
    const named = missing.slice(0, NAMED).map(([topic]) => topic);
    const counts = { wanted: wanted.length, joined: wanted.length - missing.length };
    tell(response, ready, { ready, state, ...counts, missing: named });
  }

  async #tellMetrics(response: ServerResponse): Promise<void> {
    if (this.#registry === null) {
      response.writeHead(404).end();
      return;
    }
    try {
      const text = await this.#registry.metrics();
      response.setHeader('content-type', this.#registry.contentType).end(text);
    } catch (error) {
      tell(response, false, { error: wordsOf(error) });
    }
  }
}

/** Whatever anybody may write there: not all of it would be a URL. */
function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/\?.*/s, '');
}

function tell(response: ServerResponse, isWell: boolean, body: object): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  response.writeHead(isWell ? 200 : 503, headers).end(JSON.stringify(body));
}
