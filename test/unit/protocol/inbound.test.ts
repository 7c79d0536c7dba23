/** What messages from the server mean, and what a serializer of somebody else may do. */

import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../../src/errors.js';
import { readFrame, readMessage } from '../../../src/protocol/inbound.js';
import type { WireMessage } from '../../../src/protocol/message.js';
import type { Serializer } from '../../../src/protocol/serializer.js';
import { v2 } from '../../../src/protocol/v2-serializer.js';

const message: WireMessage = {
  joinRef: '7',
  ref: null,
  topic: 'room:1',
  event: 'said',
  payload: {},
};

/** A serializer as plain JavaScript may write it: anything at all comes out. */
function decoding(decode: () => unknown): Serializer {
  return { vsn: '2.0.0', encode: v2.encode, decode: decode as Serializer['decode'] };
}

describe("a reply that answers nothing is the peer's mistake", () => {
  test.each([
    [null, 'null'],
    ['ok', 'a string'],
    [['ok', {}], 'an array'],
  ])('its payload is %j', (payload, kind) => {
    expect(readMessage({ ...message, ref: '8', event: 'phx_reply', payload })).toMatchObject({
      code: 'PHX_UNEXPECTED_MESSAGE',
      message: `the reply's payload is ${kind}`,
    });
  });

  test.each([
    [{}, 'missing'],
    [{ status: 1, response: {} }, 'a number'],
    [Uint8Array.of(1), 'missing'],
  ])('its status is not in %j', (payload, kind) => {
    expect(readMessage({ ...message, event: 'phx_reply', payload })).toMatchObject({
      code: 'PHX_UNEXPECTED_MESSAGE',
      message: `the reply's status is ${kind}`,
    });
  });

  test('the error names topic and event and shows no payload', () => {
    const error = readMessage({ ...message, event: 'phx_reply', payload: ['secret'] });
    expect(error).toMatchObject({ frame: '["7",null,"room:1","phx_reply"]' });
  });
});

describe('what only clients say is unexpected of a server', () => {
  test.each([
    ['room:1', 'phx_join'],
    ['room:1', 'phx_leave'],
    ['phoenix', 'heartbeat'],
  ])('%s %s', (topic, event) => {
    expect(readMessage({ ...message, topic, event })).toMatchObject({
      code: 'PHX_UNEXPECTED_MESSAGE',
    });
  });

  test('but an application may have its own event called heartbeat', () => {
    expect(readMessage({ ...message, event: 'heartbeat' })).toMatchObject({ kind: 'message' });
  });
});

describe('a message means', () => {
  test.each([
    [
      { status: 'ok', response: {} },
      { status: 'ok', response: {} },
    ],
    [
      { status: 'accepted', response: [1, 2] },
      { status: 'accepted', response: [1, 2] },
    ],
    [
      { status: 'error', response: 'text' },
      { status: 'error', response: 'text' },
    ],
    [
      { status: 'ok', response: false },
      { status: 'ok', response: false },
    ],
    [{ status: 'ok' }, { status: 'ok', response: null }],
  ])('a reply, of any status and response: %j', (payload, answer) => {
    expect(readMessage({ ...message, ref: '8', event: 'phx_reply', payload })).toEqual({
      kind: 'reply',
      joinRef: '7',
      ref: '8',
      topic: 'room:1',
      ...answer,
    });
  });

  test.each([
    ['phx_close', 'closed'],
    ['phx_error', 'crashed'],
  ])('by %s that the channel has %s', (event, kind) => {
    const payload = { reason: 'channel_crash' };
    expect(readMessage({ ...message, ref: '7', event, payload })).toEqual({
      kind,
      joinRef: '7',
      topic: 'room:1',
      payload,
    });
  });

  test('by any other event itself', () => {
    expect(readMessage({ ...message, joinRef: null, event: 'phx_custom', payload: 1 })).toEqual({
      kind: 'message',
      joinRef: null,
      topic: 'room:1',
      event: 'phx_custom',
      payload: 1,
    });
  });
});

describe('a frame is read', () => {
  test('by the serializer, and then for its meaning', () => {
    expect(readFrame(v2, '[null,"9","phoenix","phx_reply",{"status":"ok","response":{}}]')).toEqual(
      {
        kind: 'reply',
        joinRef: null,
        ref: '9',
        topic: 'phoenix',
        status: 'ok',
        response: {},
      },
    );
  });

  test('to an error when it is none', () => {
    expect(readFrame(v2, '[]')).toMatchObject({ code: 'PHX_BAD_FRAME' });
    expect(readFrame(v2, '["1",null,"t","phx_join",{}]')).toMatchObject({
      code: 'PHX_UNEXPECTED_MESSAGE',
    });
  });
});

describe('a serializer that misbehaves ends in PHX_BAD_FRAME and never in a throw', () => {
  test.each([
    ['throws an error', new TypeError('gunzip')],
    ['throws text', 'gunzip'],
  ])('it %s', (_, thrown) => {
    const throwing = decoding(() => AbortSignal.abort(thrown).throwIfAborted());
    expect(readFrame(throwing, 'abc')).toMatchObject({
      code: 'PHX_BAD_FRAME',
      message: 'the serializer threw',
      frame: 'abc',
      cause: thrown,
    });
  });

  test('it returns an error of its own', () => {
    const error = new Error('mine');
    expect(
      readFrame(
        decoding(() => error),
        'abc',
      ),
    ).toMatchObject({
      code: 'PHX_BAD_FRAME',
      cause: error,
    });
  });

  test.each([
    [undefined, 'it is missing'],
    [null, 'it is null'],
    ['text', 'it is a string'],
    [[1, 2, 3, 4, 5], 'join_ref is missing'],
    [Promise.resolve(message), 'join_ref is missing'],
    [{ ...message, joinRef: undefined }, 'join_ref is missing'],
    [{ ...message, ref: 8 }, 'ref is a number'],
    [{ ...message, topic: null }, 'topic is null'],
    [{ ...message, event: Symbol('e') }, 'event is a symbol'],
  ])('it returns %o', (decoded, problem) => {
    expect(
      readFrame(
        decoding(() => decoded),
        'abc',
      ),
    ).toMatchObject({
      code: 'PHX_BAD_FRAME',
      message: `the serializer returned no message: ${problem}`,
    });
  });

  test('its message throws when it is read', () => {
    const lazy = {
      ...message,
      event: 'phx_reply',
      get payload() {
        throw new Error('late');
      },
    };
    expect(
      readFrame(
        decoding(() => lazy),
        'abc',
      ),
    ).toMatchObject({
      code: 'PHX_BAD_FRAME',
      cause: new Error('late'),
    });
  });

  test('the transport gave it something that is no frame', () => {
    const frame = new ArrayBuffer(4) as unknown as Uint8Array;
    expect(readFrame(v2, frame)).toBeInstanceOf(ProtocolError);
  });

  test('but a protocol error, even of another copy of this package, is passed on', () => {
    const foreign = Object.assign(new Error('too odd'), { code: 'PHX_UNEXPECTED_MESSAGE' });
    expect(
      readFrame(
        decoding(() => foreign),
        'abc',
      ),
    ).toBe(foreign);
  });
});
