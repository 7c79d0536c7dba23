// The worker, tested with no server and no waiting.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from 'gen-socket-client';
import { simulate } from 'gen-socket-client/testing';
import type { Order, Store } from './contract.js';
import { OrdersWorker } from './worker.js';

class Orders implements Store {
  readonly saved: string[] = [];
  #cursor = 0;

  cursor() {
    return Promise.resolve(this.#cursor);
  }

  save(order: Order) {
    this.saved.push(order.id);
    return Promise.resolve();
  }

  moveTo(cursor: number) {
    this.#cursor = cursor;
    return Promise.resolve();
  }
}

const order = { id: '42', total: 10, position: 7 };

test('stores an order, acknowledges it until that is confirmed, and misses none', async () => {
  const orders = new Orders();
  const worker = new OrdersWorker(orders);
  await using server = simulate(worker, { rejoin: { delays: ['2s'], jitter: 'none' } });

  await server.acceptConnect();
  await (await server.expectJoin('orders:eu', { cursor: 0 })).reply({ missed: [] });
  await server.pushMessage({ topic: 'orders:eu', event: 'created', payload: order });
  const ack = await server.expectPush('orders:eu', 'ack', { id: '42' });
  assert.deepEqual(ack.payload, { id: '42', idempotency_key: 'ack:42' });
  assert.deepEqual(orders.saved, ['42']);

  // The channel crashes before it answers: the push waits for the rejoin and goes out again.
  await server.crash('orders:eu');
  await server.clock.advance('2s');
  await (await server.expectJoin('orders:eu', { cursor: 7 })).reply({ missed: [] });
  const again = await server.expectPush('orders:eu', 'ack', { id: '42' });
  assert.deepEqual(again.payload, ack.payload);
  await again.reply({ acked: true });
  await server.expectNothing('10m');
  assert.deepEqual(server.client.confirmed.list(), []);
});

test('a quote that nobody answers times out and stops nothing', async () => {
  await using server = simulate(new OrdersWorker(new Orders()), { timeouts: { push: '5s' } });
  await server.acceptConnect();
  await (await server.expectJoin('orders:eu')).reply({ missed: [] });

  const quote = server.client
    .call({ quote: '42' }, { timeout: '30s' })
    .catch((error: unknown) => error);
  await server.expectPush('orders:eu', 'quote', { id: '42' });
  await server.clock.advance('5s');
  assert.ok(hasCode(await quote, 'PHX_PUSH_TIMEOUT'));
  assert.equal(server.client.status.state, 'connected');
});

test('stays away as long as the server says', async () => {
  await using server = simulate(new OrdersWorker(new Orders()));
  await server.refuseConnect({ status: 503, headers: { 'retry-after': '60' } });
  await server.expectNothing('59s');
  await server.clock.advance('1m');
  await server.acceptConnect();
});
