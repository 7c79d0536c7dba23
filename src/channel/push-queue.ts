/** Pushes in the order in which they are to be sent; any of them may be taken out. */

import type { PushRequest } from './push-request.js';

/** Ahead: before those that wait, and after those that went ahead before. */
export type Place = 'behind' | 'ahead';

/** A push, and its bytes on the wire. */
export type Waiting = { readonly push: PushRequest; readonly size: number };

type Entry = Waiting & { before: Entry | null; after: Entry | null };

/** A linked list, because pushes leave from both ends and from the middle. */
export class PushQueue {
  readonly #entries = new Map<PushRequest, Entry>();
  #first: Entry | null = null;
  #last: Entry | null = null;
  /** All before it went ahead, too. */
  #lastAhead: Entry | null = null;
  #bytes = 0;

  get length(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The next to be sent. */
  get first(): Waiting | null {
    return this.#first;
  }

  /** The last to be sent. */
  get last(): Waiting | null {
    return this.#last;
  }

  /** The first of those that did not go ahead, if there is one. */
  get oldest(): Waiting | null {
    return this.#lastAhead?.after ?? this.#first;
  }

  /** Whether the next to be sent is one that went ahead. */
  get isLedAhead(): boolean {
    return this.#lastAhead !== null;
  }

  add({ push, size }: Waiting, place: Place): void {
    const before = place === 'ahead' ? this.#lastAhead : this.#last;
    const after = before === null ? this.#first : before.after;
    const entry = { push, size, before, after };
    this.#join(before, entry);
    this.#join(entry, after);
    if (place === 'ahead') this.#lastAhead = entry;
    this.#entries.set(push, entry);
    this.#bytes += size;
  }

  remove(push: PushRequest): void {
    const entry = this.#entries.get(push);
    if (entry === undefined) return;
    this.#join(entry.before, entry.after);
    if (entry === this.#lastAhead) this.#lastAhead = entry.before;
    this.#entries.delete(push);
    this.#bytes -= entry.size;
  }

  /** Those that went ahead are from now on like all others. */
  levelAhead(): void {
    this.#lastAhead = null;
  }

  #join(before: Entry | null, after: Entry | null): void {
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
  }
}
