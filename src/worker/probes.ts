/** Liveness, readiness and metrics over HTTP: nothing that one could not show to everybody. */

import { once } from 'node:events';
import { lstat, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Client } from '../client/handle.js';
import { badOption, wordsOf } from '../errors.js';
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
      await this.#bind(address);
    } catch (error) {
      throw badOption(`metrics.listen: ${wordsOf(error)}: choose another address`);
    }
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') return address;
    return { host: bound.address, port: bound.port };
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

  /** A process that was killed leaves the file of its Unix socket behind: one where nobody listens is replaced. */
  async #bind(address: ListenAddress): Promise<void> {
    try {
      await once(this.#server.listen(address), 'listening');
    } catch (error) {
      if (!('path' in address) || !(await isAbandoned(address.path))) throw error;
      await unlink(address.path);
      await once(this.#server.listen(address), 'listening');
    }
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

/** Whether it is a Unix socket that nobody listens on. */
async function isAbandoned(path: string): Promise<boolean> {
  const connection = connect(path);
  try {
    await once(connection, 'connect');
    return false;
  } catch (error) {
    return (
      (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' && (await lstat(path)).isSocket()
    );
  } finally {
    connection.destroy();
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
