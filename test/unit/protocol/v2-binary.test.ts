/** Version 2 binary frames, both ways, against the server's side of them written anew. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WireMessage } from '../../../src/protocol/message.js';
import { v2 } from '../../../src/protocol/v2-serializer.js';

/** One seed, so that every run is the same. */
fc.configureGlobal({ seed: 41, numRuns: 200 });

const data = Uint8Array.of(5, 6, 7);
const push: WireMessage = { joinRef: '1', ref: '4', topic: 't:a', event: 'bin', payload: data };

const name = fc.string({ unit: 'binary', maxLength: 60 });
const ref = fc.nat().map(String);
const bytes = fc.uint8Array({ maxLength: 300 });

/** As Phoenix lays it out: kind, sizes, names, data. */
function frameOf(kind: number, names: readonly string[], payload: Uint8Array): Uint8Array {
  const encoded = names.map((text) => Buffer.from(text));
  const sizes = encoded.map((text) => text.length);
  return new Uint8Array(Buffer.concat([Uint8Array.of(kind, ...sizes), ...encoded, payload]));
}

/** As Phoenix reads a push: the names by their sizes, the rest is data. */
function readPush(frame: Uint8Array): unknown {
  const [kind, ...sizes] = frame.subarray(0, 5);
  let at = 5;
  const names = sizes.map((size) => Buffer.from(frame.subarray(at, (at += size))).toString());
  return { kind, names, payload: frame.slice(at) };
}

function pushed(message: WireMessage): unknown {
  const frame = v2.encode(message);
  return typeof frame === 'string' ? frame : readPush(frame);
}

describe('a binary push that Phoenix could not read is refused', () => {
  test.each([
    ['join_ref', { ...push, joinRef: 'é'.repeat(128) }],
    ['ref', { ...push, ref: 'é'.repeat(128) }],
    ['topic', { ...push, topic: 'é'.repeat(128) }],
    ['event', { ...push, event: 'é'.repeat(128) }],
  ])('when its %s has more than 255 bytes, though not 255 characters', (field, message) => {
    expect(() => v2.encode(message)).toThrow(
      expect.objectContaining({
        code: 'PHX_ENCODING',
        message: expect.stringContaining(`${field} is 256 bytes and a binary push allows 255`),
      }),
    );
  });

  test.each([null, ''])('when its join_ref is %j, which the server drops as stale', (joinRef) => {
    expect(() => v2.encode({ ...push, joinRef })).toThrow(
      expect.objectContaining({
        code: 'PHX_ENCODING',
        message: expect.stringContaining('join the topic first'),
      }),
    );
  });

  test('when a name holds half a surrogate pair, which would reach another topic', () => {
    expect(() => v2.encode({ ...push, topic: 't:\ud83d' })).toThrow(
      expect.objectContaining({
        code: 'PHX_ENCODING',
        message: expect.stringContaining('topic holds half a surrogate pair'),
      }),
    );
  });

  test.each([
    ['buffer', (bytes: Uint8Array<ArrayBuffer>) => bytes.buffer],
    ['view', (bytes: Uint8Array<ArrayBuffer>) => bytes],
  ])('when its %s was transferred away', (_, payloadOf) => {
    const bytes = Uint8Array.of(1, 2);
    const payload = payloadOf(bytes);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(() => v2.encode({ ...push, payload })).toThrow(
      expect.objectContaining({ code: 'PHX_ENCODING', cause: expect.any(TypeError) }),
    );
  });

  test('and the error shows no more than the start of a long name', () => {
    expect(() => v2.encode({ ...push, topic: 't'.repeat(10_000) })).toThrow(/^.{0,300}$/);
  });
});

describe('a binary push', () => {
  test('is kind 0, four sizes, four names and the data', () => {
    expect(v2.encode(push)).toEqual(
      Uint8Array.of(0, 1, 1, 3, 3, 0x31, 0x34, 0x74, 0x3a, 0x61, 0x62, 0x69, 0x6e, 5, 6, 7),
    );
  });

  const backing = Uint8Array.of(9, 5, 6, 7, 9);
  test.each([
    ['Uint8Array', data],
    ['part of a larger buffer', backing.subarray(1, 4)],
    ['Buffer', Buffer.from(data)],
    ['ArrayBuffer', data.buffer],
    ['SharedArrayBuffer', shared(data)],
    ['DataView', new DataView(backing.buffer, 1, 3)],
    ['Int8Array', new Int8Array(backing.buffer, 1, 3)],
  ])('is made of a payload that is a %s', (_, payload) => {
    expect(pushed({ ...push, payload })).toMatchObject({ payload: data });
  });

  test('may be empty', () => {
    expect(pushed({ ...push, payload: new ArrayBuffer(0) })).toMatchObject({
      payload: new Uint8Array(),
    });
  });

  test('without a ref has an empty one', () => {
    expect(pushed({ ...push, ref: null })).toMatchObject({ names: ['1', '', 't:a', 'bin'] });
  });

  test('may have names of exactly 255 bytes', () => {
    const topic = `${'é'.repeat(127)}t`;
    expect(pushed({ ...push, topic })).toMatchObject({ names: ['1', '4', topic, 'bin'] });
  });

  test('is not changed by what happens to its payload later', () => {
    const payload = Uint8Array.of(1);
    const frame = v2.encode({ ...push, payload });
    payload[0] = 2;
    expect(frame).toEqual(v2.encode({ ...push, payload: Uint8Array.of(1) }));
  });

  test('reaches the server whole, whatever its names and data', () => {
    fc.assert(
      fc.property(ref, ref, name, name, bytes, (joinRef, own, topic, event, payload) => {
        expect(pushed({ joinRef, ref: own, topic, event, payload })).toEqual({
          kind: 0,
          names: [joinRef, own, topic, event],
          payload: new Uint8Array(payload),
        });
      }),
    );
  });
});

