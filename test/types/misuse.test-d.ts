/** Mistakes that must not compile. */

import { expectTypeOf, test } from 'vitest';
import {
  GenSocketClient,
  type Message,
  type RejoinPolicy,
  type WhenFull,
} from '../../src/index.js';
import type { Orders, Shop } from './contract.js';

test('commands that the contract does not know', () => {
  class Wrong extends GenSocketClient<Shop> {
    override handleConnected(): void {
      // @ts-expect-error a topic that the contract does not know
      this.join('order:eu', { cursor: null });
      // @ts-expect-error join params are required
      this.join('orders:eu');
      // @ts-expect-error join params of the wrong shape
      this.join('orders:eu', { cursor: 42 });
      // @ts-expect-error a params function that gives the wrong shape
      this.join('orders:eu', () => ({ since: 41 }));
      // @ts-expect-error a push of another channel
      this.push('system', 'ack', { id: '42' });
      // @ts-expect-error a payload of the wrong shape
      this.push('orders:eu', 'ack', { id: 42 });
      // @ts-expect-error a payload is required
      this.push('orders:eu', 'ack');
      // @ts-expect-error an event of the server is not pushed
      this.push('orders:eu', 'created', { id: '42' });
      // @ts-expect-error options are not a payload
      this.push('stock:a', 'count', { timeout: '1s' });
      // @ts-expect-error a topic that the contract does not know
      this.leave('order:eu');
      // @ts-expect-error a topic that the contract does not know
      this.joined('order:eu');
      // @ts-expect-error a topic that the contract does not know
      this.rejoin('order:eu');
      // @ts-expect-error a channel whose join takes no params
      this.join('stock:a', { since: 41 });
      // @ts-expect-error a params function must give the params
      this.join('orders:eu', async () => Promise.resolve({ cursr: null }));
      // @ts-expect-error the key belongs to pushes that are kept, and none is yet
      this.push('orders:eu', 'ack', { id: '42' }, { delivery: 'buffered', key: 'x' });
      // @ts-expect-error a channel that only speaks is pushed nothing
      this.push('system', 'maintenance', { at: 'noon' });
    }
  }
  expectTypeOf(Wrong).toBeConstructibleWith();
});

test('options of a push that contradict each other', () => {
  class Wrong extends GenSocketClient {
    override handleConnected(): void {
      // @ts-expect-error what does not wait has no time to live
      this.push('room:1', 'ping', {}, { delivery: 'volatile', ttl: '1s' });
      // @ts-expect-error the signal, not its controller
      this.push('room:1', 'ping', {}, { signal: new AbortController() });
      // @ts-expect-error what to do when it is full is the outbox's, not one push's
      this.push('room:1', 'ping', {}, { whenFull: 'block' });
      // @ts-expect-error no such delivery
      this.push('room:1', 'ping', {}, { delivery: 'guaranteed' });
      // @ts-expect-error a duration has a unit that is known
      this.push('room:1', 'ping', {}, { timeout: '5 sec' });
      // @ts-expect-error no such option
      this.join('room:1', {}, { rejoins: false });
      // @ts-expect-error how many joins are in flight is for a socket, not for a topic
      this.join('room:1', {}, { rejoin: { concurrency: 3 } });
      const forAll: RejoinPolicy = { concurrency: 3 };
      // @ts-expect-error nor is it by a detour
      this.join('room:1', {}, { rejoin: forAll });
    }
  }
  expectTypeOf(Wrong).toBeConstructibleWith();
});

test('options of a push that may be together', () => {
  class Right extends GenSocketClient {
    override async handleConnected(): Promise<void> {
      const { signal } = new AbortController();
      expectTypeOf(
        this.push('room:1', 'ping', {}, { signal, delivery: 'volatile' }).queued(),
      ).toEqualTypeOf<Promise<void>>();
      await this.push('room:1', 'ping', {}, { signal, ttl: '1s', timeout: '1s' }).queued();
    }
  }
  expectTypeOf(Right).toBeConstructibleWith();
  expectTypeOf<WhenFull>().toEqualTypeOf<'reject' | 'dropOldest' | 'dropNewest' | 'block'>();
});

