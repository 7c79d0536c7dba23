/** A channel's chart alone: its effects are noted, and the test plays socket, server and worker. */

import { type Actor, createActor } from 'xstate';
import {
  type ChannelEffects,
  type ChannelEvent,
  type ChannelFailure,
  channelMachine,
  type ChannelState,
} from '../../src/charts.js';
import { noteArrows, statesOf } from './chart-run.js';
import { SimulatedClock } from './simulated-clock.js';

export type ChannelEvents = { readonly [T in ChannelEvent['type']]: ChannelEvent & { type: T } };

/** One of each. */
export const CHANNEL_EVENTS: ChannelEvents = {
  join: { type: 'join' },
  leave: { type: 'leave' },
  'socket.up': { type: 'socket.up' },
  'socket.down': { type: 'socket.down' },
  'channel.moved': { type: 'channel.moved' },
  'turn.given': { type: 'turn.given' },
  'params.given': { type: 'params.given' },
  'params.failed': { type: 'params.failed', error: 'no params' },
  'join.accepted': { type: 'join.accepted', response: 'welcome' },
  'join.refused': { type: 'join.refused', response: 'no' },
  'leave.accepted': { type: 'leave.accepted' },
  'channel.closed': { type: 'channel.closed', payload: 'bye' },
  'channel.crashed': { type: 'channel.crashed', payload: 'oops' },
  'channel.desynced': { type: 'channel.desynced' },
};

export function isChannelEvent(type: string): type is ChannelEvent['type'] {
  return type in CHANNEL_EVENTS;
}

export class ChannelRun implements ChannelEffects, Disposable {
  readonly paramsTimeout = 10_000;
  readonly leaveTimeout = 5000;
  readonly stableAfter = 10_000;
  readonly joinTimeout = 8000;
  readonly clock = new SimulatedClock();
  readonly calls: string[] = [];
  readonly taken: string[] = [];
  closeIsAwaited = false;
  socketIsUp = false;
  /** Whether a turn can be claimed at once. */
  turnIsFree = false;
  /** Whether the params need no asking. */
  paramsAreThere = false;
  /** Before which the topic is not joined again. */
  restsUntil = 0;
  /** When the newest join reply of any channel on the socket came. */
  lastJoinReplyAt = 0;
  /** What the policy says. */
  retryIn: number | null = 1000;
  readonly #actor: Actor<typeof channelMachine>;
  #hasJoinRef = false;
  #writtenAt = 0;
  #joinedAt = 0;

  constructor() {
    const inspect = noteArrows(channelMachine, this.taken);
    this.#actor = createActor(channelMachine, { input: this, clock: this.clock, inspect });
    this.#actor.start();
  }

  get state(): string {
    return statesOf(this.#actor.getSnapshot().value);
  }

  get snapshot(): unknown {
    return this.#actor.getSnapshot();
  }

  get failures(): number {
    return this.#actor.getSnapshot().context.failures;
  }

  send(...types: readonly ChannelEvent['type'][]): void {
    for (const type of types) this.#actor.send(CHANNEL_EVENTS[type]);
  }

  /** The socket comes up, or falls. */
  socket(isUp: boolean): void {
    this.socketIsUp = isUp;
    this.send(isUp ? 'socket.up' : 'socket.down');
  }

  /** What was called since the last time that this was asked. */
  newCalls(): readonly string[] {
    return this.calls.splice(0);
  }

  [Symbol.dispose](): void {
    this.#actor.stop();
  }

  // What the chart reads.

  isSocketUp(): boolean {
    return this.socketIsUp;
  }

  restLeft(): number {
    return Math.max(0, this.restsUntil - this.clock.monotonic());
  }

  mayBeJoined(): boolean {
    return this.#hasJoinRef && this.socketIsUp;
  }

  joinTimeLeft(timeouts: number): number {
    const since = Math.max(this.#writtenAt, this.lastJoinReplyAt);
    return Math.max(0, since + this.joinTimeout * 2 ** timeouts - this.clock.monotonic());
  }

  isStable(): boolean {
    return this.clock.monotonic() - this.#joinedAt >= this.stableAfter;
  }

  judge(failure: ChannelFailure, failures: number): number | null {
    this.calls.push(`judge ${failure.kind} ${failures}`);
    return this.retryIn;
  }

  // What it decides.

  note(state: ChannelState): void {
    this.calls.push(`note ${state}`);
  }

  isTurnFree(): boolean {
    return this.turnIsFree;
  }

  hasParams(): boolean {
    return this.paramsAreThere;
  }

  claimTurn(): void {
    this.calls.push('claimTurn');
  }

  askTurn(): void {
    this.calls.push('askTurn');
  }

  forgoTurn(): void {
    this.calls.push('forgoTurn');
  }

  freeTurn(): void {
    this.calls.push('freeTurn');
  }

  prepareJoin(attempt: number): void {
    this.calls.push(`prepareJoin ${attempt}`);
  }

  pushJoin(): void {
    this.#hasJoinRef = true;
    this.#writtenAt = this.clock.monotonic();
    this.calls.push('pushJoin');
  }

  forgetJoin(): void {
    this.#hasJoinRef = false;
    this.calls.push('forgetJoin');
  }

  pushLeave(): void {
    this.calls.push('pushLeave');
  }

  openGate(): void {
    this.#joinedAt = this.clock.monotonic();
    this.calls.push('openGate');
  }

  shutGate(): void {
    this.calls.push('shutGate');
  }

  announceJoined(response: unknown): void {
    this.calls.push(`announceJoined ${String(response)}`);
  }

  announceFailed(failure: ChannelFailure, failures: number, retryIn: number | null): void {
    this.calls.push(`announceFailed ${failure.kind} ${failures}, retry in ${retryIn}`);
  }

  announceLost(): void {
    this.calls.push('announceLost');
  }

  announceLeft(inTime: boolean): void {
    this.calls.push(`announceLeft ${inTime ? 'in time' : 'late'}`);
  }

  announceClosed(): void {
    this.calls.push('announceClosed');
  }
}
