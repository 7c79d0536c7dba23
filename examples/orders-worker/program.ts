// The worker as a process: supervised, probed, drained by a signal.
import { authTokenFile, runWorker } from 'gen-socket-client';
import { levelStore } from 'gen-socket-client/store';
import type { Order, Store } from './contract.js';
import { OrdersWorker } from './worker.js';

/** Outlives the workers; in production a database. */
class MemoryStore implements Store {
  readonly #orders = new Map<string, Order>();
  #cursor = 0;

  cursor() {
    return Promise.resolve(this.#cursor);
  }

  save(order: Order) {
    if (order.total < 0) return Promise.reject(new RangeError('the database refuses it'));
    this.#orders.set(order.id, order);
    return Promise.resolve();
  }

  moveTo(cursor: number) {
    this.#cursor = cursor;
    return Promise.resolve();
  }
}

const store = new MemoryStore();
const tokenFile = process.env['TOKEN_FILE'];

const code = await runWorker(() => new OrdersWorker(store), {
  url: process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
  // Read before every dial: a token that was replaced is used from the next one on.
  credentials: tokenFile === undefined ? {} : authTokenFile(tokenFile),
  // Where acknowledgements wait for their replies, over crashes and kills.
  outbox: { store: levelStore(process.env['OUTBOX'] ?? './outbox') },
  reconnect: { max: '1m' },
  timeouts: { push: '5s' },
  restart: { max: 5, period: '1m' },
  drain: { grace: '20s' },
  metrics: { listen: process.env['METRICS'] ?? 9464 },
});
console.log('ended with', code);
