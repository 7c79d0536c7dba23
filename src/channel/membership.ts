/** The newest join of a channel: its ref, its params, its clock, and the gate that the message path reads. */

import type { Clock } from '../clock.js';
import { joinMessage, leaveMessage } from '../protocol/message.js';
import { isThenable } from '../thenable.js';
import type { GapFact, JoinAttempt } from './facts.js';
import type { Carrier } from './hub.js';
import { type Pace, paced } from '../policy/pace.js';

/** Called right before each join, beside the mailbox: it may run while a callback does. */
type AskParams = (join: JoinAttempt) => unknown;
type ParamsOutcome = { readonly given: true } | { readonly given: false; readonly error: unknown };

/** A join that keeps timing out is given more time, but no more than this. */
const LONGEST_JOIN = 60_000;

export class Membership {
  readonly #topic: string;
  readonly #clock: Clock;
  carrier: Carrier;
  /** The gate. The chart writes it; the message path reads it. `joinRef` is of the newest join that was written. */
  joinRef: string | null = null;
  open = false;
  leaveRef: string | null = null;
  /** Whether the server has accepted that join. */
  accepted = false;
  #params: unknown = {};
  /** The attempt whose params are awaited. */
  #asking: object | null = null;
  pace: Pace;
  #missedSince: number | null = null;

  constructor(topic: string, clock: Clock, carrier: Carrier, pace: Pace) {
    this.#topic = topic;
    this.#clock = clock;
    this.carrier = carrier;
    this.pace = pace;
  }

  /** Since when messages may have been missed; null: none were, or nobody minds. */
  gap(): GapFact | null {
    if (this.#missedSince === null) return null;
    const [from, to] = [new Date(this.#missedSince), new Date(this.#clock.now())];
    return { topic: this.#topic, from, to, dropped: null };
  }

  /**
   * Finds the params of the next join. `told` is called at most once, not when a newer one is prepared, and not for params
   * that are there already.
   */
  prepare(
    params: unknown,
    join: Omit<JoinAttempt, 'gap'>,
    told: (outcome: ParamsOutcome) => void,
  ): void {
    if (!areAtHand(params)) this.#ask(params, join, told);
    else {
      this.#asking = null;
      this.#params = params ?? {};
    }
  }

  #ask(
    params: unknown,
    join: Omit<JoinAttempt, 'gap'>,
    told: (outcome: ParamsOutcome) => void,
  ): void {
    const asking = {};
    this.#asking = asking;
    const answer = (outcome: ParamsOutcome, value: unknown) => {
      if (this.#asking !== asking) return;
      this.#asking = null;
      this.#params = value ?? {};
      told(outcome);
    };
    const given = (value: unknown) => {
      answer({ given: true }, value);
    };
    const failed = (error: unknown) => {
      answer({ given: false, error }, {});
    };
    try {
      const value = isAskParams(params) ? params({ ...join, gap: this.gap() }) : params;
      if (isThenable(value)) value.then(given, failed);
      else given(value);
    } catch (error) {
      failed(error);
    }
  }

  /** Throws `PHX_ENCODING`, and then the join before it is still the newest. */
  writeJoin(joinRef: string): void {
    const earlier = this.joinRef;
    this.joinRef = joinRef;
    try {
      this.carrier.send(joinMessage(this.#topic, joinRef, this.#params));
    } catch (error) {
      this.joinRef = earlier;
      throw error;
    }
    this.pace = paced(this.pace, this.#clock.monotonic());
  }

  /**
   * Phoenix runs the joins of a socket one by one, in order: the reply to an earlier join starts the clock again, one to a later
   * join says that none is to come.
   */
  timeLeft(timeout: number, timeouts: number): number {
    const allowed = Math.max(timeout, Math.min(timeout * 2 ** timeouts, LONGEST_JOIN));
    const { lastJoinReplyAt, lastRepliedJoinAt } = this.carrier;
    const isNext = lastRepliedJoinAt <= this.pace.at;
    const since = isNext ? Math.max(this.pace.at, lastJoinReplyAt) : this.pace.at;
    return Math.max(0, since + allowed - this.#clock.monotonic());
  }

  /** Throws `PHX_ENCODING`. */
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

  /** Messages since then were received, but will not be handled; null: none were. */
  missSince(at: number | null): void {
    if (at !== null) this.#missedSince = Math.min(at, this.#missedSince ?? at);
  }

  forget(): void {
    this.joinRef = null;
    this.leaveRef = null;
    this.accepted = false;
    this.#asking = null;
  }

  /** Left or joined again: what was missed is nobody's loss any more. */
  forgetGap(): void {
    this.#missedSince = null;
  }
}

/** Whether params are what is sent, and not yet to be asked for. */
export function areAtHand(params: unknown): boolean {
  return !isAskParams(params) && !isThenable(params);
}

function isAskParams(value: unknown): value is AskParams {
  return typeof value === 'function';
}
