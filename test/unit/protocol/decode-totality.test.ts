/** Whatever arrives, decoding ends in a message or a protocol error. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../../src/errors.js';
import { readFrame } from '../../../src/protocol/inbound.js';
import type { Frame } from '../../../src/protocol/serializer.js';
import { v1 } from '../../../src/protocol/v1-serializer.js';
import { v2 } from '../../../src/protocol/v2-serializer.js';

/** One seed, so that every run is the same. */
fc.configureGlobal({ seed: 41, numRuns: 500 });

const KINDS = ['reply', 'closed', 'crashed', 'message'];

const TEXT_FRAMES = [
  '["7","7","room:1","phx_reply",{"status":"ok","response":{}}]',
  '["7","7","room:1","phx_error",{"reason":"channel_crash"}]',
  '[null,null,"ping:Ünïcødé-☃","said",{"s":"😀 \\"quoted\\""}]',
  '{"event":"phx_close","payload":{},"ref":null,"topic":"ping:wild"}',
];

const BINARY_FRAMES = [
  '0101010302' + '31' + '34' + '743a61' + '6f6b' + '050607',
  '00010303' + '31' + '743a61' + '6f7574' + '010203',
  '020302' + '743a61' + '6262' + '0908',
].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

/** Field values of every kind in every place: one wrong type a message is where decoders fall. */
const field = fc.oneof(
  fc.constantFrom('phx_reply', 'phx_close', 'phx_join', 'heartbeat', 'phoenix', 'room:1', null, 7),
  fc.jsonValue(),
);

function expectAnswer(frame: Frame): void {
  for (const serializer of [v1, v2]) {
    const decoded = serializer.decode(frame);
    const inbound = readFrame(serializer, frame);
    if (decoded instanceof ProtocolError) expect(inbound).toBeInstanceOf(ProtocolError);
    else expectMeaning(inbound);
  }
}

function expectMeaning(inbound: ReturnType<typeof readFrame>): void {
  if (inbound instanceof ProtocolError) expect(inbound.code).toBe('PHX_UNEXPECTED_MESSAGE');
  else expect(KINDS).toContain(inbound.kind);
}

describe('decoding never throws on', () => {
  test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: fc.nat({ max: 0xffff }).map(toUnit) }), expectAnswer));
  });

  test('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), expectAnswer));
  });

  test('any bytes behind a real kind and plausible sizes', () => {
    const header = fc.tuple(fc.nat({ max: 3 }), fc.array(fc.nat({ max: 9 }), { maxLength: 4 }));
    const frame = fc
      .tuple(header, fc.uint8Array({ maxLength: 40 }))
      .map(([[kind, sizes], rest]) => Uint8Array.of(kind, ...sizes, ...rest));
    fc.assert(fc.property(frame, expectAnswer));
  });

  test('any JSON', () => {
    fc.assert(fc.property(fc.json(), expectAnswer));
  });

  test('any JSON in the places of the five fields', () => {
    const array = fc.array(field, { maxLength: 7 });
    const object = fc.record(
      { topic: field, event: field, payload: field, ref: field, join_ref: field },
      { requiredKeys: [] },
    );
    const frame = fc.oneof(array, object).map((value) => JSON.stringify(value));
    fc.assert(fc.property(frame, expectAnswer));
  });

  test('a text frame with a part cut out or put in', () => {
    const frame = fc
      .tuple(
        fc.constantFrom(...TEXT_FRAMES),
        fc.nat(),
        fc.nat({ max: 9 }),
        fc.string({ maxLength: 3 }),
      )
      .map(([text, at, cut, put]) => {
        const start = at % text.length;
        return text.slice(0, start) + put + text.slice(start + cut);
      });
    fc.assert(fc.property(frame, expectAnswer));
  });

  test('a binary frame with a byte changed, or cut short', () => {
    const frame = fc
      .tuple(fc.constantFrom(...BINARY_FRAMES), fc.nat(), fc.nat({ max: 255 }), fc.nat())
      .map(([bytes, at, value, length]) =>
        bytes.with(at % bytes.length, value).subarray(0, 1 + (length % bytes.length)),
      );
    fc.assert(fc.property(frame, expectAnswer));
  });

  test('JSON nested deeper than the stack', () => {
    expectAnswer(`["7","8","t","e",${'['.repeat(100_000)}${']'.repeat(100_000)}]`);
  });
});

function toUnit(code: number): string {
  return String.fromCharCode(code);
}
