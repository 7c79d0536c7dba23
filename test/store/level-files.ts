/** The files of a store on disk, as a test looks at them. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Their bytes in latin1, which compare fast and show well. */
export type Files = ReadonlyMap<string, string>;

/** LevelDB's own notes, and its lock: they hold nothing of the store. */
const NOTES = /^(?:LOG|LOG\.old|LOCK)$/;
const BLOCK = 32 * 1024;
const HEADER = 7;
/** Types of LevelDB's records: a whole one, and the first part of one. */
const BEGINNINGS = [1, 2];

export function filesIn(folder: string): Files {
  const names = readdirSync(folder).filter((name) => !NOTES.test(name));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

/** How many writes are in the log: LevelDB begins a record for each. */
export function writesIn(folder: string): number {
  const logs = [...filesIn(folder)].filter(([name]) => name.endsWith('.log'));
  return logs
    .map(([, log]) => recordsIn(Buffer.from(log, 'latin1')))
    .reduce((sum, count) => sum + count, 0);
}

function recordsIn(log: Buffer): number {
  let records = 0;
  for (let at = 0; at + HEADER <= log.length; ) {
    const left = BLOCK - (at % BLOCK);
    if (left < HEADER) {
      at += left;
      continue;
    }
    if (BEGINNINGS.includes(log.readUInt8(at + 6))) records += 1;
    at += HEADER + log.readUInt16LE(at + 4);
  }
  return records;
}
