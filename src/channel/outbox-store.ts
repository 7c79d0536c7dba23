/** Where confirmed pushes are kept until they are replied to: the contract of every store. */

export type StoredPush = {
  /** The idempotency key: there is one push of a key at a time. */
  readonly key: string;
  readonly topic: string;
  readonly event: string;
  /** An object, as JSON knows it; the key is not in it. */
  readonly payload: unknown;
  /** Wall-clock milliseconds from which on it is not to be sent any more; null: never. */
  readonly expires: number | null;
};

/**
 * A store belongs to one client at a time: `all` opens it, `close` lets it go, and then it may be opened again. What was
 * put stays, in the order of the calls, until it is deleted. Every method may reject with a `StoreError`, and then what the
 * store has is as before.
 */
export interface OutboxStore {
  /** Opens the store, and gives what an earlier client left, in the order in which it was put. */
  all(): AsyncIterable<StoredPush>;
  /** Resolves when the push would outlive the process. Calls made together may share one write. */
  put(push: StoredPush): Promise<void>;
  /** Forgets the push; of a key that is not there it does nothing. A crash right after may bring it back. */
  delete(key: string): Promise<void>;
  /** Resolves when all that was asked before is done, and another client may open it. */
  close(): Promise<void>;
}
