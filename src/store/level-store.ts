/** Keeps pushes in a folder on disk, so that they outlive the process. */

import type { OutboxStore, StoredPush } from '../channel/outbox-store.js';
import { systemClock } from '../clock.js';
import { badOption } from '../errors.js';
import { type Duration, milliseconds } from '../policy/duration.js';
import { requireFields, requireText } from '../policy/requirements.js';
import { Ledger, type Write } from './ledger.js';
import { inTime, whenFree } from './opening.js';
import { locked } from './store-errors.js';
import { textOf } from './stored-text.js';

/**
 * A store in the folder at `path`, which is made when it is not there, readable by its owner only. It is opened when it is
 * first used, by one client of one process at a time. A push that was put outlives `kill -9` and a loss of power, as far as
 * the disk keeps what it has confirmed. Needs `classic-level` (`PHX_MISSING_DEPENDENCY`).
 *
 * While another process has it, it is waited for, up to `lockTimeout` (`PHX_STORE_LOCKED`). Throws `PHX_BAD_OPTION`.
 *
 * Not promised: that the files hold no payload (they do, in clear), or that a deleted one is gone from them at once.
 */
export function levelStore(path: string, options: LevelStoreOptions = {}): OutboxStore {
  requireText('the path of levelStore', path);
  requireFields('the options of levelStore', options);
  const unknown = Object.keys(options).find((name) => name !== 'lockTimeout');
  if (unknown !== undefined) {
    throw badOption(`levelStore has no option ${unknown}: choose from lockTimeout`);
  }
  return new LevelStore(path, milliseconds('lockTimeout', options.lockTimeout ?? LOCK_TIMEOUT));
}

export type LevelStoreOptions = {
  /**
   * How long to wait for another process that has the store open. Default 25 s: longer than the drain of the process that this one
   * replaces. 0: not at all.
   */
  readonly lockTimeout?: Duration;
};

const LOCK_TIMEOUT = 25_000;
/** On top of that, for reading all files: a store of 50 000 pushes took 7 s on a busy machine. */
const OPEN_TIMEOUT = 30_000;

type Asked = Write & {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

class LevelStore implements OutboxStore {
  readonly #path: string;
  readonly #lockTimeout: number;
  #ledger: Ledger | null = null;
  #isClaimed = false;
  /** Asked while a write is under way: they share the next one. */
  #asked: Asked[] = [];
  /** Opening, writing and closing take turns, in the order in which they were asked for. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string, lockTimeout: number) {
    this.#path = path;
    this.#lockTimeout = lockTimeout;
  }

  async *all(): AsyncGenerator<StoredPush, void> {
    yield* await this.#next(() => this.#claim());
  }

  async put(push: StoredPush): Promise<void> {
    await this.#ask({ key: push.key, text: textOf(push) });
  }

  delete(key: string): Promise<void> {
    return this.#ask({ key, text: null });
  }

  close(): Promise<void> {
    return this.#next(() => this.#shut());
  }

  #ask(write: Write): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ ...write, resolve, reject });
      if (this.#asked.length === 1) void this.#next(() => this.#writeAsked());
    });
  }

  #next<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(step);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #claim(): Promise<readonly StoredPush[]> {
    if (this.#isClaimed) throw locked(this.#path);
    const ledger = await this.#open();
    const pushes = await ledger.pushes();
    this.#isClaimed = true;
    return pushes;
  }

  async #writeAsked(): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    try {
      const ledger = await this.#open();
      await ledger.write(asked);
      for (const { resolve } of asked) resolve();
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  async #open(): Promise<Ledger> {
    this.#ledger ??= await this.#opened();
    return this.#ledger;
  }

  #opened(): Promise<Ledger> {
    const path = this.#path;
    const limit = this.#lockTimeout;
    const opening = whenFree(() => Ledger.open(path), limit, systemClock);
    return inTime(path, opening, limit + OPEN_TIMEOUT, systemClock);
  }

  async #shut(): Promise<void> {
    const ledger = this.#ledger;
    this.#ledger = null;
    this.#isClaimed = false;
    await ledger?.close();
  }
}
