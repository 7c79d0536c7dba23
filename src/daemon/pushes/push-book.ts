/** The pushes that can be asked about by their ids: those under way, and the newest of those that have settled. */

import { byteLength } from './order-print.js';
import type { PushRecord } from './push-record.js';

/** More than all outboxes of a busy client hold; each costs some hundred bytes besides its payload. */
export const MOST_OPEN = 10_000;
/** Of those that have settled: how many, how many bytes of replies, and for how many milliseconds. */
const MOST_KEPT = 10_000;
const MOST_BYTES = 16 * 1024 ** 2;
const KEPT_FOR = 60 * 60_000;

type Kept = { readonly record: PushRecord; readonly bytes: number; readonly until: number };

export class PushBook {
  readonly #open = new Map<string, PushRecord>();
  /** The oldest first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  get isFull(): boolean {
    return this.#open.size >= MOST_OPEN;
  }

  enter(record: PushRecord): void {
    this.#drop(record.id);
    this.#open.set(record.id, record);
    void record.settled.then(() => {
      this.#keep(record);
    });
  }

  /** Null: none is known. */
  find(id: string): PushRecord | null {
    this.#forgetOld();
    return this.#open.get(id) ?? this.#kept.get(id)?.record ?? null;
  }

  #keep(record: PushRecord): void {
    if (this.#open.get(record.id) !== record) return;
    this.#open.delete(record.id);
    const bytes = sizeOf(record);
    this.#kept.set(record.id, { record, bytes, until: Date.now() + KEPT_FOR });
    this.#bytes += bytes;
    this.#forgetOld();
  }

  #forgetOld(): void {
    const now = Date.now();
    for (const [id, { until }] of this.#kept) {
      const fits = this.#kept.size <= MOST_KEPT && this.#bytes <= MOST_BYTES;
      if (fits && until > now) return;
      this.#drop(id);
    }
  }

  #drop(id: string): void {
    this.#bytes -= this.#kept.get(id)?.bytes ?? 0;
    this.#kept.delete(id);
  }
}

/** Of what it keeps alive. */
function sizeOf({ fate }: PushRecord): number {
  return fate.outcome === 'replied' ? byteLength(fate.response) : 0;
}
