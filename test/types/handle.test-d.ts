/** What the compiler knows of a worker from outside: its answers and its notifications. */

import { describe, expectTypeOf, test } from 'vitest';
import { type Client, GenSocketClient, type Pending } from '../../src/index.js';
import type { Orders } from './contract.js';

class OrdersWorker extends GenSocketClient<Orders> {
  override handleCall(request: { quote: string }) {
    return this.push('orders:eu', 'quote', { id: request.quote });
  }
}

class Timers extends GenSocketClient {
  override async handleCall(request: 'a' | 'b') {
    await Promise.resolve();
    return request === 'a' ? 1 : this.defer(() => Promise.resolve(2));
  }

  override handleInfo(_info: 'tick'): void {
    this.after('1s', () => this.join('x'));
    using timer = this.every('1s', () => undefined);
    timer.cancel();
  }
}

describe('a handle', () => {
  test('has what a worker has not: calls come from outside', () => {
    expectTypeOf<Timers>().not.toHaveProperty('call');
    expectTypeOf<Timers>().not.toHaveProperty('notify');
  });

  test('knows what a call answers, pending or not', () => {
    const orders = {} as Client<OrdersWorker>;
    expectTypeOf(orders.call({ quote: '42' })).resolves.toEqualTypeOf<{ price: number }>();
    const timers = {} as Client<Timers>;
    expectTypeOf(timers.call('a')).resolves.toEqualTypeOf<number>();
    const anyone = {} as Client;
    expectTypeOf(anyone.call('anything', { timeout: '1s' })).resolves.toEqualTypeOf<unknown>();
  });

  test('is what start returns, of the class that was started', () => {
    expectTypeOf(new Timers().start({ autoConnect: false })).toEqualTypeOf<Client<Timers>>();
  });

  test('of one worker passes for the handle of any', () => {
    expectTypeOf<Client<Timers>>().toExtend<Client>();
  });

  test('refuses what the worker is not asked or told', () => {
    const timers = {} as Client<Timers>;
    // @ts-expect-error not a request of this worker
    void timers.call('c');
    timers.notify('tick');
    // @ts-expect-error not something this worker is told
    timers.notify('tock');
    // @ts-expect-error a duration has a unit that is known
    void timers.call('a', { timeout: '5 sec' });
  });

  test('is an answer of deferred work, too', () => {
    class Deferring extends GenSocketClient {
      override handleCall() {
        const work = this.defer(() => Promise.resolve('done'));
        expectTypeOf(work).toExtend<Pending<string>>();
        return work;
      }
    }
    expectTypeOf<Client<Deferring>['call']>().returns.resolves.toEqualTypeOf<string>();
  });
});
