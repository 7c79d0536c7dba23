/** What a test may make go wrong between the double and its clients. */

import type { Refusal } from './connect.js';

/** Each holds until `heal`; several may hold at once. What is held back is lost when its socket closes. */
export interface Faults {
  /** Answers every upgrade request, and every request of a long poll, with this HTTP status. */
  refuse(status: number, headers?: { readonly [name: string]: string }, body?: string): void;
  /** Accepts the TCP connection and the upgrade request and never answers it, not even after `heal`. */
  stall(): void;
  /** Holds each frame to a client back for so many milliseconds. Order is kept. */
  delay(ms: number): void;
  /** Loses frames to clients: those of this event (`phx_reply` is one), or all. */
  drop(event?: string): void;
  /** Sends each frame to a client twice. */
  duplicate(): void;
  /**
   * Swaps the frames to a client in pairs: the second goes out before the first, the fourth before the third. No frame
   * is overtaken by more than one other. A first one whose second does not come within 100 ms goes out alone, and so
   * does what waits at `heal`; frames that are dropped are none of a pair. Each socket has its own pairs.
   */
  reorder(): void;
  /**
   * Keeps every connection, reads nothing and writes nothing; dials stall, and so do requests of a long poll. After `heal`
   * the connections go on.
   */
  halfOpen(): void;
  /** Ends them all. What is delayed still comes when it is due. */
  heal(): void;
}

export type FaultState = {
  readonly refusal: Refusal | null;
  readonly stalled: boolean;
  readonly frozen: boolean;
  readonly delay: number;
  readonly copies: 1 | 2;
  readonly reordered: boolean;
  readonly dropped: 'all' | ReadonlySet<string>;
};

const HEALTHY: FaultState = {
  refusal: null,
  stalled: false,
  frozen: false,
  delay: 0,
  copies: 1,
  reordered: false,
  dropped: new Set(),
};

export class FaultSwitches implements Faults {
  readonly #changed: () => void;
  #state = HEALTHY;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get state(): FaultState {
    return this.#state;
  }

  refuse(status: number, headers: { readonly [name: string]: string } = {}, body = ''): void {
    this.#set({ refusal: { status, headers, body } });
  }

  stall(): void {
    this.#set({ stalled: true });
  }

  delay(ms: number): void {
    this.#set({ delay: ms });
  }

  drop(event?: string): void {
    const { dropped } = this.#state;
    const all = event === undefined || dropped === 'all';
    this.#set({ dropped: all ? 'all' : new Set([...dropped, event]) });
  }

  duplicate(): void {
    this.#set({ copies: 2 });
  }

  reorder(): void {
    this.#set({ reordered: true });
  }

  halfOpen(): void {
    this.#set({ frozen: true });
  }

  heal(): void {
    this.#set(HEALTHY);
  }

  #set(change: Partial<FaultState>): void {
    this.#state = { ...this.#state, ...change };
    this.#changed();
  }
}
