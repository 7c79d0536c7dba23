/** What a contract tells the compiler, so that it can tell the user. */

import { describe, expectTypeOf, test } from 'vitest';
import {
  GenSocketClient,
  type EventName,
  type Join,
  type Joined,
  type Message,
  onTopic,
  type Outcome,
  type Presence,
  type PresenceChange,
  type PresenceChanged,
  type PresenceEntry,
  type Push,
  type PushError,
  type PushName,
  type Reply,
  type Topic,
} from '../../src/index.js';
import type { Order, Orders, Shop } from './contract.js';

describe('a contract', () => {
  test('names the topics, the pushes and the events', () => {
    expectTypeOf<Topic<Orders>>().toEqualTypeOf<`orders:${string}` | 'system'>();
    expectTypeOf<PushName<Orders, 'orders:eu'>>().toEqualTypeOf<'ack' | 'quote' | 'note'>();
    expectTypeOf<PushName<Orders, 'system'>>().toEqualTypeOf<never>();
    expectTypeOf<EventName<Orders, 'orders:eu'>>().toEqualTypeOf<'created' | 'cancelled'>();
    expectTypeOf<EventName<Orders, 'system'>>().toEqualTypeOf<'maintenance'>();
  });

  test('gives each command its payload and its answer', () => {
    class Worker extends GenSocketClient<Shop> {
      override handleConnected(): void {
        expectTypeOf(this.join('orders:eu', { cursor: null })).toEqualTypeOf<
          Join<{ missed: readonly Order[] }>
        >();
        expectTypeOf(this.join('stock:a')).toEqualTypeOf<Join<{ count: number }>>();
        expectTypeOf(this.push('orders:eu', 'quote', { id: '42' })).toEqualTypeOf<
          Push<{ price: number }>
        >();
        expectTypeOf(this.push('stock:a', 'count')).toEqualTypeOf<Push<number>>();
        expectTypeOf(this.push('stock:a', 'reserve')).toEqualTypeOf<Push<boolean>>();
        this.push('stock:a', 'reserve', { sku: 'x' }, { timeout: '1s' });
        this.push('stock:a', 'count', {}, { delivery: 'volatile' });
      }
    }
    expectTypeOf(Worker).toBeConstructibleWith();
  });

  test('takes a topic that is made at run time', () => {
    class Worker extends GenSocketClient<Orders> {
      override init(): void {
        for (const region of ['eu', 'us'] as const) this.join(`orders:${region}`, { cursor: null });
        const region = String(Math.random());
        this.join(`orders:${region}`, async ({ gap, attempt }) => {
          expectTypeOf(attempt).toEqualTypeOf<number>();
          return { cursor: gap === null ? null : gap.from.toISOString() };
        });
      }
    }
    expectTypeOf(Worker).toBeConstructibleWith();
  });

  test('tells the payload of a message by its event', () => {
    const message = {} as Message<Orders>;
    if (message.event === 'created') expectTypeOf(message.payload).toEqualTypeOf<Order>();
    if (message.event === 'maintenance') {
      expectTypeOf(message.payload).toEqualTypeOf<{ at: string }>();
      expectTypeOf(message.topic).toEqualTypeOf<'system'>();
    }
  });

  test('tells facts of two patterns apart by onTopic', () => {
    const message = {} as Message<Shop>;
    if (message.event === 'created') {
      // @ts-expect-error the event alone does not tell: both patterns have it
      expectTypeOf(message.payload.sku).toBeString();
    }
    if (onTopic(message, 'stock:*')) {
      expectTypeOf(message.payload).toExtend<{ sku: string }>();
    }
    if (onTopic(message, 'orders:*') && message.event === 'created') {
      expectTypeOf(message.payload).toExtend<Order>();
      // @ts-expect-error of the other pattern
      expectTypeOf(message.payload.sku).toBeString();
    }
    const joined = {} as Joined<Shop>;
    if (onTopic(joined, 'stock:*')) {
      expectTypeOf(joined.response).toExtend<{ count: number }>();
    }
  });

  test('goes on to a subclass of a subclass', () => {
    class Base extends GenSocketClient<Orders> {}
    class Audited extends Base {
      override handleConnected(): void {
        this.push('orders:eu', 'note', { text: 'hello' });
      }
    }
    expectTypeOf(Audited).toBeConstructibleWith();
  });

  test('may be written as interfaces', () => {
    interface RoomPushes {
      shout(payload: { body: string }): void;
    }
    interface Room {
      pushes: RoomPushes;
      events: { shout: { body: string } };
      presence: { typing: boolean };
    }
    interface Hub {
      'room:*': Room;
    }
    class Chat extends GenSocketClient<Hub> {
      override init(): void {
        this.join('room:lobby');
        this.push('room:lobby', 'shout', { body: 'hi' });
        for (const { key, metas } of this.presence('room:lobby')) {
          expectTypeOf(key).toEqualTypeOf<string>();
          expectTypeOf(metas[0]?.typing).toEqualTypeOf<boolean | undefined>();
          expectTypeOf(metas[0]?.phx_ref).toEqualTypeOf<string | undefined>();
        }
      }
    }
    expectTypeOf(Chat).toBeConstructibleWith();
  });
});

