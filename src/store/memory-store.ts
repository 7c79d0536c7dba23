/** Keeps pushes in this process, for a worker that is started again in it. */

import type { OutboxStore, StoredPush } from '../channel/outbox-store.js';
import { locked } from './store-errors.js';
import { pushOf, textOf } from './stored-text.js';

/** A store that outlives its client, and ends with the process. Not bounded: the limits are those of `outbox`. */
export function memoryStore(): OutboxStore {
  return new MemoryStore();
}

class MemoryStore implements OutboxStore {
  /** A `Map` keeps a replaced entry in its place. */
  readonly #texts = new Map<string, string>();
  #isClaimed = false;

  async *all(): AsyncGenerator<StoredPush, void> {
    if (this.#isClaimed) throw locked('this store in memory');
    this.#isClaimed = true;
    const pushes = [...this.#texts.values()].map(pushOf).filter((push) => push !== null);
    yield* await Promise.resolve(pushes);
  }

  async put(push: StoredPush): Promise<void> {
    this.#texts.set(push.key, textOf(push));
    await Promise.resolve();
  }

  async delete(key: string): Promise<void> {
    this.#texts.delete(key);
    await Promise.resolve();
  }

  async close(): Promise<void> {
    this.#isClaimed = false;
    await Promise.resolve();
  }
}
