/** The file of events that were given up: one JSON document a line, on the disk before the event is done. */

import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CloudEvent } from '../inbox/cloud-event.js';

export type DeadLetter = {
  /** ISO 8601. */
  readonly time: string;
  readonly delivery: string;
  readonly attempts: number;
  /** Of the last answer; null: there was none. */
  readonly status: number | null;
  readonly error: string;
  /** A whole CloudEvent. */
  readonly event: CloudEvent;
};

/** For its owner alone: it holds payloads. */
const MODE = 0o600;

export class DeadLetterFile {
  readonly #path: string;
  /** Ends when all that was appended so far is on the disk. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Resolves when it is on the disk. Rejects as the file system does. */
  append(letter: DeadLetter): Promise<void> {
    const appended = this.#last.then(() => appendLines(this.#path, `${JSON.stringify(letter)}\n`));
    this.#last = appended.catch(() => undefined);
    return appended;
  }
}

/** On the disk, in the file that has the name when it is done: `replay` may take the file away meanwhile. */
export async function appendLines(path: string, lines: string): Promise<void> {
  let isThere = false;
  while (!isThere) {
    const inode = await appendOnce(path, lines);
    isThere = inode === (await inodeOf(path));
  }
}

async function appendOnce(path: string, lines: string): Promise<number> {
  const file = await open(path, 'a', MODE);
  try {
    const { ino, size } = await file.stat();
    await appendWhole(file, lines, size);
    if (size === 0) await syncFolder(path);
    return ino;
  } finally {
    await file.close();
  }
}

async function appendWhole(file: FileHandle, lines: string, size: number): Promise<void> {
  try {
    await file.appendFile(lines);
    await file.datasync();
  } catch (error) {
    // Half a line would spoil the next one.
    await file.truncate(size);
    throw error;
  }
}

/** A new file has its name on the disk when its folder is there. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function inodeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).ino;
  } catch {
    return null;
  }
}
