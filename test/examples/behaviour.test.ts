/** The worker of docs/behaviour.md stores every order once, whatever happens to the connection and to its inbox. */

import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ChannelTable, PhoenixDouble } from 'gen-socket-client/testing';
import type { Order, Store } from '../../examples/behaviour/program.js';

/** A server that keeps its orders, and hands out those behind a cursor. */
class Shop {
  readonly orders: Order[] = [];
  readonly acked: string[] = [];
  readonly joinedSince: number[] = [];

  get channels(): ChannelTable {
    return {
      'orders:*': {
        join: (params) => {
          const { since } = params as { since: number };
          this.joinedSince.push(since);
          return { missed: this.orders.filter(({ position }) => position > since) };
        },
        handle: {
          ack: (payload) => {
            this.acked.push((payload as { id: string }).id);
            return { acked: true };
          },
          quote: () => ({ price: 9 }),
        },
      },
      system: {},
    };
  }

  order(): Order {
    const position = this.orders.length + 1;
    const order = { id: `o${position}`, total: 1, position };
    this.orders.push(order);
    return order;
  }
}

function listen(): readonly unknown[][] {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => {
    log.mockRestore();
  });
  return log.mock.calls;
}

/** The program as it stands, each time anew. */
async function run(server: PhoenixDouble) {
  vi.resetModules();
  vi.stubEnv('PHOENIX_URL', server.url);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    process.removeAllListeners('SIGTERM');
  });
  return import('../../examples/behaviour/program.js');
}

describe('the worker of the guide', () => {
  let shop = new Shop();
  beforeEach(() => {
    shop = new Shop();
  });

  test('takes what it missed while away, answers a call by a push, and drains on a signal', async () => {
    await using server = await PhoenixDouble.start(shop.channels);
    const lines = listen();
    const { client } = await run(server);
    await expect.poll(() => server.topics()).toEqual(['orders:eu', 'system']);
    server.broadcast('orders:eu', 'created', shop.order());
    await expect.poll(() => shop.acked).toEqual(['o1']);
    expect(await client.call({ quote: 'o1' })).toEqual({ price: 9 });

    server.broadcast('system', 'maintenance', { seconds: 0.5 });
    await server.seen({ kind: 'closed' });
    shop.order();
    await expect.poll(() => shop.acked).toEqual(['o1', 'o2']);
    expect(shop.joinedSince).toEqual([0, 1]);
    expect(lines).toContainEqual(['away since', expect.any(String)]);

    process.emit('SIGTERM');
    await client.stopped;
    await expect.poll(() => lines.at(-1)).toMatchObject(['drained:', { forced: false, unsent: 0 }]);
    expect(lines).toContainEqual(['terminate:', 'requested', 'at position', 2]);
    expect(server.topics()).toEqual([]);
  });

  test('fetches again what its inbox had to shed, and stores each order once', async () => {
    await using server = await PhoenixDouble.start(shop.channels);
    const lines = listen();
    const { client, OrdersWorker } = await run(server);
    await client.stop();
    const saved: string[] = [];
    const store: Store = {
      save: (order) => Promise.resolve(void saved.push(order.id)),
      refund: () => Promise.resolve(),
    };
    const slow = new OrdersWorker(store).start({ url: server.url, inbox: { messages: 2 } });
    await expect.poll(() => server.topics()).toEqual(['orders:eu', 'system']);
    for (let count = 0; count < 20; count += 1) {
      server.broadcast('orders:eu', 'created', shop.order());
    }
    await expect.poll(() => saved).toHaveLength(20);
    expect(saved).toEqual(shop.orders.map(({ id }) => id));
    expect(lines).toContainEqual(['shed:', expect.any(Number)]);
    await slow.stop();
  });

  test('refunds what was cancelled beside its mailbox, and a drain waits for that', async () => {
    await using server = await PhoenixDouble.start(shop.channels);
    const lines = listen();
    const { client, OrdersWorker } = await run(server);
    await client.stop();
    const bank = new EventTarget();
    const store: Store = {
      save: () => Promise.resolve(),
      refund: () => new Promise((resolve) => bank.addEventListener('paid', () => resolve())),
    };
    const worker = new OrdersWorker(store).start({ url: server.url });
    await expect.poll(() => server.topics()).toEqual(['orders:eu', 'system']);
    server.broadcast('orders:eu', 'cancelled', { id: 'o0', position: 1 });
    server.broadcast('orders:eu', 'created', { ...shop.order(), position: 2 });
    await expect.poll(() => shop.acked).toEqual(['o1']);

    const drained = worker.drain();
    expect(lines).not.toContainEqual(['terminate:', 'requested', 'at position', 2]);
    bank.dispatchEvent(new Event('paid'));
    expect(await drained).toMatchObject({ forced: false });
    expect(lines).toContainEqual(['terminate:', 'requested', 'at position', 2]);
  });

  test('stops when its policy gives the topic up', async () => {
    await using server = await PhoenixDouble.start(shop.channels);
    listen();
    const { client, OrdersWorker } = await run(server);
    await client.stop();
    const store: Store = { save: () => Promise.resolve(), refund: () => Promise.resolve() };
    const options = { url: server.url, rejoin: { closed: false } } as const;
    const worker = new OrdersWorker(store).start(options);
    await expect.poll(() => server.topics()).toEqual(['orders:eu', 'system']);
    server.stopChannel('orders:eu');
    expect(await worker.stopped).toEqual({
      kind: 'requested',
      reason: 'orders:eu closed for good',
    });
  });
});
