/** What the awaitable API tells the compiler of a contract: topics, responses, pushes, messages and patterns. */

import { describe, expectTypeOf, test } from 'vitest';
import {
  type Channel,
  type ChannelStatus,
  type ClientStatus,
  connect,
  type ConnectOptions,
  type Match,
  type Message,
  type Push,
  type Socket,
  type StopReason,
  v2,
  type Serializer,
  type Transport,
} from '../../src/index.js';
import type { Order, Orders, Shop } from './contract.js';

declare const socket: Socket<Orders>;
declare const shop: Socket<Shop>;
declare const loose: Socket;

describe('connect', () => {
  test('gives a socket of the contract that it was given', () => {
    expectTypeOf(connect<Orders>('ws://x')).resolves.toEqualTypeOf<Socket<Orders>>();
    expectTypeOf(connect('ws://x')).resolves.toEqualTypeOf<Socket>();
    void connect(new URL('ws://x'), { retry: true, signal: AbortSignal.timeout(1) });
  });

  test('takes the options of a client, but not those that it has no use for', () => {
    expectTypeOf<ConnectOptions>().not.toHaveProperty('url');
    expectTypeOf<ConnectOptions>().not.toHaveProperty('autoConnect');
    expectTypeOf<ConnectOptions>().not.toHaveProperty('onCallbackError');
    // @ts-expect-error no such option
    void connect('ws://x', { reconect: false });
    // @ts-expect-error a duration has a unit that is known
    void connect('ws://x', { timeouts: { receive: '5 sec' } });
    // @ts-expect-error a part of a channel that there is not
    void connect<{ 'room:*': { event: object } }>('ws://x');
  });

  test('takes a transport and a serializer of one’s own', () => {
    const serializer: Serializer = { vsn: v2.vsn, encode: v2.encode, decode: v2.decode };
    const transport = {} as Transport;
    void connect('ws://x', { transports: [transport], serializer });
  });
});

describe('join', () => {
  test('gives the channel of its topic', () => {
    expectTypeOf(socket.join('orders:eu', { cursor: null })).resolves.toEqualTypeOf<
      Channel<Orders, 'orders:eu'>
    >();
    expectTypeOf(shop.join('stock:a')).resolves.toEqualTypeOf<Channel<Shop, 'stock:a'>>();
    expectTypeOf(loose.join('any:1', { any: 1 })).resolves.toExtend<Channel>();
  });

  test('takes params as they are, or a function that is asked for them', () => {
    void socket.join('orders:eu', ({ attempt, gap }) => {
      expectTypeOf(attempt).toEqualTypeOf<number>();
      return { cursor: gap === null ? null : 'x' };
    });
    void socket.join('orders:eu', async () => ({ cursor: 'x' }), { timeout: '1s' });
  });

  test('refuses a topic or params that the contract does not know', () => {
    // @ts-expect-error a topic that the contract does not know
    void socket.join('order:eu', { cursor: null });
    // @ts-expect-error join params are required
    void socket.join('orders:eu');
    // @ts-expect-error params of another shape
    void socket.join('orders:eu', { cursor: 7 });
    // @ts-expect-error options stand third
    void shop.join('stock:a', { timeout: '1s' });
  });
});

