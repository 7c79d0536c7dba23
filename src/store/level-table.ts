/**
 * Finds damage in a table of LevelDB: doc/table_format.md there. A footer of 48 bytes names the block of the index and that of
 * what describes the table; their entries name all other blocks. A byte of compression and a checksum follow each block.
 */

import { maskedCrc32c } from './crc32c.js';

type Block = { readonly offset: number; readonly size: number };

const FOOTER = 48;
const MAGIC = 0xdb4775248b80fb57n;
const MAGIC_BYTES = 8;
const COMPRESSION_BYTE = 1;
const COUNT_BYTES = 4;
const VARINT_BITS = 7;

/**
 * Where a damaged block begins. Null: there is none. A table that does not end as one is not judged: a process that was killed
 * while it wrote leaves such, which belong to nothing, and LevelDB itself refuses one that does.
 */
export function damageInTable(table: Buffer): number | null {
  const magicAt = table.length - MAGIC_BYTES;
  if (table.length < FOOTER || table.readBigUInt64LE(magicAt) !== MAGIC) return null;
  const footer = new Reader(table, table.length - FOOTER, magicAt);
  for (const directory of [footer.block(), footer.block()]) {
    if (!isWhole(table, directory)) return directory.offset;
    const damaged = blocksNamedIn(table, directory).find((block) => !isWhole(table, block));
    if (damaged !== undefined) return damaged.offset;
  }
  return null;
}

function isWhole(table: Buffer, { offset, size }: Block): boolean {
  const end = offset + size + COMPRESSION_BYTE;
  if (end + 4 > table.length - FOOTER) return false;
  return table.readUInt32LE(end) === maskedCrc32c(table.subarray(offset, end));
}

/** Entries of shared length, own length, length of the value, own part of the key, value; then where keys begin in full. */
function blocksNamedIn(table: Buffer, { offset, size }: Block): readonly Block[] {
  const end = offset + size - COUNT_BYTES;
  const restarts = table.readUInt32LE(end);
  const reader = new Reader(table, offset, end - restarts * COUNT_BYTES);
  const blocks: Block[] = [];
  while (!reader.isAtEnd) {
    reader.number();
    const own = reader.number();
    const valueLength = reader.number();
    reader.skip(own);
    const next = reader.at + valueLength;
    blocks.push(reader.block());
    reader.skip(next - reader.at);
  }
  return blocks;
}

class Reader {
  readonly #bytes: Buffer;
  readonly #end: number;
  at: number;

  constructor(bytes: Buffer, at: number, end: number) {
    this.#bytes = bytes;
    this.at = at;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#end;
  }

  block(): Block {
    return { offset: this.number(), size: this.number() };
  }

  skip(bytes: number): void {
    this.at += bytes;
  }

  /** A varint; past the end there are zeros. */
  number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.isAtEnd ? 0 : this.#bytes.readUInt8(this.at);
      this.at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 2 ** VARINT_BITS;
    }
  }
}
