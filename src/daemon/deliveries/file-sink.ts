/** A file as a sink: rotated by size, opened anew when somebody else has moved it away. */

import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import type { LineSink } from './line-sink.js';

/** For its owner alone: it holds payloads. */
const MODE = 0o600;

type OpenFile = { readonly handle: FileHandle; readonly inode: number; size: number };

export class FileSink implements LineSink {
  readonly kind = 'file';
  readonly #path: string;
  /** Bytes; null: it grows for ever. */
  readonly #rotate: number | null;
  #file: OpenFile | null = null;

  constructor(path: string, rotate: number | null) {
    this.#path = path;
    this.#rotate = rotate;
  }

  async write(lines: string): Promise<void> {
    const bytes = Buffer.from(lines);
    const file = await this.#fileFor(bytes.byteLength);
    try {
      await file.handle.appendFile(bytes);
      file.size += bytes.byteLength;
    } catch (error) {
      // Half a line would spoil the next one.
      await file.handle.truncate(file.size);
      throw error;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    if (file === null) return;
    try {
      await file.handle.sync();
    } finally {
      await file.handle.close();
    }
  }

  async #fileFor(length: number): Promise<OpenFile> {
    const isOurs = this.#file !== null && (await inodeOf(this.#path)) === this.#file.inode;
    if (!isOurs) await this.close();
    const file = (this.#file ??= await opened(this.#path));
    const isFull = this.#rotate !== null && file.size > 0 && file.size + length > this.#rotate;
    if (!isFull) return file;
    await this.close();
    await rename(this.#path, `${this.#path}.1`);
    this.#file = await opened(this.#path);
    return this.#file;
  }
}

async function opened(path: string): Promise<OpenFile> {
  const handle = await open(path, 'a', MODE);
  const { ino: inode, size } = await handle.stat();
  return { handle, inode, size };
}

async function inodeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).ino;
  } catch {
    return null;
  }
}
