/** What the compiler knows of a simulation: the contract of its worker, without its being written. */

import { describe, expectTypeOf, test } from 'vitest';
import { type Client, type ContractIn, GenSocketClient, type Untyped } from '../../src/index.js';
import { simulate, type Simulation } from '../../src/testing/index.js';
import type { Orders, Shop } from './contract.js';

class OrdersWorker extends GenSocketClient<Orders> {
  override handleCall(request: { quote: string }) {
    return this.push('orders:eu', 'quote', { id: request.quote });
  }
}

class Anything extends GenSocketClient {}

describe('a simulation', () => {
  const server = {} as ReturnType<typeof simulate<OrdersWorker>>;

  test('has the contract of its worker, and its handle', () => {
    expectTypeOf(simulate(new OrdersWorker())).toExtend<Simulation<Orders>>();
    expectTypeOf(server.client).toEqualTypeOf<Client<OrdersWorker>>();
    expectTypeOf(server.client.call({ quote: '42' })).resolves.toEqualTypeOf<{ price: number }>();
    expectTypeOf(simulate(new Anything())).toExtend<Simulation>();
  });

  test('says only what the server of the contract says', () => {
    void server.pushMessage({
      topic: 'orders:eu',
      event: 'cancelled',
      payload: { id: '1', position: '2' },
    });
    // @ts-expect-error the server does not say that
    void server.pushMessage({ topic: 'orders:eu', event: 'ack', payload: { id: '1' } });
    // @ts-expect-error a payload of another event
    void server.pushMessage({ topic: 'orders:eu', event: 'cancelled', payload: { at: '1' } });
    // @ts-expect-error the server has no such topic
    void server.pushMessage({ topic: 'stock:1', event: 'created', payload: { sku: '1' } });
  });

  test('expects only what the contract allows', () => {
    void server.expectJoin('orders:eu', { cursor: null });
    // @ts-expect-error no such topic
    void server.expectJoin('order:eu');
    void server.expectPush('orders:eu', 'ack', { id: '1' });
    // @ts-expect-error no such event to push
    void server.expectPush('orders:eu', 'created');
    // @ts-expect-error nothing is pushed to that topic
    void server.expectPush('system', 'ack');
    // @ts-expect-error no such topic
    void server.crash('order:eu');
  });

  test('without a contract says and expects anything', () => {
    const untyped = {} as ReturnType<typeof simulate<Anything>>;
    void untyped.pushMessage({ topic: 'any', event: 'thing', payload: 1 });
    void untyped.expectPush('any', 'thing', { a: { b: 1 } });
  });
});

describe('the contract of a worker', () => {
  test('is inferred from its class', () => {
    expectTypeOf<ContractIn<OrdersWorker>>().toEqualTypeOf<Orders>();
    expectTypeOf<ContractIn<GenSocketClient<Shop>>>().toEqualTypeOf<Shop>();
    expectTypeOf<ContractIn<Anything>>().toEqualTypeOf<Untyped>();
  });
});