test('timers and deferred work that are none', () => {
  class Wrong extends GenSocketClient {
    override handleConnected(): void {
      // @ts-expect-error a duration has a unit that is known
      this.after('5 sec', () => undefined);
      // @ts-expect-error what is to run, not what it gives
      this.every('1s', this.joined('room:1'));
      // @ts-expect-error deferred work is a promise
      this.defer(() => 42);
    }
  }
  expectTypeOf(Wrong).toBeConstructibleWith();
});

test('messages that the server does not send', () => {
  class Wrong extends GenSocketClient<Orders> {
    override handleMessage(message: Message<Orders>): void {
      // @ts-expect-error `total` belongs to one event only
      expectTypeOf(message.payload.total).toBeNumber();
      // @ts-expect-error no such event
      if (message.event === 'deleted') return;
      if (message.event === 'created' || message.event === 'cancelled') return;
      expectTypeOf(message.event).toEqualTypeOf<'maintenance'>();
    }
  }
  expectTypeOf(Wrong).toBeConstructibleWith();
});

test('callbacks that are none, or take what they are not given', () => {
  class Wrong extends GenSocketClient<Orders> {
    // @ts-expect-error no such callback; the compiler suggests handleJoined
    override handleJoin(): void {}

    // @ts-expect-error the message of another contract
    override handleReply(message: Message<Shop>): void {
      expectTypeOf(message).toBeObject();
    }

    // @ts-expect-error a callback returns nothing
    override handleConnected(): number {
      return 1;
    }

    // @ts-expect-error an endpoint, or nothing
    override init(): number {
      return 1;
    }

    // @ts-expect-error a gap has no event
    override handleGap({ event }: { event: string }): void {
      expectTypeOf(event).toBeString();
    }

    // @ts-expect-error why it stops is an object
    override terminate(reason: string): void {
      expectTypeOf(reason).toBeString();
    }
  }
  expectTypeOf(Wrong).toBeConstructibleWith();
});

test('contracts that are none', () => {
  // @ts-expect-error `pushs` is no part of a channel
  class Typo extends GenSocketClient<{ 'room:*': { pushs: { shout(): void } } }> {}
  // @ts-expect-error a push is a function
  class NoFunction extends GenSocketClient<{ 'room:*': { pushes: { shout: { body: string } } } }> {}
  // @ts-expect-error `event` is no part of a channel
  class Singular extends GenSocketClient<{ 'room:*': { event: { shout: object } } }> {}
  expectTypeOf([Typo, NoFunction, Singular]).toBeArray();
});

test('options that are misspelt or of the wrong kind', () => {
  class Worker extends GenSocketClient {}
  const start = (): void => {
    const url = 'ws://x';
    // @ts-expect-error no such word
    new Worker().start({ url, onCallbackError: 'ignore' });
    // @ts-expect-error milliseconds, or a number with its unit
    void new Worker().start({ url }).drain({ grace: '15 sec' });
    // @ts-expect-error no such limit
    void new Worker().start({ url }).drain({ graze: '15s' });
    // @ts-expect-error a duration has a unit that is known
    new Worker().start({ url, timeouts: { join: '5 sec' } });
    // @ts-expect-error no such policy
    new Worker().start({ url, reconect: false });
    // @ts-expect-error a policy is switched off by false, and on by leaving it out
    new Worker().start({ url, reconnect: true });
    // @ts-expect-error no such overflow policy
    new Worker().start({ url, outbox: { whenFull: 'drop' } });
    // @ts-expect-error no such verdict
    new Worker().start({ url, reconnect: { verdicts: { 4001: 'never' } } });
    // @ts-expect-error a list of delays, or how one grows
    new Worker().start({ url, reconnect: { delays: ['1s'], factor: 2 } });
    // @ts-expect-error a list of delays, or how one grows
    new Worker().start({ url, rejoin: { min: '1s', delays: ['1s'] } });
    // @ts-expect-error a policy function answers at once
    new Worker().start({ url, reconnect: async () => Promise.resolve(null) });
    // @ts-expect-error a policy function answers something
    new Worker().start({ url, rejoin: () => undefined });
    // @ts-expect-error the inbox has a bound, always
    new Worker().start({ url, inbox: false });
    // @ts-expect-error at least one transport
    new Worker().start({ url, transports: [] });
    // @ts-expect-error commands are for the inside
    new Worker().push('room:1', 'ping');
    // @ts-expect-error commands are for the inside
    new Worker().join('room:1');
  };
  expectTypeOf(start).toBeFunction();
});
