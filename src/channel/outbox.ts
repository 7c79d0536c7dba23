/** The pushes of one topic that wait to be sent, bounded in number and bytes. */

import type { OverflowRule } from '../policy/overflow.js';
import type { PushRequest } from './push-request.js';

export class Outbox {
  readonly #rule: OverflowRule;
  readonly #waiting = new Map<PushRequest, number>();
  #bytes = 0;

  constructor(rule: OverflowRule) {
    this.#rule = rule;
  }

  get length(): number {
    return this.#waiting.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes the push in, and returns those that have to go for it: itself, older ones, or none. */
  add(push: PushRequest, size: number): readonly PushRequest[] {
    if (size > this.#rule.bytes || (this.#isFull(size) && this.#rule.whenFull === 'reject')) {
      return [push];
    }
    const dropped = this.#makeRoom(size);
    this.#waiting.set(push, size);
    this.#bytes += size;
    return dropped;
  }

  remove(push: PushRequest): void {
    this.#bytes -= this.#waiting.get(push) ?? 0;
    this.#waiting.delete(push);
  }

  /** The oldest one, taken out. */
  shift(): PushRequest | null {
    const [push] = this.#waiting.keys();
    if (push === undefined) return null;
    this.remove(push);
    return push;
  }

  #isFull(size: number): boolean {
    return this.#waiting.size >= this.#rule.messages || this.#bytes + size > this.#rule.bytes;
  }

  #makeRoom(size: number): readonly PushRequest[] {
    const dropped: PushRequest[] = [];
    for (let oldest = null; this.#isFull(size); dropped.push(oldest)) {
      oldest = this.shift();
      if (oldest === null) break;
    }
    return dropped;
  }
}
