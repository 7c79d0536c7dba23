import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from 'gen-socket-client/testing';
import { OrdersWorker } from './worker.js';

const store = async () => {};

test('stays away for as long as a full server asks', async () => {
  await using server = simulate(new OrdersWorker(store));
  await server.refuseConnect({ status: 503, headers: { 'retry-after': '60' } });
  await server.expectNothing('59s');
  await server.clock.advance('1s');
  await server.acceptConnect();
});

test('asks for new credentials when the old ones are refused', async () => {
  let token = 'old';
  const credentials = ({ refused }: { refused: boolean }) => {
    if (refused) token = 'new';
    return { authToken: token };
  };
  await using server = simulate(new OrdersWorker(store), { credentials });
  await server.refuseConnect({ status: 401 });
  const { authToken } = await server.acceptConnect();
  assert.equal(authToken, 'new');
});

test('tries a refused join again', async () => {
  const rejoin = { delays: ['5s'], jitter: 'none' } as const;
  await using server = simulate(new OrdersWorker(store), { rejoin });
  await server.acceptConnect();
  await (await server.expectJoin('orders:eu')).refuse({ reason: 'not yet' });
  await server.clock.advance('5s');
  await (await server.expectJoin('orders:eu')).reply({ missed: [] });
});

test('comes back when the server restarts', async () => {
  await using server = simulate(new OrdersWorker(store));
  await server.acceptConnect();
  await (await server.expectJoin('orders:eu')).reply({ missed: [] });
  await server.disconnect({ code: 1012, reason: 'service restart' });
  await server.acceptConnect();
  await server.expectJoin('orders:eu');
});
