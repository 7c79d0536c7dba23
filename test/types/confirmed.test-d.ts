/** Confirmed pushes as types: what belongs to them alone, and what a hook is told. */

import { expectTypeOf, test } from 'vitest';
import {
  type Client,
  type ConfirmedPolicy,
  type ConfirmedPushes,
  type DeadLetter,
  GenSocketClient,
  type OutboxStore,
  type PushError,
  type Push,
  type Socket,
} from '../../src/index.js';

test('a confirmed push may have a time to live, a key and a timeout', () => {
  class Right extends GenSocketClient {
    override handleConnected(): void {
      const options = { delivery: 'confirmed', ttl: '1h', key: 'order:1', timeout: '5s' } as const;
      expectTypeOf(this.push('room:1', 'ship', { n: 1 }, options)).toEqualTypeOf<Push>();
      // @ts-expect-error a key belongs to confirmed pushes
      this.push('room:1', 'ship', {}, { key: 'order:1' });
      // @ts-expect-error nor has a volatile one any
      this.push('room:1', 'ship', {}, { delivery: 'volatile', key: 'order:1' });
    }
  }
  expectTypeOf(Right).toBeConstructibleWith();
});

test('a worker and a script show what waits', () => {
  expectTypeOf<Client['confirmed']>().toEqualTypeOf<ConfirmedPushes>();
  expectTypeOf<Socket['confirmed']>().toEqualTypeOf<ConfirmedPushes>();
});

test('a hook is told a dead letter', () => {
  expectTypeOf<DeadLetter['error']>().toEqualTypeOf<PushError>();
  // @ts-expect-error a policy is one level deep
  const policy: ConfirmedPolicy = { backoff: { min: 1 } };
  expectTypeOf(policy).not.toBeAny();
});

test('a store has four methods', () => {
  expectTypeOf<keyof OutboxStore>().toEqualTypeOf<'all' | 'put' | 'delete' | 'close'>();
});
