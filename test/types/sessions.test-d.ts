/** What the compiler knows of transports, credentials and the ends that they lead to. */

import { describe, expectTypeOf, test } from 'vitest';
import {
  authTokenFile,
  type ClientOptions,
  type ClientStatus,
  type CredentialsProvider,
  type JoinParams,
  paramsFile,
  type StopReason,
  type Transport,
} from '../../src/index.js';

const own = {} as Transport;

describe('options', () => {
  test('take a list of transports, names and own ones, with at least one', () => {
    expectTypeOf<ClientOptions>().toExtend<{ transports?: unknown }>();
    ({ transports: ['websocket', own] }) satisfies ClientOptions;
    // @ts-expect-error at least one
    ({ transports: [] }) satisfies ClientOptions;
    // @ts-expect-error a name that there is
    ({ transports: ['carrier pigeon'] }) satisfies ClientOptions;
  });

  test('take files for credentials, alone and put together', () => {
    expectTypeOf(authTokenFile('token')).toExtend<CredentialsProvider>();
    const both: CredentialsProvider = async (request) => ({
      ...(await authTokenFile('token')(request)),
      ...(await paramsFile('params')(request)),
    });
    expectTypeOf(both).toExtend<CredentialsProvider>();
  });

  test('are strict about ages and words', () => {
    ({ maxConnectionAge: '30m', onUnauthorized: 'wait' }) satisfies ClientOptions;
    ({ fallback: { returnAfter: false } }) satisfies ClientOptions;
    // @ts-expect-error a unit that is known
    ({ maxConnectionAge: '30 minutes' }) satisfies ClientOptions;
    // @ts-expect-error it is `false` that switches it off
    ({ maxConnectionAge: null }) satisfies ClientOptions;
  });
});

test('a switch over the reasons of a stop must know all four', () => {
  expectTypeOf<StopReason['kind']>().toEqualTypeOf<
    'requested' | 'gaveUp' | 'unauthorized' | 'crashed'
  >();
  expectTypeOf<ClientStatus['state']>().extract<'unauthorized'>().toEqualTypeOf<'unauthorized'>();
});

test('a params function is told whether it was refused', () => {
  expectTypeOf<Parameters<JoinParams<object>>[0]['refused']>().toEqualTypeOf<boolean>();
});
