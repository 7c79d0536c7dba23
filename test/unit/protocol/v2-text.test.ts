/** Version 2 text frames, both ways. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heartbeatMessage, joinMessage, type WireMessage } from '../../../src/protocol/message.js';
import { v2 } from '../../../src/protocol/v2-serializer.js';

/** One seed, so that every run is the same. */
fc.configureGlobal({ seed: 41, numRuns: 200 });

const push: WireMessage = { joinRef: '7', ref: '8', topic: 'room:1', event: 'say', payload: {} };
const unicode = fc.string({ unit: 'binary' });

function carrying(payload: unknown): WireMessage {
  return { ...push, payload };
}

function circular(): object {
  const payload: Record<string, unknown> = {};
  payload['self'] = payload;
  return payload;
}

const throwingToJson = {
  toJSON() {
    throw new Error('secret');
  },
};

describe('a payload that JSON cannot carry is refused before it is sent', () => {
  test.each([
    ['a BigInt', { total: 1n }],
    ['a cycle', circular()],
    ['a toJSON that throws', throwingToJson],
    ['a function', () => 1],
    ['a symbol', Symbol('payload')],
    ['a toJSON that gives nothing', { toJSON: () => undefined }],
  ])('%s', (_, payload) => {
    expect(() => v2.encode(carrying(payload))).toThrow(
      expect.objectContaining({
        code: 'PHX_ENCODING',
        topic: 'room:1',
        message: expect.stringContaining('cannot encode "say" on "room:1"'),
      }),
    );
  });

  test('the error keeps what was thrown as its cause and out of its message', () => {
    expect(() => v2.encode(carrying(throwingToJson))).toThrow(
      expect.objectContaining({
        cause: new Error('secret'),
        message: expect.not.stringContaining('secret'),
      }),
    );
  });

  test('nesting deeper than the stack', () => {
    let payload: unknown = 1;
    for (let depth = 0; depth < 100_000; depth += 1) payload = [payload];
    expect(() => v2.encode(carrying(payload))).toThrow(
      expect.objectContaining({ code: 'PHX_ENCODING', cause: expect.any(RangeError) }),
    );
  });
});

describe('half a surrogate pair would cost the whole socket, so it is refused', () => {
  test.each([
    ['in the payload', carrying({ text: 'cut \ud83d' })],
    ['as the payload', carrying('\udc00')],
    ['behind backslashes', carrying('\\\\\ud83d')],
    ['in a key', carrying({ '\ud83d': 1 })],
    ['in the topic', { ...push, topic: 'room:\ud83d' }],
    ['in the event', { ...push, event: '\ud83d' }],
  ])('%s', (_, message) => {
    expect(() => v2.encode(message)).toThrow(/half a surrogate pair/);
  });

  test.each([
    ['a whole pair', '😀'],
    ['text that looks like its escape', '\\ud83d'],
    ['such text behind another backslash', '\\\\ud83d \\\\\\udc00'],
  ])('but not %s', (_, payload) => {
    expect(v2.decode(v2.encode(carrying(payload)))).toEqual(carrying(payload));
  });
});

describe('a text frame', () => {
  test.each<[string, WireMessage, string]>([
    [
      'a join',
      joinMessage('room:1', '7', { since: 41 }),
      '["7","7","room:1","phx_join",{"since":41}]',
    ],
    ['a join without params', joinMessage('t', '1', undefined), '["1","1","t","phx_join",{}]'],
    ['a heartbeat', heartbeatMessage('9'), '[null,"9","phoenix","heartbeat",{}]'],
    ['null as the payload', carrying(null), '["7","8","room:1","say",null]'],
    ['a string as the payload', carrying('hi'), '["7","8","room:1","say","hi"]'],
    ['an array as the payload', carrying([1, [2]]), '["7","8","room:1","say",[1,[2]]]'],
    [
      'a date in the payload',
      carrying({ at: new Date(0) }),
      '["7","8","room:1","say",{"at":"1970-01-01T00:00:00.000Z"}]',
    ],
    ['quotes and commas in names', { ...push, topic: 'a",[' }, '["7","8","a\\",[","say",{}]'],
  ])('carries %s', (_, message, frame) => {
    expect(v2.encode(message)).toBe(frame);
  });

  test("is an array of five in Phoenix's order", () => {
    expect(v2.decode('["7",null,"room:1","said",{"text":"yo"}]')).toEqual({
      joinRef: '7',
      ref: null,
      topic: 'room:1',
      event: 'said',
      payload: { text: 'yo' },
    });
  });

  test('of a peer that echoes integers has string refs', () => {
    expect(v2.decode('[1,2,"ping:wild","phx_reply",{}]')).toMatchObject({ joinRef: '1', ref: '2' });
  });

  test('may have more than five elements, which are ignored', () => {
    expect(v2.decode('["7","8","room:1","say",{},"more",6]')).toEqual(push);
  });

  test('brings back any JSON under any topic', () => {
    const payload = fc.jsonValue({ stringUnit: 'binary' });
    fc.assert(
      fc.property(unicode, unicode, payload, (topic, event, value) => {
        const message = { ...push, topic, event, payload: value };
        expect(JSON.stringify(v2.decode(v2.encode(message)))).toBe(JSON.stringify(message));
      }),
    );
  });
});

describe('what is no message says why', () => {
  test.each([
    ['', 'frame of 0 characters is not JSON'],
    ['{not json', 'frame of 9 characters is not JSON'],
    ['[1,2]', 'expected an array of five, got 2'],
    ['["7","8","t","e"]', 'expected an array of five, got 4'],
    ['[]', 'expected an array of five, got 0'],
    ['null', 'expected an array of five, got null'],
    ['7', 'expected an array of five, got a number'],
    ['"text"', 'expected an array of five, got a string'],
    ['{"topic":"t"}', 'expected an array of five, got an object'],
    ['["7","8",9,"say",{}]', 'topic is a number'],
    ['["7","8",null,"say",{}]', 'topic is null'],
    ['["7","8","t",{},{}]', 'event is an object'],
    ['[true,"8","t","say",{}]', 'join_ref is a boolean'],
    ['["7",["8"],"t","say",{}]', 'ref is an array'],
  ])('%j', (frame, message) => {
    expect(v2.decode(frame)).toMatchObject({ code: 'PHX_BAD_FRAME', message, frame });
  });

  test('and quotes no more than the first 100 characters, and none in the message', () => {
    const frame = `[1,${'"secret",'.repeat(100)}`;
    const error = v2.decode(frame);
    expect(error).toMatchObject({
      message: `frame of ${frame.length} characters is not JSON`,
      frame: frame.slice(0, 100),
    });
    expect(error).not.toHaveProperty('cause');
  });
});
