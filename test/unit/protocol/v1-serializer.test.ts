/** Version 1 frames, both ways. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinMessage, type WireMessage } from '../../../src/protocol/message.js';
import { v1 } from '../../../src/protocol/v1-serializer.js';

/** One seed, so that every run is the same. */
fc.configureGlobal({ seed: 41, numRuns: 200 });

const push: WireMessage = { joinRef: '7', ref: '8', topic: 'room:1', event: 'say', payload: {} };

function decodeFields(fields: object): unknown {
  return v1.decode(JSON.stringify(fields));
}

describe('what version 1 cannot carry is refused before it is sent', () => {
  test.each([
    ['a Uint8Array', Uint8Array.of(1)],
    ['a Buffer', Buffer.of(1)],
    ['an ArrayBuffer', new ArrayBuffer(1)],
  ])('%s, with the way out', (_, payload) => {
    expect(() => v1.encode({ ...push, payload })).toThrow(
      expect.objectContaining({
        code: 'PHX_ENCODING',
        message: expect.stringContaining('use version 2'),
      }),
    );
  });

  test.each([
    ['a BigInt', 1n],
    ['a function', () => 1],
    ['half a surrogate pair', '\ud83d'],
  ])('%s', (_, payload) => {
    expect(() => v1.encode({ ...push, payload })).toThrow(
      expect.objectContaining({ code: 'PHX_ENCODING' }),
    );
  });
});

test('version 1 says that its phx_close may not tell which join it ends', () => {
  expect(v1).toMatchObject({ vsn: '1.0.0', attributesClose: false });
});

test('a frame is an object with all five fields', () => {
  expect(v1.encode({ ...push, payload: { text: 'hi' } })).toBe(
    '{"topic":"room:1","event":"say","ref":"8","join_ref":"7","payload":{"text":"hi"}}',
  );
});

test('a push without a payload carries an empty object', () => {
  expect(v1.encode(joinMessage('t', '1', undefined))).toBe(
    '{"topic":"t","event":"phx_join","ref":"1","join_ref":"1","payload":{}}',
  );
});

describe('from the server', () => {
  test('a reply has no join_ref', () => {
    const reply = { event: 'phx_reply', payload: { status: 'ok' }, ref: '2', topic: 't' };
    expect(decodeFields(reply)).toEqual({ joinRef: null, ...reply });
  });

  test.each(['phx_close', 'phx_error'])('%s names the join it ends in its ref', (event) => {
    expect(decodeFields({ event, payload: {}, ref: '1', topic: 't' })).toEqual({
      joinRef: '1',
      ref: '1',
      topic: 't',
      event,
      payload: {},
    });
  });

  test('phx_close of a join without join_ref names no join', () => {
    expect(decodeFields({ event: 'phx_close', payload: {}, ref: null, topic: 't' })).toMatchObject({
      joinRef: null,
      ref: null,
    });
  });

  test('integer refs become strings', () => {
    const closed = { event: 'phx_close', payload: {}, ref: 1, topic: 't' };
    expect(decodeFields(closed)).toMatchObject({ joinRef: '1', ref: '1' });
  });

  test('a missing ref is null', () => {
    expect(decodeFields({ event: 'tick', payload: {}, topic: 't' })).toMatchObject({ ref: null });
  });

  test('text that arrives as bytes is text', () => {
    const bytes = Buffer.from('xx{"topic":"Ünï☃","event":"e","payload":null,"ref":null}').subarray(
      2,
    );
    expect(v1.decode(bytes)).toMatchObject({ topic: 'Ünï☃', payload: null });
  });
});

test('any JSON under any topic comes back', () => {
  const unicode = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(unicode, fc.jsonValue({ stringUnit: 'binary' }), (topic, payload) => {
      const message = { ...push, topic, payload };
      const decoded = v1.decode(v1.encode(message)) as WireMessage;
      expect({ ...decoded, payload: null }).toEqual({ ...message, payload: null });
      expect(JSON.stringify(decoded.payload)).toBe(JSON.stringify(payload));
    }),
  );
});

describe('what is no message says why', () => {
  test.each([
    ['{not json', 'frame of 9 characters is not JSON'],
    ['[1,2,3,4,5]', 'expected an object, got an array'],
    ['null', 'expected an object, got null'],
    ['"text"', 'expected an object, got a string'],
    ['{}', 'payload is missing'],
    ['{"payload":{},"event":"e"}', 'topic is missing'],
    ['{"payload":{},"topic":"t"}', 'event is missing'],
    ['{"payload":{},"topic":1,"event":"e"}', 'topic is a number'],
    ['{"payload":{},"topic":"t","event":"e","ref":true}', 'ref is a boolean'],
    ['{"payload":{},"topic":"t","event":"e","join_ref":{}}', 'join_ref is an object'],
  ])('%s', (frame, message) => {
    expect(v1.decode(frame)).toMatchObject({ code: 'PHX_BAD_FRAME', message, frame });
  });
});
