/** A store in memory that outlives its clients, and may be told to be slow or to fail. */

import { type OutboxStore, StoreError, type StoredPush } from '../../src/index.js';

type Action = 'open' | 'put' | 'delete' | 'close';

export class NotedStore implements OutboxStore {
  readonly kept = new Map<string, StoredPush>();
  /** What was asked of it, in order: `put key`. */
  readonly asked: string[] = [];
  /** What fails until it is taken out. */
  readonly failing = new Set<Action>();
  isOpen = false;
  #isHeld = false;
  #letGo: () => void = () => undefined;
  #held = Promise.resolve();

  get keys(): readonly string[] {
    return [...this.kept.keys()];
  }

  /** From now on nothing is done until `release`. */
  hold(): void {
    this.#isHeld = true;
    this.#held = new Promise((resolve) => {
      this.#letGo = resolve;
    });
  }

  release(): void {
    this.#isHeld = false;
    this.#letGo();
  }

  async *all(): AsyncIterable<StoredPush> {
    await this.#turn('open');
    if (this.isOpen) throw new StoreError('PHX_STORE_LOCKED', 'the store of the test is open');
    this.isOpen = true;
    yield* [...this.kept.values()];
  }

  async put(push: StoredPush): Promise<void> {
    this.asked.push(`put ${push.key}`);
    await this.#turn('put');
    this.kept.set(push.key, structuredClone(push));
  }

  async delete(key: string): Promise<void> {
    this.asked.push(`delete ${key}`);
    await this.#turn('delete');
    this.kept.delete(key);
  }

  async close(): Promise<void> {
    await this.#turn('close');
    this.isOpen = false;
  }

  async #turn(action: Action): Promise<void> {
    if (this.#isHeld) await this.#held;
    if (this.failing.has(action)) {
      throw new StoreError('PHX_STORE_FAILED', `the store of the test fails (${action})`);
    }
  }
}
