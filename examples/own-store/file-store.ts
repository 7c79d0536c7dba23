// A store of one's own: lines of JSON in a file, synced one by one. The last line of a key is what counts.
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { StoreError } from 'gen-socket-client';
import type { OutboxStore, StoredPush } from 'gen-socket-client/store';

type Line = { readonly key: string; readonly push: StoredPush | null };

export class FileStore implements OutboxStore {
  readonly #path: string;
  #file: FileHandle | null = null;
  #isClaimed = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async *all(): AsyncGenerator<StoredPush, void> {
    yield* await this.#next(() => this.#claim());
  }

  async put(push: StoredPush): Promise<void> {
    const line = JSON.stringify({ key: push.key, push }); // Now: the payload may change later.
    await this.#next(() => this.#append(line));
  }

  delete(key: string): Promise<void> {
    return this.#next(() => this.#append(JSON.stringify({ key, push: null })));
  }

  close(): Promise<void> {
    return this.#next(async () => {
      if (this.#file === null) return;
      await this.#file.close();
      await rm(`${this.#path}.lock`);
      this.#file = null;
      this.#isClaimed = false;
    });
  }

  /** One thing after the other, in the order of the calls. */
  #next<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(step);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #claim(): Promise<readonly StoredPush[]> {
    if (this.#isClaimed) throw locked(this.#path);
    await this.#open();
    this.#isClaimed = true;
    return read(this.#path);
  }

  async #append(line: string): Promise<void> {
    const file = await this.#open();
    const { size } = await file.stat();
    try {
      await file.appendFile(`${line}\n`);
      await file.sync();
    } catch (cause) {
      await file.truncate(size); // Half a line would spoil the next one.
      const problem = `${this.#path} took no line: ${String(cause)}`;
      throw new StoreError('PHX_STORE_FAILED', problem, { cause });
    }
  }

  async #open(): Promise<FileHandle> {
    if (this.#file !== null) return this.#file;
    await lock(this.#path);
    try {
      this.#file = await rewritten(this.#path);
      return this.#file;
    } catch (error) {
      await rm(`${this.#path}.lock`);
      throw error;
    }
  }
}

/** With what is left, without what is gone, and without half a line that a kill may have left. */
async function rewritten(path: string): Promise<FileHandle> {
  const lines = (await read(path)).map((push) => JSON.stringify({ key: push.key, push }));
  const draft = await open(`${path}.draft`, 'w', 0o600);
  await draft.writeFile(lines.map((line) => `${line}\n`).join(''));
  await draft.sync();
  await draft.close();
  await rename(`${path}.draft`, path);
  return open(path, 'a');
}

async function read(path: string): Promise<readonly StoredPush[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pushes = new Map<string, StoredPush>();
  for (const [index, line] of text.split('\n').slice(0, -1).entries()) {
    const { key, push } = parsed(line, `${path}:${index + 1}`);
    if (push === null) pushes.delete(key);
    else pushes.set(key, push);
  }
  return [...pushes.values()];
}

function parsed(line: string, place: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch (cause) {
    throw new StoreError('PHX_STORE_CORRUPT', `${place} is no JSON`, { cause });
  }
}

/** The owner's process id. A lock whose owner was killed is taken over. */
async function lock(path: string): Promise<void> {
  const file = `${path}.lock`;
  const owner = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (owner > 0 && isAlive(owner)) throw locked(path);
  await rm(file, { force: true });
  await writeFile(file, String(process.pid), { flag: 'wx' });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function locked(path: string): StoreError {
  return new StoreError('PHX_STORE_LOCKED', `${path} is open: stop its owner, or use another`);
}
