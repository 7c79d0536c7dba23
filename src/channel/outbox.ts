/** The pushes of one topic that wait to be sent, bounded in number and bytes, and those that wait for room among them. */

import type { OverflowRule } from '../policy/overflow.js';
import { type Place, PushQueue, type Waiting } from './push-queue.js';
import type { PushRequest } from './push-request.js';

/** How much may wait for room, as a multiple of what the outbox holds: `block` slows a worker down, it does not hoard. */
const BLOCKED_AT_MOST = 1;

export class Outbox {
  readonly #rule: OverflowRule;
  readonly #held = new PushQueue();
  /** For which there is no room yet. The first of them fits as soon as nothing is held. */
  readonly #blocked = new PushQueue();

  constructor(rule: OverflowRule) {
    this.#rule = rule;
  }

  /** How many wait to be sent, for room or not. */
  get waiting(): number {
    return this.#held.length + this.#blocked.length;
  }

  /** How many it holds; none that wait for room. */
  get length(): number {
    return this.#held.length;
  }

  get bytes(): number {
    return this.#held.bytes;
  }

  /** Takes the push in, and returns those that have to go for it: itself, others, or none. */
  add(push: PushRequest, size: number, place: Place = 'behind'): readonly PushRequest[] {
    const waiting = { push, size };
    const dropped = this.#makeRoom(size);
    if (this.#fits(size) && !this.#isOvertaking(place)) this.#hold(waiting, place);
    else if (this.#mayBlock(size)) this.#blocked.add(waiting, place);
    else return [push];
    return dropped;
  }

  remove(push: PushRequest): void {
    this.#held.remove(push);
    this.#blocked.remove(push);
    this.#admit();
  }

  /** The next one, taken out. */
  shift(): PushRequest | null {
    const isNextBlocked = this.#blocked.isLedAhead && !this.#held.isLedAhead;
    const next = (isNextBlocked ? this.#blocked : this.#held).first;
    if (next === null) return null;
    this.remove(next.push);
    return next.push;
  }

  /** The next one, taken out, if it went ahead of what waits. */
  shiftAhead(): PushRequest | null {
    return this.#held.isLedAhead || this.#blocked.isLedAhead ? this.shift() : null;
  }

  /** Those that went ahead are from now on like all that waits. */
  levelAhead(): void {
    this.#held.levelAhead();
    this.#blocked.levelAhead();
  }

  /** All of them taken out, those that wait for room, too: they get none. */
  clear(): readonly PushRequest[] {
    return [...emptied(this.#held), ...emptied(this.#blocked)];
  }

  #fits(size: number): boolean {
    const { messages, bytes } = this.#rule;
    return this.#held.length < messages && this.#held.bytes + size <= bytes;
  }

  #mayBlock(size: number): boolean {
    const { messages, bytes, whenFull } = this.#rule;
    if (whenFull !== 'block' || size > bytes) return false;
    const { length, bytes: blocked } = this.#blocked;
    return length < messages * BLOCKED_AT_MOST && blocked + size <= bytes * BLOCKED_AT_MOST;
  }

  /** Whether others wait for room that are to be sent before it. */
  #isOvertaking(place: Place): boolean {
    return place === 'ahead' ? this.#blocked.isLedAhead : this.#blocked.length > 0;
  }

  #hold(waiting: Waiting, place: Place): void {
    this.#held.add(waiting, place);
    waiting.push.markQueued();
  }

  #admit(): void {
    for (let next = this.#blocked.first; next !== null; next = this.#blocked.first) {
      if (!this.#fits(next.size)) return;
      const place = this.#blocked.isLedAhead ? 'ahead' : 'behind';
      this.#blocked.remove(next.push);
      this.#hold(next, place);
    }
  }

  /** Drops nothing for what would never fit. */
  #makeRoom(size: number): readonly PushRequest[] {
    const dropped: PushRequest[] = [];
    if (size > this.#rule.bytes) return dropped;
    for (let next = this.#victim(); next !== null; next = this.#victim()) {
      if (this.#fits(size)) break;
      this.#held.remove(next.push);
      dropped.push(next.push);
    }
    return dropped;
  }

  /** Null: nothing is dropped to make room. */
  #victim(): Waiting | null {
    switch (this.#rule.whenFull) {
      case 'dropOldest':
        return this.#held.oldest;
      case 'dropNewest':
        return this.#held.last;
      case 'reject':
      case 'block':
        return null;
    }
  }
}

function emptied(queue: PushQueue): readonly PushRequest[] {
  const all: PushRequest[] = [];
  for (let next = queue.first; next !== null; next = queue.first) {
    queue.remove(next.push);
    all.push(next.push);
  }
  return all;
}
