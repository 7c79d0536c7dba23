import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from 'gen-socket-client';
import { simulate } from 'gen-socket-client/testing';
import { type Order, OrdersWorker } from './worker.js';

test('stores an order, acknowledges it, and asks after a crash for what it has missed', async () => {
  const saved: Order[] = [];
  const worker = new OrdersWorker(async (order) => void saved.push(order));
  await using server = simulate(worker, { rejoin: { delays: ['2s'], jitter: 'none' } });

  await server.acceptConnect();
  await (await server.expectJoin('orders:eu', { since: 0 })).reply({ missed: [] });

  const order = { id: 'a', position: 7 };
  await server.pushMessage({ topic: 'orders:eu', event: 'created', payload: order });
  await (await server.expectPush('orders:eu', 'ack', { id: 'a' })).reply({ acked: true });
  assert.deepEqual(saved, [order]);

  await server.crash('orders:eu');
  await server.expectNothing('1.9s');
  await server.clock.advance('100ms');
  const join = await server.expectJoin('orders:eu', { since: 7 });
  await join.reply({ missed: [{ id: 'b', position: 8 }] });
  await server.expectPush('orders:eu', 'ack', { id: 'b' });
  await server.expectNothing('1h');
});

test('a quote that nobody answers times out, and stops nothing', async () => {
  await using server = simulate(new OrdersWorker(async () => {}), { timeouts: { push: '3s' } });
  await server.acceptConnect();
  await (await server.expectJoin('orders:eu')).reply({ missed: [] });

  const quote = server.client.call({ quote: 'a' }).catch((error: unknown) => error);
  await server.expectPush('orders:eu', 'quote', { id: 'a' });
  await server.clock.advance('3s');
  assert.ok(hasCode(await quote, 'PHX_PUSH_TIMEOUT'));
  assert.equal(server.client.status.state, 'connected');
});
