/** The same vectors through version 2 and through the serializer of Phoenix's own client. */

import * as phoenix from 'phoenix';
import { describe, expect, test } from 'vitest';
import type { WireMessage } from '../../../src/protocol/message.js';
import { v2 } from '../../../src/protocol/v2-serializer.js';

type OfficialMessage = Omit<WireMessage, 'joinRef'> & { readonly join_ref: string | null };

/** Exported by the package and left out of its types. */
const { Serializer: official } = phoenix as unknown as {
  readonly Serializer: {
    encode<T>(message: OfficialMessage, done: (frame: string | ArrayBuffer) => T): T;
    decode<T>(frame: string | ArrayBuffer, done: (message: OfficialMessage) => T): T;
  };
};

const message: WireMessage = { joinRef: '1', ref: '2', topic: 'room:1', event: 'say', payload: {} };

const TEXT: readonly WireMessage[] = [
  { ...message, ref: '1', event: 'phx_join', payload: { since: 41 } },
  { ...message, joinRef: null, topic: 'phoenix', event: 'heartbeat' },
  { ...message, topic: 'Ünïcødé-☃', payload: { text: '😀 \u2028 "quoted" \\ /', n: 1.5e300 } },
  { ...message, payload: [1, [2, [3]], null, false] },
  { ...message, payload: 'text' },
];

const BINARY: readonly WireMessage[] = [
  { ...message, payload: Uint8Array.of(0, 1, 255, 254).buffer },
  { ...message, topic: 'ping:Ünïcødé-☃', event: 'é', payload: Uint8Array.of(7).buffer },
  { ...message, topic: 'é'.repeat(127), payload: new ArrayBuffer(0) },
];

function officialFrame({ joinRef, ...rest }: WireMessage): string | Uint8Array {
  return official.encode({ join_ref: joinRef, ...rest }, (frame) =>
    typeof frame === 'string' ? frame : new Uint8Array(frame),
  );
}

/** Its bytes are `ArrayBuffer`s, ours are `Uint8Array`s. */
function officialMessage(frame: string | ArrayBuffer): unknown {
  return official.decode(frame, ({ join_ref: joinRef, payload, ...rest }) => ({
    joinRef,
    ...rest,
    payload: withViews(payload),
  }));
}

function withViews(payload: unknown): unknown {
  if (payload instanceof ArrayBuffer) return new Uint8Array(payload);
  if (typeof payload !== 'object' || payload === null || !('response' in payload)) return payload;
  return { ...payload, response: withViews(payload.response) };
}

describe('both serializers write the same frame', () => {
  test.each([...TEXT, ...BINARY])('%j', (vector) => {
    expect(v2.encode(vector)).toEqual(officialFrame(vector));
  });
});

describe('both serializers read the same message', () => {
  test.each(TEXT)('%j', (vector) => {
    const frame = v2.encode(vector) as string;
    expect(v2.decode(frame)).toEqual(officialMessage(frame));
  });

  test.each([
    ['push', '00010303' + '31' + '743a61' + '6f7574' + '010203'],
    ['reply', '0101010302' + '31' + '34' + '743a61' + '6f6b' + '050607'],
    ['broadcast', '020302' + '743a61' + '6262' + '0908'],
    ['broadcast of a multi-byte topic', '020402' + 'c3a9c3bc' + '6262' + '00'],
  ])('binary %s', (_, hex) => {
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
    expect(v2.decode(bytes)).toEqual(officialMessage(bytes.buffer));
  });
});

test('both refuse a name that is over 255 bytes in UTF-8', () => {
  const long = { ...message, topic: 'é'.repeat(128), payload: new ArrayBuffer(1) };
  expect(() => officialFrame(long)).toThrow(/topic.*255/);
  expect(() => v2.encode(long)).toThrow(/topic.*255/);
});
