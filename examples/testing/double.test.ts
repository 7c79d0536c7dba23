import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { PhoenixDouble } from 'gen-socket-client/testing';
import { OrdersWorker } from './worker.js';

test('takes what it missed while a real server was away', async () => {
  const orders = [{ id: 'a', position: 1 }];
  const acks = new EventEmitter();
  await using server = await PhoenixDouble.start({
    'orders:*': {
      join: (params) => {
        const { since } = params as { since: number };
        return { missed: orders.filter(({ position }) => position > since) };
      },
      handle: {
        ack: (payload) => {
          acks.emit('ack', payload);
          return { acked: true };
        },
      },
    },
  });

  const first = once(acks, 'ack');
  const worker = new OrdersWorker(async () => {});
  await using _client = worker.start({ url: server.url, reconnect: { min: 10, max: 20 } });
  assert.deepEqual(await first, [{ id: 'a' }]);

  const second = once(acks, 'ack');
  orders.push({ id: 'b', position: 2 });
  server.cut();
  assert.deepEqual(await second, [{ id: 'b' }]);
});
