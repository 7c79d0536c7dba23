// The worker as a process: supervised, probed, drained by a signal.
import { readFile } from 'node:fs/promises';
import { runWorker } from 'gen-socket-client';
import type { Order, Store } from './contract.js';
import { OrdersWorker } from './worker.js';

/** Outlives the workers; in production a database. */
class MemoryStore implements Store {
  readonly #orders: Order[] = [];

  cursor() {
    return Promise.resolve(this.#orders.at(-1)?.position ?? 0);
  }

  save(order: Order) {
    if (order.total < 0) return Promise.reject(new RangeError('the database refuses it'));
    this.#orders.push(order);
    return Promise.resolve();
  }
}

const store = new MemoryStore();
const tokenFile = process.env['TOKEN_FILE'];

const code = await runWorker(() => new OrdersWorker(store), {
  url: process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
  // Read before every dial: a token that was replaced is used from the next one on.
  credentials: async () =>
    tokenFile === undefined ? {} : { authToken: (await readFile(tokenFile, 'utf8')).trim() },
  reconnect: { max: '1m' },
  timeouts: { push: '5s' },
  restart: { max: 5, period: '1m' },
  drain: { grace: '20s' },
  metrics: { listen: process.env['METRICS'] ?? 9464 },
});
console.log('ended with', code);