describe('presence', () => {
  type Rooms = {
    'room:*': { presence: { typing: boolean } };
    'stage:*': { presence: { seat: number } };
    system: { events: { maintenance: { at: string } } };
  };

  test('is told with the metas of its topic', () => {
    class Chat extends GenSocketClient<Rooms> {
      override handlePresence(change: PresenceChanged<Rooms>): void {
        if (!onTopic(change, 'room:*')) return;
        switch (change.type) {
          case 'synced':
            expectTypeOf(change.entries[0]?.metas[0]?.typing).toEqualTypeOf<boolean | undefined>();
            break;
          case 'updated':
            expectTypeOf(change.previous.metas[0]?.typing).toEqualTypeOf<boolean | undefined>();
            break;
          case 'joined':
          case 'left':
            expectTypeOf(change.entry.metas[0]?.typing).toEqualTypeOf<boolean | undefined>();
            // @ts-expect-error of the other pattern
            expectTypeOf(change.entry.metas[0]?.seat).toBeNumber();
        }
      }
    }
    expectTypeOf(Chat).toBeConstructibleWith();
  });

  test('is viewed by topic, and read as changes', () => {
    class Chat extends GenSocketClient<Rooms> {
      override async handleConnected(): Promise<void> {
        const stage = this.presence('stage:left');
        expectTypeOf(stage).toEqualTypeOf<Presence<{ seat: number }>>();
        expectTypeOf(stage.get('ann')?.['user']).toEqualTypeOf<unknown>();
        for await (const change of stage.changes()) {
          expectTypeOf(change).toEqualTypeOf<PresenceChange<{ seat: number }>>();
        }
        expectTypeOf(this.presence('system')).toEqualTypeOf<Presence>();
        // @ts-expect-error the contract has no such topic
        this.presence('elsewhere');
      }
    }
    expectTypeOf(Chat).toBeConstructibleWith();
  });

  test('may be switched off by a join', () => {
    class Chat extends GenSocketClient<Rooms> {
      override init(): void {
        this.join('room:1', {}, { presence: false });
      }
    }
    expectTypeOf(Chat).toBeConstructibleWith();
  });
});

describe('without a contract', () => {
  test('a meta has its ref and nothing that is known', () => {
    class Loose extends GenSocketClient {
      override handlePresence(change: PresenceChanged): void {
        expectTypeOf(change.topic).toEqualTypeOf<string>();
        if (change.type !== 'joined') return;
        expectTypeOf(change.entry).toEqualTypeOf<PresenceEntry>();
        expectTypeOf(change.entry.metas[0]?.phx_ref).toEqualTypeOf<string | undefined>();
        expectTypeOf(this.presence(change.topic)).toEqualTypeOf<Presence>();
      }
    }
    expectTypeOf(Loose).toBeConstructibleWith();
  });

  test('any topic and event will do, and payloads are unknown', () => {
    class Loose extends GenSocketClient {
      override handleConnected(): void {
        expectTypeOf(this.join('room:1', { any: 1 })).toEqualTypeOf<Join>();
        expectTypeOf(this.push('room:1', 'any', [1])).toEqualTypeOf<Push>();
        this.join('room:1');
        this.push('room:1', 'any');
      }

      override handleMessage(message: Message): void {
        expectTypeOf(message.payload).toEqualTypeOf<unknown>();
        if (onTopic(message, 'room:*')) {
          expectTypeOf(message.topic).toEqualTypeOf<`room:${string}`>();
        }
      }
    }
    expectTypeOf(Loose).toBeConstructibleWith();
  });
});

describe('a request that settles', () => {
  test('gives its answer, its outcome or its reply', () => {
    const push = {} as Push<number>;
    expectTypeOf(push.ok()).resolves.toEqualTypeOf<number>();
    expectTypeOf(push.outcome()).resolves.toEqualTypeOf<Outcome<number, PushError>>();
    expectTypeOf(push.reply()).resolves.toEqualTypeOf<Reply<number>>();
    expectTypeOf(push.sent()).resolves.toEqualTypeOf<void>();
    expectTypeOf(push.queued()).resolves.toEqualTypeOf<void>();
    expectTypeOf(push.cancel()).toEqualTypeOf<boolean>();
    expectTypeOf(push.ref).toEqualTypeOf<string>();
  });

  test('tells success from failure by ok', () => {
    const outcome = {} as Outcome<number, PushError>;
    if (outcome.ok) expectTypeOf(outcome.response).toEqualTypeOf<number>();
    else expectTypeOf(outcome.error).toEqualTypeOf<PushError>();
  });
});
