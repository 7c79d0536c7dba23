/** The newest join of a channel: its ref, its params, its clock, and the gate that the message path reads. */

import type { Clock } from '../clock.js';
import { joinMessage, leaveMessage } from '../protocol/message.js';
import type { GapFact } from './facts.js';
import type { Carrier } from './hub.js';

/** Called right before each join, beside the mailbox: it may run while a callback does. */
export type JoinParams = (join: {
  /** Counted from 1; starts again when failures are forgotten. */
  readonly attempt: number;
  readonly gap: GapFact | null;
}) => unknown;

/** A join that keeps timing out is given more time, but no more than this. */
const LONGEST_JOIN = 60_000;

export class Membership {
  readonly #topic: string;
  readonly #clock: Clock;
  carrier: Carrier;
  /** The gate. The chart writes it; the message path reads it. */
  joinRef: string | null = null;
  open = false;
  leaveRef: string | null = null;
  #params: unknown = {};
  #writtenAt = 0;
  #missedSince: number | null = null;

  constructor(topic: string, clock: Clock, carrier: Carrier) {
    this.#topic = topic;
    this.#clock = clock;
    this.carrier = carrier;
  }

  /** Since when messages may have been missed; null: none were, or nobody minds. */
  gap(): GapFact | null {
    if (this.#missedSince === null) return null;
    const [from, to] = [new Date(this.#missedSince), new Date(this.#clock.now())];
    return { topic: this.#topic, from, to, dropped: null };
  }

  /** Draws the join's ref and finds its params; `told` is not called once a newer join has begun. */
  prepare(
    joinRef: string,
    params: unknown,
    attempt: number,
    told: (outcome: { given: true } | { given: false; error: unknown }) => void,
  ): void {
    this.joinRef = joinRef;
    const given = (value: unknown) => {
      if (this.joinRef !== joinRef) return;
      this.#params = value ?? {};
      told({ given: true });
    };
    const failed = (error: unknown) => {
      if (this.joinRef === joinRef) told({ given: false, error });
    };
    try {
      const value = isFunction(params) ? params({ attempt, gap: this.gap() }) : params;
      if (isThenable(value)) value.then(given, failed);
      else given(value);
    } catch (error) {
      failed(error);
    }
  }

  /** Throws `PHX_ENCODING`. */
  writeJoin(): void {
    if (this.joinRef === null) return;
    this.carrier.send(joinMessage(this.#topic, this.joinRef, this.#params));
    this.#writtenAt = this.#clock.monotonic();
  }

  /** Phoenix runs the joins of a socket one by one, so another join's reply starts the clock again. */
  timeLeft(timeout: number, timeouts: number): number {
    const allowed = Math.max(timeout, Math.min(timeout * 2 ** timeouts, LONGEST_JOIN));
    const since = Math.max(this.#writtenAt, this.carrier.lastJoinReplyAt);
    return Math.max(0, since + allowed - this.#clock.monotonic());
  }

  writeLeave(ref: string): void {
    if (this.joinRef === null) return;
    this.leaveRef = ref;
    this.carrier.send(leaveMessage(this.#topic, this.joinRef, ref));
  }

  /** From the newest frame on, messages may be missed: the peer may have been gone since. */
  shut(): void {
    this.open = false;
    this.#missedSince = this.carrier.lastFrameAt;
  }

  forget(): void {
    this.joinRef = null;
    this.leaveRef = null;
  }

  /** Left or joined again: what was missed is nobody's loss any more. */
  forgetGap(): void {
    this.#missedSince = null;
  }
}

function isFunction(value: unknown): value is JoinParams {
  return typeof value === 'function';
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
