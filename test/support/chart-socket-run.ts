/** A socket's chart alone: its effects are noted, and the test plays session, server and policy. */

import { type Actor, createActor } from 'xstate';
import {
  type Judgement,
  type RenewalEffects,
  type SessionEvent,
  type SocketEffects,
  type SocketEvent,
  socketMachine,
} from '../../src/charts.js';
import type { Close } from '../../src/protocol/close.js';
import { type ArrowCase, noteArrows, statesOf } from './chart-run.js';
import { SimulatedClock } from './simulated-clock.js';

export type SocketEvents = { readonly [T in SocketEvent['type']]: SocketEvent & { type: T } };

/** An event, milliseconds, or what the session does. */
export type SocketArrow = ArrowCase<SocketRun, SocketEvent['type'], (run: SocketRun) => void>;

const RENEWED: Close = { cause: 'renewed', code: 1000, reason: '', status: null };
export const DENIED: Close = { cause: 'unauthorized', code: 1006, reason: '', status: null };
const BY_PEER: Close = { cause: 'peer', code: 1006, reason: '', status: null };

/** One of each. */
export const SOCKET_EVENTS: SocketEvents = {
  connect: { type: 'connect' },
  disconnect: { type: 'disconnect' },
  renew: { type: 'renew' },
  'credentials.denied': { type: 'credentials.denied' },
  'clock.jumped': { type: 'clock.jumped' },
  'reading.paused': { type: 'reading.paused' },
  'reading.resumed': { type: 'reading.resumed' },
  'turn.given': { type: 'turn.given' },
  'credentials.given': { type: 'credentials.given' },
  'transport.opened': { type: 'transport.opened' },
  'transport.closed': { type: 'transport.closed', close: BY_PEER },
  'heartbeat.answered': { type: 'heartbeat.answered' },
};

export function isSocketEvent(type: string): type is SocketEvent['type'] {
  return type in SOCKET_EVENTS;
}

export class SocketRun implements SocketEffects, Disposable {
  readonly connectTimeout = 9000;
  readonly credentialsTimeout = 8000;
  readonly heartbeatTimeout = 7000;
  readonly stableAfter = 10_000;
  readonly clock = new SimulatedClock();
  readonly calls: string[] = [];
  readonly taken: string[] = [];
  heartbeatInterval: number | null = 25_000;
  /** Whether silence is excused. */
  isExcused = false;
  isPaused = false;
  /** Milliseconds of a floor that no judgement has set. */
  paceLeft = 0;
  /** Since when the connection has been of use. */
  usefulSince: number | null = null;
  /** Milliseconds that a connection may last; null: for ever. */
  term: number | null = null;
  /** Whether nothing is under way that a renewal would lose. */
  isQuiet = true;
  /** Whether the transport is a fallback. */
  isFallback = false;
  /** Whether the next loss is for want of better credentials. */
  isRefusal = false;
  /** What the policy says, and to what. */
  policy: SocketEffects['judge'];
  judgement: Judgement = { retryIn: 3000, floor: 1000 };
  /** Each session's way to tell the chart, the newest last. */
  readonly sessions: ((event: SessionEvent) => void)[] = [];
  #flooredUntil = 0;
  readonly #actor: Actor<typeof socketMachine>;

  constructor() {
    this.policy = ({ close, failures, refusals }) => {
      this.calls.push(`judge ${close.cause} ${failures} ${refusals}`);
      return this.judgement;
    };
    const inspect = noteArrows(socketMachine, this.taken);
    this.#actor = createActor(socketMachine, { input: this, clock: this.clock, inspect });
    this.#actor.start();
  }

  get state(): string {
    return statesOf(this.#actor.getSnapshot().value);
  }

  get snapshot(): unknown {
    return this.#actor.getSnapshot();
  }

  /** The session ends in its own way. */
  ends(close: Close): void {
    this.#actor.send({ type: 'transport.closed', close });
  }

  send(...types: readonly SocketEvent['type'][]): void {
    for (const type of types) this.#actor.send(SOCKET_EVENTS[type]);
  }

  /** What was called since the last time that this was asked. */
  newCalls(): readonly string[] {
    return this.calls.splice(0);
  }

  [Symbol.dispose](): void {
    this.#actor.stop();
  }

  // What the chart reads.

  isReadingPaused(): boolean {
    return this.isPaused;
  }

  mayStillAnswer(): boolean {
    return this.isExcused;
  }

  stableIn(): number {
    if (this.usefulSince === null) return this.stableAfter;
    return Math.max(0, this.usefulSince + this.stableAfter - this.clock.monotonic());
  }

  judge(loss: Parameters<SocketEffects['judge']>[0]): Judgement {
    const judgement = this.policy(loss);
    this.#flooredUntil = this.clock.monotonic() + judgement.floor;
    return judgement;
  }

  floorLeft(): number {
    return Math.max(this.paceLeft, this.#flooredUntil - this.clock.monotonic());
  }

  mustVerify(): boolean {
    return this.isFallback;
  }

  readonly renewal: RenewalEffects = {
    drawTerm: () => this.term,
    prepare: () => this.calls.push('prepareRenewal'),
    checkIn: () => 50,
    isDue: () => this.isQuiet,
    forgo: () => this.calls.push('forgoRenewal'),
    begin: () => {
      this.calls.push('beginRenewal');
      const floor = this.floorLeft();
      return { close: RENEWED, judgement: { retryIn: floor, floor } };
    },
  };

  needsCredentials(): boolean {
    return this.isRefusal;
  }

  // What it decides.

  openSession(tell: (event: SessionEvent) => void): () => void {
    this.calls.push('openSession');
    this.sessions.push(tell);
    return () => {
      this.calls.push('hangUp');
    };
  }

  authorize(refused: boolean, attempt: number): void {
    this.calls.push(`authorize ${refused ? 'anew' : 'as usual'} ${attempt}`);
  }

  dial(): void {
    this.calls.push('dial');
  }

  pushHeartbeat(): void {
    this.calls.push('pushHeartbeat');
  }

  announceOnline(attempt: number): void {
    this.calls.push(`announceOnline ${attempt}`);
  }

  announceOffline(): void {
    this.calls.push('announceOffline');
  }

  announceLost(close: Close, failures: number, retryIn: number | null): void {
    this.calls.push(`announceLost ${close.cause} ${failures}, retry in ${retryIn}`);
  }
}