describe('a channel', () => {
  const eu = {} as Channel<Orders, 'orders:eu'>;
  const stock = {} as Channel<Shop, 'stock:a'>;

  test('has its topic, and what the server answered', () => {
    expectTypeOf(eu.topic).toEqualTypeOf<'orders:eu'>();
    expectTypeOf(eu.response).toEqualTypeOf<{ missed: readonly Order[] }>();
    expectTypeOf(eu.status).toEqualTypeOf<ChannelStatus>();
    expectTypeOf(eu.changes()).toExtend<AsyncIterable<ChannelStatus>>();
    // @ts-expect-error nobody sets it
    eu.response = { missed: [] };
  });

  test('gives each push its payload and its answer', () => {
    expectTypeOf(eu.push('quote', { id: '42' })).toEqualTypeOf<Push<{ price: number }>>();
    expectTypeOf(eu.push('note', { text: 'hi' }).ok()).resolves.toEqualTypeOf<void>();
    expectTypeOf(stock.push('count')).toEqualTypeOf<Push<number>>();
    expectTypeOf(stock.push('count', {}, { timeout: '1s' })).toEqualTypeOf<Push<number>>();
    // @ts-expect-error a payload of the wrong shape
    eu.push('ack', { id: 42 });
    // @ts-expect-error an event that is not pushed
    eu.push('created', { id: '42' });
    // @ts-expect-error a push of another channel
    stock.push('ack', { id: '42' });
    // @ts-expect-error options are not a payload
    stock.push('count', { timeout: '1s' });
  });

  test('tells the payload of what is received by its event', () => {
    expectTypeOf(eu.receive('created')).resolves.toEqualTypeOf<{
      readonly topic: 'orders:eu';
      readonly event: 'created';
      readonly payload: Order;
    }>();
    expectTypeOf(eu.receive()).resolves.toEqualTypeOf<Message<Orders, 'orders:eu'>>();
    expectTypeOf(eu.receive({ timeout: false })).resolves.toEqualTypeOf<
      Message<Orders, 'orders:eu'>
    >();
    expectTypeOf(eu.receive((message) => message.event === 'created')).resolves.toEqualTypeOf<
      Message<Orders, 'orders:eu'>
    >();
    // @ts-expect-error not an event of this channel
    void eu.receive('maintenance');
    // @ts-expect-error no such option
    void eu.receive({ timout: 1 });
  });

  test('checks a pattern against the payload', () => {
    void eu.receive('created', { total: 10 });
    void eu.receive('created', { total: (total) => total > 10 }, { timeout: '1s' });
    void eu.receive('created', (order) => order.total > 10);
    // @ts-expect-error a field that the payload does not have
    void eu.receive('created', { sum: 10 });
    // @ts-expect-error a value of another type
    void eu.receive('created', { total: '10' });
    // @ts-expect-error a promise is always true
    void eu.receive('created', async (order: Order) => order.total > 10);
  });

  test('reads and flushes messages of its own', () => {
    type Mine = Message<Orders, 'orders:eu'>;
    expectTypeOf(eu.messages()).toEqualTypeOf<AsyncIterableIterator<Mine, undefined>>();
    expectTypeOf(eu.messages('created').next()).resolves.toExtend<
      IteratorResult<{ readonly payload: Order }, undefined>
    >();
    expectTypeOf(eu.flush()).toEqualTypeOf<readonly Mine[]>();
    // @ts-expect-error not an event of this channel
    eu.messages('maintenance');
  });
});

describe('a socket', () => {
  test('receives messages of all its topics, told apart by event', async () => {
    const message = await socket.receive();
    if (message.event === 'maintenance') {
      expectTypeOf(message.topic).toEqualTypeOf<'system'>();
      expectTypeOf(message.payload).toEqualTypeOf<{ at: string }>();
    }
    expectTypeOf(socket.receive('created'))
      .resolves.toHaveProperty('payload')
      .toEqualTypeOf<Order>();
    expectTypeOf(socket.status).toEqualTypeOf<ClientStatus>();
    expectTypeOf(socket.closed).resolves.toEqualTypeOf<StopReason>();
    expectTypeOf(socket).toExtend<AsyncDisposable>();
  });

  test('without a contract takes any topic, event and pattern, and payloads are unknown', async () => {
    const room = await loose.join('room:1');
    expectTypeOf(room.topic).toEqualTypeOf<'room:1'>();
    expectTypeOf(room.response).toBeUnknown();
    expectTypeOf(room.push('any', [1]).ok()).resolves.toBeUnknown();
    const { event, payload } = await room.receive('foo', { bar: { baz: [1] } });
    expectTypeOf(event).toExtend<'foo'>();
    expectTypeOf(payload).toBeUnknown();
    void room.receive('bytes', new Uint8Array([1]));
    void room.receive('list', [1, 2]);
    void room.receive('text', 'just a string');
    // A channel of any topic may be kept among others.
    const kept: Channel[] = [room, await loose.join('room:2')];
    expectTypeOf(kept).toExtend<readonly Channel[]>();
  });
});

test('a pattern has the shape of its payload, with as much of it as one likes', () => {
  type Payload = {
    readonly id: number;
    readonly tags: readonly string[];
    readonly bytes: Uint8Array;
  };
  expectTypeOf<{ id: 1; tags: ['a'] }>().toExtend<Match<Payload>>();
  expectTypeOf<{ bytes: Uint8Array }>().toExtend<Match<Payload>>();
  expectTypeOf<{ tags: string }>().not.toExtend<Match<Payload>>();
});