describe('from the server', () => {
  test('a push has its join_ref and no ref', () => {
    fc.assert(
      fc.property(ref, name, name, bytes, (joinRef, topic, event, payload) => {
        const message = { joinRef, ref: null, topic, event, payload };
        expect(v2.decode(frameOf(0, [joinRef, topic, event], payload))).toEqual(message);
      }),
    );
  });

  test('a reply reads like a text reply, its response being the bytes', () => {
    fc.assert(
      fc.property(ref, ref, name, name, bytes, (joinRef, own, topic, status, response) => {
        expect(v2.decode(frameOf(1, [joinRef, own, topic, status], response))).toEqual({
          joinRef,
          ref: own,
          topic,
          event: 'phx_reply',
          payload: { status, response },
        });
      }),
    );
  });

  test('a broadcast has neither ref', () => {
    fc.assert(
      fc.property(name, name, bytes, (topic, event, payload) => {
        const message = { joinRef: null, ref: null, topic, event, payload };
        expect(v2.decode(frameOf(2, [topic, event], payload))).toEqual(message);
      }),
    );
  });

  test('an empty ref stands for none', () => {
    expect(v2.decode(frameOf(1, ['', '', 't', 'ok'], data))).toMatchObject({
      joinRef: null,
      ref: null,
    });
  });

  test.each([
    ['a Buffer', (frame: Uint8Array) => Buffer.from(frame)],
    ['part of a larger buffer', (frame: Uint8Array) => Buffer.concat([data, frame]).subarray(3)],
  ])('a frame that is %s gives a plain Uint8Array', (_, given) => {
    const message = v2.decode(given(frameOf(2, ['t:a', 'bb'], data)));
    expect(message).toMatchObject({ topic: 't:a', event: 'bb', payload: data });
    expect(Object.getPrototypeOf((message as WireMessage).payload)).toBe(Uint8Array.prototype);
  });

  test('the payload is a view of the frame and no copy', () => {
    const frame = frameOf(2, ['t:a', 'bb'], data);
    const { payload } = v2.decode(frame) as WireMessage;
    expect((payload as Uint8Array).buffer).toBe(frame.buffer);
  });
});

describe('bytes that are no message say why', () => {
  test.each([
    [[], 'binary frame is empty', ''],
    [[3, 1], 'binary frame has the unknown kind 3', '0301'],
    [[91, 93], 'binary frame has the unknown kind 91', '5b5d'],
    [[0], 'binary push is cut short: its header needs 4 bytes, got 1', '00'],
    [
      [0, 1, 1, 1, 0x31, 0x74],
      'binary push is cut short: its header needs 7 bytes, got 6',
      '000101013174',
    ],
    [[1, 0, 0, 0, 9], 'binary reply is cut short: its header needs 14 bytes, got 5', '0100000009'],
    [[2, 255, 255], 'binary broadcast is cut short: its header needs 513 bytes, got 3', '02ffff'],
  ])('%j', (frame, message, excerpt) => {
    expect(v2.decode(Uint8Array.from(frame))).toMatchObject({
      code: 'PHX_BAD_FRAME',
      message,
      frame: excerpt,
    });
  });

  test.each([0, 1, 2])('wherever a frame of kind %i is cut inside its header', (kind) => {
    const names = ['12', '34', 'tö', 'ok'].slice(0, [3, 4, 2][kind]);
    const frame = frameOf(kind, names, new Uint8Array());
    for (let length = 1; length < frame.length; length += 1) {
      expect(v2.decode(frame.subarray(0, length))).toMatchObject({
        code: 'PHX_BAD_FRAME',
        message: expect.stringContaining('is cut short'),
      });
    }
  });
});

function shared(source: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(source.length);
  new Uint8Array(buffer).set(source);
  return buffer;
}
