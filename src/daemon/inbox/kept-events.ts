/** The events that are kept: the newest, up to a number and a size. */

import type { InboxEvent } from './event.js';
import { Queue } from './queue.js';

export type Limits = {
  /** How many events are kept. */
  readonly messages: number;
  /** Bytes of them, as they are encoded. The newest is kept whatever its size. */
  readonly size: number;
};

export class KeptEvents {
  readonly #limits: Limits;
  readonly #events = new Queue<InboxEvent>();
  readonly #sizes = new Queue<number>();
  #bytes = 0;
  #head = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#events.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get head(): number {
    return this.#head;
  }

  /** With nothing kept, the next there will be. */
  get tail(): number {
    return this.#head - this.length + 1;
  }

  get isOver(): boolean {
    const { messages, size } = this.#limits;
    return this.length > 1 && (this.length > messages || this.#bytes > size);
  }

  add(event: InboxEvent, size: number): void {
    this.#events.push(event);
    this.#sizes.push(size);
    this.#bytes += size;
    this.#head = event.position;
  }

  dropOldest(): InboxEvent | undefined {
    this.#bytes -= this.#sizes.shift() ?? 0;
    return this.#events.shift();
  }

  after(position: number, max: number): readonly InboxEvent[] {
    const from = Math.max(0, position + 1 - this.tail);
    return this.#events.slice(from, from + Math.max(0, max));
  }
}
