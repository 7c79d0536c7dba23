/** The store of a client's confirmed pushes, opened once and closed once: what it cannot do is told, and never thrown. */

import { hasCode, type PhoenixSocketError, StoreError } from '../errors.js';
import type { StoreAction } from '../telemetry/facts.js';
import type { Reporter } from '../telemetry/telemetry.js';
import type { ConfirmedPush } from './confirmed-push.js';
import type { OutboxStore, StoredPush } from './outbox-store.js';

export class Custody {
  readonly #store: OutboxStore | null;
  readonly #reporter: Reporter;
  /** Resolves when what an earlier client left has been taken over; with why it cannot be, if so. */
  #opened: Promise<PhoenixSocketError | null> = Promise.resolve(null);
  /** Whether all that an earlier client left was read: from then on the store is this client's, to be closed by it. */
  #isOurs = false;
  #isClosing = false;
  /** Those that the store was asked to take, and has not answered for. */
  readonly #asked = new Set<ConfirmedPush>();

  /** Null: what is confirmed is kept in this process alone. */
  constructor(store: OutboxStore | null, reporter: Reporter) {
    this.#store = store;
    this.#reporter = reporter;
  }

  /** Whether what it has outlives the client. */
  get isDurable(): boolean {
    return this.#store !== null;
  }

  get opened(): Promise<PhoenixSocketError | null> {
    return this.#opened;
  }

  /** Nothing that is asked meanwhile is done before `restore` has been called. */
  open(restore: (left: readonly StoredPush[]) => void): void {
    if (this.#store !== null) this.#opened = this.#open(this.#store, restore);
  }

  /** Null: it would outlive the process, or it has settled before its turn came. A store that is closed is not opened again. */
  async put(push: ConfirmedPush): Promise<PhoenixSocketError | null> {
    const problem = await this.#opened;
    if (problem !== null || push.request.settled) return problem;
    if (this.#isClosing) return new StoreError('PHX_STORE_FAILED', TOO_LATE);
    this.#asked.add(push);
    try {
      await this.#store?.put(push.stored);
      return null;
    } catch (error) {
      return this.#failed('put', error);
    } finally {
      this.#asked.delete(push);
    }
  }

  /** Whether the store may yet take it, and is not asked any more to forget it. */
  mayYetTake(push: ConfirmedPush): boolean {
    return this.#isClosing && this.#asked.has(push);
  }

  /** Right behind all that was asked before. What cannot be deleted is sent again by the next client. */
  async delete(key: string): Promise<void> {
    if ((await this.#opened) !== null || this.#isClosing) return;
    try {
      await this.#store?.delete(key);
    } catch (error) {
      this.#failed('delete', error);
    }
  }

  /** A store that could not be opened may be another client's, and is left alone. */
  async close(): Promise<void> {
    await this.#opened;
    if (!this.#isOurs) return;
    this.#isClosing = true;
    try {
      await this.#store?.close();
    } catch (error) {
      this.#failed('close', error);
    }
  }

  async #open(
    store: OutboxStore,
    restore: (left: readonly StoredPush[]) => void,
  ): Promise<PhoenixSocketError | null> {
    try {
      const left: StoredPush[] = [];
      for await (const push of store.all()) left.push(push);
      this.#isOurs = true;
      restore(left);
      return null;
    } catch (error) {
      return this.#failed('open', error);
    }
  }

  /** The error of a store of one's own may be anything. */
  #failed(action: StoreAction, cause: unknown): PhoenixSocketError {
    const error = hasCode(cause, ...KNOWN) ? cause : unknownFailure(action, cause);
    this.#reporter.fact('store.failed', { action, code: error.code });
    return error;
  }
}

const TOO_LATE = 'the client stopped before there was room for it: push it again';
const KNOWN = [
  'PHX_STORE_LOCKED',
  'PHX_STORE_CORRUPT',
  'PHX_STORE_VERSION',
  'PHX_STORE_FAILED',
  'PHX_MISSING_DEPENDENCY',
] as const;

function unknownFailure(action: StoreAction, cause: unknown): StoreError {
  const why = `the store of confirmed pushes failed (${action}): the cause says why`;
  return new StoreError('PHX_STORE_FAILED', why, { cause });
}
