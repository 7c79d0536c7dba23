/** The code of every error, by class, and what a code tells the compiler. */

import { describe, expectTypeOf, test } from 'vitest';
import {
  type CallbackError,
  type Delivered,
  type ErrorCode,
  type ErrorOf,
  hasCode,
  type JoinError,
  type ProtocolError,
  type PushError,
  type StoreError,
  type SupervisionError,
  type TransportError,
  type UnauthorizedError,
  type UsageError,
  type WaitError,
} from '../../src/index.js';

describe('the codes', () => {
  test('of each class are these', () => {
    expectTypeOf<UsageError['code']>().toEqualTypeOf<
      | 'PHX_BAD_OPTION'
      | 'PHX_ENCODING'
      | 'PHX_ALREADY_STARTED'
      | 'PHX_NOT_STARTED'
      | 'PHX_STOPPED'
      | 'PHX_MAILBOX_FULL'
      | 'PHX_MISSING_DEPENDENCY'
      | 'PHX_CREDENTIALS_FILE'
    >();
    expectTypeOf<ProtocolError['code']>().toEqualTypeOf<
      'PHX_BAD_FRAME' | 'PHX_UNEXPECTED_MESSAGE'
    >();
    expectTypeOf<JoinError['code']>().toEqualTypeOf<
      | 'PHX_JOIN_REFUSED'
      | 'PHX_JOIN_TIMEOUT'
      | 'PHX_JOIN_LOST'
      | 'PHX_JOIN_PARAMS'
      | 'PHX_CHANNEL_CRASHED'
    >();
    expectTypeOf<PushError['code']>().toEqualTypeOf<
      | 'PHX_PUSH_REFUSED'
      | 'PHX_PUSH_TIMEOUT'
      | 'PHX_PUSH_DROPPED'
      | 'PHX_PUSH_LOST'
      | 'PHX_PUSH_ABORTED'
      | 'PHX_PUSH_PERSISTED'
    >();
    expectTypeOf<WaitError['code']>().toEqualTypeOf<
      'PHX_LEAVE_TIMEOUT' | 'PHX_CALL_TIMEOUT' | 'PHX_RECEIVE_TIMEOUT' | 'PHX_CLOSED'
    >();
    expectTypeOf<TransportError['code']>().toEqualTypeOf<
      | 'PHX_DIAL_FAILED'
      | 'PHX_UPGRADE_REFUSED'
      | 'PHX_CONNECT_TIMEOUT'
      | 'PHX_CREDENTIALS_FAILED'
      | 'PHX_CONNECTION_LOST'
    >();
    expectTypeOf<StoreError['code']>().toEqualTypeOf<
      'PHX_STORE_LOCKED' | 'PHX_STORE_CORRUPT' | 'PHX_STORE_VERSION' | 'PHX_STORE_FAILED'
    >();
    expectTypeOf<CallbackError['code']>().toEqualTypeOf<'PHX_CALLBACK_FAILED'>();
    expectTypeOf<SupervisionError['code']>().toEqualTypeOf<'PHX_TOO_MANY_CRASHES'>();
    expectTypeOf<UnauthorizedError['code']>().toEqualTypeOf<'PHX_UNAUTHORIZED'>();
  });

  test('are all there is', () => {
    expectTypeOf<ErrorCode>().toEqualTypeOf<
      | UsageError['code']
      | TransportError['code']
      | ProtocolError['code']
      | JoinError['code']
      | PushError['code']
      | WaitError['code']
      | StoreError['code']
      | CallbackError['code']
      | SupervisionError['code']
      | UnauthorizedError['code']
    >();
  });
});

describe('hasCode', () => {
  test('narrows anything caught to the class of the code', () => {
    const error: unknown = null;
    if (hasCode(error, 'PHX_PUSH_LOST')) {
      expectTypeOf(error.code).toEqualTypeOf<'PHX_PUSH_LOST'>();
      expectTypeOf(error.delivered).toEqualTypeOf<Delivered>();
    }
    if (hasCode(error, 'PHX_JOIN_REFUSED', 'PHX_JOIN_TIMEOUT')) {
      expectTypeOf(error.topic).toEqualTypeOf<string>();
      expectTypeOf(error.code).toEqualTypeOf<'PHX_JOIN_REFUSED' | 'PHX_JOIN_TIMEOUT'>();
    }
  });

  test('narrows to a union when the codes are of several classes', () => {
    const error: unknown = null;
    if (hasCode(error, 'PHX_PUSH_LOST', 'PHX_JOIN_LOST')) {
      expectTypeOf(error).toEqualTypeOf<ErrorOf<'PHX_PUSH_LOST'> | ErrorOf<'PHX_JOIN_LOST'>>();
    }
  });

  test('refuses a code that is none', () => {
    // @ts-expect-error no such code
    hasCode(null, 'PHX_PUSH_LATE');
    // @ts-expect-error no such code
    expectTypeOf<ErrorOf<'PHX_PUSH_LATE'>>().toBeNever();
  });
});
