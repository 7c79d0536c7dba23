/** WebSocket frames by hand (RFC 6455, 5.2), so that a test can also write wrong ones. */

export type RawFrame = { readonly opcode: number; readonly payload: Buffer };

export const OPCODES = { text: 1, binary: 2, close: 8, ping: 9 } as const;

const FINAL = 0x80;
const MASKED = 0x80;
const MASK_BYTES = 4;
const TWO_BYTE_LENGTH = 126;
const EIGHT_BYTE_LENGTH = 127;

/** A server's frame, which is not masked. `length` may promise another payload than there is. */
export function rawFrame(
  opcode: number,
  payload: Uint8Array | string,
  length = Buffer.byteLength(payload),
): Buffer {
  const first = Buffer.from([FINAL | opcode]);
  return Buffer.concat([first, lengthOf(length), Buffer.from(payload)]);
}

export function rawClose(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return rawFrame(OPCODES.close, Buffer.concat([payload, Buffer.from(reason)]));
}

/** The first of a client's frames, unmasked, if it is whole. */
export function takeFrame(bytes: Buffer): { frame: RawFrame; rest: Buffer } | null {
  const [first = 0, second = 0] = bytes;
  if (bytes.length < 2 || (second & MASKED) === 0) return null;
  const short = second & ~MASKED;
  const start = 2 + sizeOfLength(short) + MASK_BYTES;
  if (bytes.length < start) return null;
  const end = start + payloadLength(bytes, short);
  if (bytes.length < end) return null;
  const payload = unmasked(bytes.subarray(start - MASK_BYTES, start), bytes.subarray(start, end));
  return { frame: { opcode: first & 0x0f, payload }, rest: bytes.subarray(end) };
}

function lengthOf(length: number): Buffer {
  if (length < TWO_BYTE_LENGTH) return Buffer.from([length]);
  const long = Buffer.alloc(9, EIGHT_BYTE_LENGTH);
  long.writeBigUInt64BE(BigInt(length), 1);
  return long;
}

function sizeOfLength(short: number): number {
  if (short === EIGHT_BYTE_LENGTH) return 8;
  return short === TWO_BYTE_LENGTH ? 2 : 0;
}

function payloadLength(bytes: Buffer, short: number): number {
  if (short === EIGHT_BYTE_LENGTH) return Number(bytes.readBigUInt64BE(2));
  return short === TWO_BYTE_LENGTH ? bytes.readUInt16BE(2) : short;
}

function unmasked(mask: Buffer, payload: Buffer): Buffer {
  return Buffer.from(payload.map((byte, at) => byte ^ (mask[at % MASK_BYTES] ?? 0)));
}
