/** The entries of a store on disk: each push under a number, which is its place in the order of puts. */

import type { StoredPush } from '../channel/outbox-store.js';
import type { Database, Operation } from './classic-level.js';
import { OUTBOX, openDatabase } from './level-folder.js';
import { corrupt, storeErrorOf } from './store-errors.js';
import { pushOf } from './stored-text.js';

export type Write = {
  readonly key: string;
  /** Null: it is deleted. */
  readonly text: string | null;
};
type Plan = {
  readonly operations: readonly Operation[];
  /** The numbers of the keys that change; null: there will be none. */
  readonly numbers: ReadonlyMap<string, string | null>;
};

/** So that the order of texts is that of numbers: the digits of `Number.MAX_SAFE_INTEGER`. */
const DIGITS = 16;
const NUMBER = /^\d{16}$/;

export class Ledger {
  readonly #path: string;
  readonly #database: Database;
  readonly #numbers = new Map<string, string>();
  #last = -1;
  /** After a write that failed, half of it may be on disk: this is to be written before anything else. */
  #undo: readonly Operation[] | null = null;

  private constructor(path: string, database: Database) {
    this.#path = path;
    this.#database = database;
  }

  static async open(path: string): Promise<Ledger> {
    const ledger = new Ledger(path, await openDatabase(path, OUTBOX));
    try {
      await ledger.pushes();
      return ledger;
    } catch (error) {
      await ledger.close();
      throw error;
    }
  }

  /** All that is stored, in order. */
  async pushes(): Promise<readonly StoredPush[]> {
    const pushes: StoredPush[] = [];
    try {
      await this.#heal();
      for await (const [number, text] of this.#database.iterator()) {
        pushes.push(this.#entered(number, text));
      }
    } catch (thrown) {
      throw storeErrorOf(this.#path, thrown);
    }
    return pushes;
  }

  /** All of them or none, in one write. Rejects with a `StoreError`, and then the entries are as before. */
  async write(writes: readonly Write[]): Promise<void> {
    const plan = this.#plan(writes);
    if (plan.operations.length === 0) return;
    try {
      await this.#heal();
      await this.#commit(plan.operations);
    } catch (thrown) {
      throw storeErrorOf(this.#path, thrown);
    }
    this.#keep(plan.numbers);
  }

  /** What cannot be undone now may be there when it is opened again, as after a crash. */
  async close(): Promise<void> {
    await this.#heal().catch(() => undefined);
    try {
      await this.#database.close();
    } catch (thrown) {
      throw storeErrorOf(this.#path, thrown);
    }
  }

  #entered(number: string, text: string): StoredPush {
    const push = NUMBER.test(number) ? pushOf(text) : null;
    const isTwice = push !== null && (this.#numbers.get(push.key) ?? number) !== number;
    if (push === null || isTwice) throw corrupt(this.#path, `its entry ${number} is no push`);
    this.#numbers.set(push.key, number);
    this.#last = Number(number);
    return push;
  }

  #plan(writes: readonly Write[]): Plan {
    const operations: Operation[] = [];
    const numbers = new Map<string, string | null>();
    for (const { key, text } of writes) {
      const known = numbers.has(key) ? numbers.get(key) : this.#numbers.get(key);
      if (text !== null) {
        const number = known ?? this.#nextNumber();
        operations.push({ type: 'put', key: number, value: text });
        numbers.set(key, number);
      } else if (known) {
        operations.push({ type: 'del', key: known });
        numbers.set(key, null);
      }
    }
    return { operations, numbers };
  }

  #nextNumber(): string {
    this.#last += 1;
    return String(this.#last).padStart(DIGITS, '0');
  }

  /** A delete need not be on disk at once: a crash may bring the push back, and it is sent once more. */
  async #commit(operations: readonly Operation[]): Promise<void> {
    try {
      const sync = operations.some(({ type }) => type === 'put');
      await this.#database.batch([...operations], { sync });
    } catch (error) {
      await this.#distrust(operations);
      throw error;
    }
  }

  /** LevelDB takes no write after one that it could not sync, until it is opened again; what it reads is as before. */
  async #distrust(operations: readonly Operation[]): Promise<void> {
    const keys = [...new Set(operations.map(({ key }) => key))];
    this.#undo = [];
    try {
      const values = await this.#database.getMany(keys);
      this.#undo = keys.map((key, index) => asItWas(key, values[index]));
    } finally {
      await this.#database.close();
    }
  }

  async #heal(): Promise<void> {
    if (this.#undo === null) return;
    // Never a new one in its place, should the folder be gone.
    await this.#database.open({ createIfMissing: false });
    try {
      await this.#database.batch([...this.#undo], { sync: true });
    } catch (error) {
      await this.#database.close();
      throw error;
    }
    this.#undo = null;
  }

  #keep(numbers: Plan['numbers']): void {
    for (const [key, number] of numbers) {
      if (number === null) this.#numbers.delete(key);
      else this.#numbers.set(key, number);
    }
  }
}

function asItWas(key: string, value: string | undefined): Operation {
  return value === undefined ? { type: 'del', key } : { type: 'put', key, value };
}
