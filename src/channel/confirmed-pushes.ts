/** What others may see of the confirmed pushes of a client, and take back. */

import type { Confirmed } from './confirmed.js';

/** A confirmed push that waits for its reply. */
export type WaitingPush = {
  readonly key: string;
  readonly topic: string;
  readonly event: string;
  /** As it was pushed, without the key: a copy. */
  readonly payload: unknown;
  /**
   * `storing`: not yet in the store; `waiting`: to be sent, for the first time or again; `sent`: on the present join, and unanswered;
   * `orphaned`: nobody wants its topic, so it waits for somebody to join it.
   */
  readonly state: 'storing' | 'waiting' | 'sent' | 'orphaned';
  /** How often this process has sent it. */
  readonly sendings: number;
  /** When it was pushed, or found in the store. */
  readonly since: Date;
  /** From when on it is not sent any more; null: never. */
  readonly expires: Date | null;
};

/** The confirmed pushes that wait for their replies. What an earlier process left is there as soon as the store has been read. */
export interface ConfirmedPushes {
  /** Of one topic, or of all; in order within a topic. */
  list(topic?: string): readonly WaitingPush[];
  /** Takes a push back, sent or not, as `cancel` does, and forgets it; false: none with this key waits. */
  discard(key: string): boolean;
  /** How many wait of each topic that nobody wants. */
  orphans(): ReadonlyMap<string, number>;
}

/** What a client hands out: these three, and no more. */
export class ConfirmedView implements ConfirmedPushes {
  readonly #confirmed: Confirmed;

  constructor(confirmed: Confirmed) {
    this.#confirmed = confirmed;
  }

  list(topic?: string): readonly WaitingPush[] {
    return this.#confirmed.list(topic);
  }

  discard(key: string): boolean {
    return this.#confirmed.discard(key);
  }

  orphans(): ReadonlyMap<string, number> {
    return this.#confirmed.orphans();
  }
}
