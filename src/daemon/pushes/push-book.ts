/** The pushes that can be asked about by their ids: those under way, and the newest of those that have ended. */

import { byteLength } from './order-print.js';
import type { PushRecord } from './push-record.js';

/** More than all outboxes of a busy client hold; each costs some hundred bytes besides its payload. */
const MOST_OPEN = 10_000;
/** Of their payloads: as much as the inbox holds by default. One more is taken below it, whatever its size. */
const MOST_OPEN_BYTES = 64 * 1024 ** 2;
/** Of those that have ended: how many, how many bytes of replies, and for how many milliseconds. */
const MOST_KEPT = 10_000;
const MOST_BYTES = 16 * 1024 ** 2;
const KEPT_FOR = 60 * 60_000;

type Kept = { readonly record: PushRecord; readonly bytes: number; readonly until: number };

export class PushBook {
  readonly #open = new Map<string, PushRecord>();
  /** The oldest first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;
  #openBytes = 0;

  /** What there is too much of to take another; null: there is room. */
  get excess(): string | null {
    if (this.#open.size >= MOST_OPEN) return `${MOST_OPEN} pushes are under way`;
    if (this.#openBytes < MOST_OPEN_BYTES) return null;
    return `the payloads of the pushes under way have ${this.#openBytes} bytes, of ${MOST_OPEN_BYTES} at most`;
  }

  enter(record: PushRecord, payload: unknown): void {
    const bytes = byteLength(payload);
    this.#drop(record.id);
    this.#open.set(record.id, record);
    this.#openBytes += bytes;
    void record.ended.then(() => {
      this.#openBytes -= bytes;
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
