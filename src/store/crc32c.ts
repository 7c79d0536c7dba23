/** The checksum in LevelDB's files: CRC-32C (RFC 3720, appendix B.4), stored masked. */

const POLYNOMIAL = 0x82f63b78;
const BITS = 8;
const START = 0xffffffff;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => sumOfByte(byte));
/** LevelDB's util/crc32c.h: the sum of bytes that hold sums would be a poor one. */
const MASK_DELTA = 0xa282ead8;

/** As LevelDB stores it. */
export function maskedCrc32c(bytes: Uint8Array): number {
  let sum = START;
  for (const byte of bytes) sum = added(sum, byte);
  return masked(sum);
}

/** Whether the bytes up to some place have this masked sum. */
export function beginsWithSum(bytes: Uint8Array, wanted: number): boolean {
  let sum = START;
  return bytes.some((byte) => {
    sum = added(sum, byte);
    return masked(sum) === wanted;
  });
}

function added(sum: number, byte: number): number {
  return (sum >>> 8) ^ (TABLE[(sum ^ byte) & 0xff] ?? 0);
}

function masked(state: number): number {
  const sum = ~state >>> 0;
  return (((sum >>> 15) | (sum << 17)) + MASK_DELTA) >>> 0;
}

function sumOfByte(byte: number): number {
  let sum = byte;
  for (let bit = 0; bit < BITS; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? POLYNOMIAL : 0);
  return sum;
}
