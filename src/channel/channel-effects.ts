/** What the channel's chart can be told, and what it reads and needs done. */

import type { ChannelFailure } from '../policy/rejoin.js';

export type ChannelEvent =
  | { readonly type: 'join' }
  | { readonly type: 'leave' }
  | { readonly type: 'socket.up' }
  | { readonly type: 'socket.down' }
  /** The server admits no more channels on this socket; another one carries this channel now. */
  | { readonly type: 'channel.moved' }
  | { readonly type: 'turn.given' }
  | { readonly type: 'params.given' }
  | { readonly type: 'params.failed'; readonly error: unknown }
  | { readonly type: 'join.accepted'; readonly response: unknown }
  | { readonly type: 'join.refused'; readonly response: unknown }
  | { readonly type: 'leave.accepted' }
  | { readonly type: 'channel.closed'; readonly payload: unknown }
  | { readonly type: 'channel.crashed'; readonly payload: unknown }
  | { readonly type: 'channel.desynced' };

/** The state that others are told: phoenix.js's five names. */
export type ChannelState = 'joining' | 'joined' | 'errored' | 'leaving' | 'closed';

/** What the chart reads and needs done. None of these may throw; trouble comes back as an event. */
export interface ChannelEffects {
  readonly paramsTimeout: number;
  readonly leaveTimeout: number;
  /**
   * Whether a leave ends at `phx_close` and not at its reply: version 1, whose late close cannot be told from the next
   * one's. A join that was not accepted has none to come.
   */
  readonly closeIsAwaited: boolean;
  /** `failure` is the newest, if there was one. */
  note(state: ChannelState, failure: ChannelFailure): void;
  isSocketUp(): boolean;
  /** Whether nobody waits for a turn that this one would overtake. */
  isTurnFree(): boolean;
  /** Takes a turn that is free. */
  claimTurn(): void;
  askTurn(): void;
  forgoTurn(): void;
  freeTurn(): void;
  /** Whether the params of the next join need no asking. Asked before `prepareJoin`: a chart decides before it acts at its start. */
  hasParams(): boolean;
  /** Asks for the params of this attempt, counted from 1. The join that was written before it stays the newest. */
  prepareJoin(attempt: number): void;
  /** Writes the join under a new `joinRef`. */
  pushJoin(): void;
  /** Milliseconds that the newest join may still take, after so many that timed out in a row; 0: it is late. */
  joinTimeLeft(timeouts: number): number;
  /** Whether the membership has lasted for long enough to forget failures. */
  isStable(): boolean;
  /** Milliseconds before which the topic is not joined again: it was joined too often lately. */
  restLeft(): number;
  /** Whether the server may hold this channel as joined. */
  mayBeJoined(): boolean;
  forgetJoin(): void;
  pushLeave(): void;
  openGate(): void;
  shutGate(): void;
  judge(failure: ChannelFailure, failures: number): number | null;
  announceJoined(response: unknown): void;
  announceFailed(failure: ChannelFailure, failures: number, retryIn: number | null): void;
  announceLost(): void;
  announceLeft(inTime: boolean): void;
  announceClosed(): void;
}

/** An effect that needs to be told nothing. */
export type PlainEffect = {
  [E in keyof ChannelEffects]: ChannelEffects[E] extends () => void ? E : never;
}[keyof ChannelEffects];
