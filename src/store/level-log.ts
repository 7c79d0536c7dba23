/**
 * Finds damage in a log of LevelDB: doc/log_format.md there. A block of 32 KiB holds records of checksum (4 bytes), length (2)
 * and type (1) before the data; none crosses the end of a block, and less than a header left over is filled with zeros.
 */

import { beginsWithSum, maskedCrc32c } from './crc32c.js';

const BLOCK = 32 * 1024;
const HEADER = 7;
const CHECKED_FROM = 6;

/** Where the first damaged record begins. Null: there is none; a last one that was cut short, as by a kill, is no damage. */
export function damageInLog(log: Buffer): number | null {
  let at = 0;
  while (at < log.length) {
    const blockEnd = (Math.floor(at / BLOCK) + 1) * BLOCK;
    const end = endOfRecord(log, at, blockEnd);
    if (end === 'damaged') return at;
    if (end === 'cut') return null;
    at = end;
  }
  return null;
}

function endOfRecord(log: Buffer, at: number, blockEnd: number): number | 'damaged' | 'cut' {
  if (blockEnd - at < HEADER) return blockEnd;
  if (log.length - at < HEADER) return 'cut';
  const end = at + HEADER + log.readUInt16LE(at + 4);
  if (isUnwritten(log, at)) return blockEnd;
  if (end > blockEnd) return 'damaged';
  const sum = log.readUInt32LE(at);
  // When the data is whole and shorter than its length says, it is the length that was damaged.
  if (end > log.length)
    return beginsWithSum(log.subarray(at + CHECKED_FROM), sum) ? 'damaged' : 'cut';
  if (sum === maskedCrc32c(log.subarray(at + CHECKED_FROM, end))) return end;
  // After a loss of power a file may have its length and not yet its last bytes: they are zeros, and no entry ends so.
  return log.subarray(end - 1).every((byte) => byte === 0) ? 'cut' : 'damaged';
}

/** LevelDB passes over a header of zeros, with the rest of its block. */
function isUnwritten(log: Buffer, at: number): boolean {
  return log.readUInt16LE(at + 4) === 0 && log.readUInt8(at + CHECKED_FROM) === 0;
}
