// A script under test: a function that is given its socket.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode, type Socket } from 'gen-socket-client';
import { simulateSocket } from 'gen-socket-client/testing';
import type { Shop } from './worker.js';

async function priceOfNext(socket: Socket<Shop>): Promise<number> {
  const orders = await socket.join('orders:eu', { since: 0 });
  const { payload } = await orders.receive('created', {}, { timeout: '1m' });
  return (await orders.push('quote', { id: payload.id }).ok()).price;
}

test('asks for the price of the next order', async () => {
  await using server = simulateSocket<Shop>();
  await server.acceptConnect();
  const price = priceOfNext(await server.socket);

  await (await server.expectJoin('orders:eu', { since: 0 })).reply({ missed: [] });
  const order = { id: 'a', position: 1 };
  await server.pushMessage({ topic: 'orders:eu', event: 'created', payload: order });
  await (await server.expectPush('orders:eu', 'quote', { id: 'a' })).reply({ price: 42 });
  assert.equal(await price, 42);
});

test('waits a minute for an order, and no longer', async () => {
  await using server = simulateSocket<Shop>();
  await server.acceptConnect();
  const price = priceOfNext(await server.socket).catch((error: unknown) => error);
  await (await server.expectJoin('orders:eu')).reply({ missed: [] });
  await server.expectNothing('59s');
  await server.clock.advance('1s');
  assert.ok(hasCode(await price, 'PHX_RECEIVE_TIMEOUT'));
});
