/** What the compiler knows of a supervised worker: the same as of one that was started. */

import { describe, expectTypeOf, test } from 'vitest';
import {
  type Client,
  GenSocketClient,
  type Liveness,
  runWorker,
  supervise,
} from '../../src/index.js';
import type { Orders } from './contract.js';

class OrdersWorker extends GenSocketClient<Orders> {
  readonly shop: string;

  constructor(shop: string) {
    super();
    this.shop = shop;
  }

  override handleCall(request: { quote: string }) {
    return this.push('orders:eu', 'quote', { id: request.quote });
  }

  override handleInfo(_info: 'tick'): void {}
}

const make = () => new OrdersWorker('here');

describe('a supervised worker', () => {
  test('is a client of its class', () => {
    const start = () => supervise(make, { url: 'ws://x', restart: { max: 5, period: '1m' } });
    expectTypeOf(start).returns.toExtend<Client<OrdersWorker>>();
    expectTypeOf(start).returns.toExtend<Client>();
    const ask = (client: ReturnType<typeof start>) => client.call({ quote: '42' });
    expectTypeOf(ask).returns.resolves.toEqualTypeOf<{ price: number }>();
    const client = {} as ReturnType<typeof start>;
    expectTypeOf(client.status.restarts).toEqualTypeOf<number>();
    expectTypeOf<(typeof client)['liveness']>().returns.toEqualTypeOf<Liveness>();
  });

  test('refuses what it is not asked or told, and what makes no worker', () => {
    const wrong = (client: ReturnType<typeof supervise<OrdersWorker>>) => {
      // @ts-expect-error not a request of this worker
      void client.call({ qoute: '42' });
      // @ts-expect-error not something this worker is told
      client.notify('tock');
      // @ts-expect-error a class alone is no function that makes one
      supervise(OrdersWorker, { url: 'ws://x' });
      // @ts-expect-error what it makes is no worker
      supervise(() => 42, { url: 'ws://x' });
      // @ts-expect-error no such option
      supervise(make, { url: 'ws://x', restart: { maximum: 5 } });
    };
    expectTypeOf(wrong).toBeFunction();
  });

  test('as a process ends with a number', () => {
    const run = () => runWorker(make, { url: 'ws://x', drain: { grace: '20s' }, log: false });
    expectTypeOf(run).returns.resolves.toEqualTypeOf<number>();
  });
});
