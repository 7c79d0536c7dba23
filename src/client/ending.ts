/** How a worker ends: at once, or after what is under way has settled. Either way in order, and by a deadline. */

import type { Clock } from '../clock.js';
import {
  type DrainLimits,
  type DrainOptions,
  drainLimits,
  type DrainReport,
  FOR_LEAVES,
} from '../sockets/drain-terms.js';
import type { Sockets } from '../sockets/sockets.js';
import type { Reporter } from '../telemetry/telemetry.js';
import type { Calls } from './calls.js';
import type { CallbackWatch } from './callback-watch.js';
import { within } from '../sockets/deadline.js';
import type { Deferred } from './deferred.js';
import { codeOf, type StopReason } from '../sockets/client-status.js';
import type { Greeting } from './greeting.js';
import type { Mailbox } from './mailbox.js';
import type { Pressure } from './pressure.js';
import type { Timers } from './timers.js';

/** What is to be ended. */
export interface Parts {
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly sockets: Sockets;
  readonly mailbox: Mailbox;
  readonly timers: Timers;
  readonly deferred: Deferred;
  readonly calls: Calls;
  readonly greeting: Greeting;
  readonly pressure: Pressure;
  readonly watch: CallbackWatch;
  /** Whether the worker is told of replies that nobody has asked for. */
  readonly hearsReplies: boolean;
  /** Must not reject. */
  terminate(reason: StopReason): Promise<void>;
  /** The state that others see has changed. */
  ended(): void;
}

/** How long a stop waits for a callback, then for `terminate`, then for the transports. */
const PATIENCE = 5000;

export class Ending {
  readonly stopped: Promise<StopReason>;
  readonly #parts: Parts;
  #resolveStopped: (reason: StopReason) => void = () => undefined;
  #reason: StopReason | null = null;
  #drainingSince: Date | null = null;
  #stoppedAt: Date | null = null;
  #drained: Promise<DrainReport> | null = null;
  /** Whether the grace of a drain is over. */
  #isForcing = false;
  /** Whether each step of the stop ended within its limit. */
  #finished = Promise.resolve(true);
  readonly #begun: Promise<void>;
  #begin: () => void = () => undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
    this.stopped = new Promise((resolve) => {
      this.#resolveStopped = resolve;
    });
  }

  /** Whether it ends, or has ended, and at once. */
  get isStopping(): boolean {
    return this.#reason !== null;
  }

  /** Whether nothing new is taken from outside. */
  get isClosing(): boolean {
    return this.isStopping || this.#drainingSince !== null;
  }

  get isStopped(): boolean {
    return this.#stoppedAt !== null;
  }

  /** The state that the end overrules that of the sockets with; null: none. */
  get state(): { readonly state: 'draining' | 'stopped'; readonly since: Date } | null {
    if (this.#stoppedAt !== null) return { state: 'stopped', since: this.#stoppedAt };
    if (this.#drainingSince !== null) return { state: 'draining', since: this.#drainingSince };
    return null;
  }

  /** Overtakes a drain that still waits for what is under way, or for its leaves. */
  stop(reason: StopReason): void {
    void this.#finish(reason, PATIENCE, () => PATIENCE);
  }

  /** Throws `PHX_BAD_OPTION`. Asked again, it answers the same. */
  drain(options: DrainOptions): Promise<DrainReport> {
    const limits = drainLimits(options);
    this.#drained ??= this.#drain(limits);
    return this.#drained;
  }

  async #drain({ grace, force }: DrainLimits): Promise<DrainReport> {
    const { channels } = this.#parts.sockets;
    const before = channels.open.settledCount;
    this.#takeNothingNew();
    if (!this.#parts.hearsReplies) channels.open.forgoUnasked();
    channels.confirmed.persistWaiting();
    const isInTime = await this.#unlessStopped(grace, this.#calm());
    this.#isForcing = true;
    const { unsent, unanswered: withoutReply } = channels.unfinished;
    const unanswered = withoutReply - channels.open.forgoneCount;
    // What a store keeps is not abandoned.
    const isCalm = isInTime || (this.#isIdle && unsent + unanswered === 0);
    const settled = channels.open.settledCount - before;
    const isDone = await this.#force(force);
    await this.stopped;
    const { persistedCount: persisted } = channels.confirmed;
    return { settled, unsent, unanswered, persisted, forced: !(isCalm && isDone) };
  }

  #takeNothingNew(): void {
    const { clock, timers, mailbox, pressure } = this.#parts;
    this.#drainingSince = new Date(clock.now());
    this.#parts.ended();
    timers.stop();
    mailbox.refuseMessages();
    // Messages are refused, so reading costs nothing; and a reply may wait to be read.
    pressure.letGo();
  }

  async #force(force: number): Promise<boolean> {
    const { clock } = this.#parts;
    const until = clock.monotonic() + force;
    const left = () => Math.max(0, until - clock.monotonic());
    const isLeft = await this.#unlessStopped(force * FOR_LEAVES, this.#leave());
    const reason = { kind: 'requested', reason: 'drained' } as const;
    const isDone = await this.#finish(reason, isLeft ? left() : 0, left);
    return isLeft && isDone;
  }

  /** A stop that overtakes has limits of its own. */
  #unlessStopped(limit: number, work: Promise<void>): Promise<boolean> {
    return within(limit, Promise.race([work, this.#begun]), this.#parts.clock);
  }

  /** Nothing runs, nothing waits, and nothing will be answered. */
  async #calm(): Promise<void> {
    const { mailbox, deferred } = this.#parts;
    while (!this.#isForcing && !this.isStopping && !(this.#isIdle && this.#isSettled)) {
      await Promise.all([mailbox.idle(), this.#settled(), deferred.ended()]);
    }
  }

  get #isIdle(): boolean {
    const { mailbox, deferred } = this.#parts;
    return mailbox.isIdle && deferred.isIdle;
  }

  /** What waits to be sent waits for nothing when nobody dials. */
  get #isSettled(): boolean {
    const { channels, isAtRest } = this.#parts.sockets;
    return channels.open.isSettled || isAtRest;
  }

  async #settled(): Promise<void> {
    const { sockets } = this.#parts;
    await Promise.race([sockets.channels.open.settled(), sockets.atRest()]);
  }

  /** All topics are left, the worker has been told, and what is deferred has heard that it must end. */
  async #leave(): Promise<void> {
    if (this.isStopping) return;
    const { sockets, mailbox, deferred } = this.#parts;
    deferred.abort();
    await sockets.channels.leaveAll();
    await Promise.all([mailbox.idle(), deferred.ended()]);
  }

  /** Whether each step ended within its limit, `forTurn` being that of the turn that runs. */
  #finish(reason: StopReason, forTurn: number, limit: () => number): Promise<boolean> {
    if (this.#reason === null) {
      this.#reason = reason;
      this.#begin();
      this.#finished = this.#end(reason, forTurn, limit);
    }
    return this.#finished;
  }

  async #end(reason: StopReason, forTurn: number, limit: () => number): Promise<boolean> {
    const { clock, sockets, calls, greeting, watch } = this.#parts;
    const isQuiet = await within(forTurn, this.#quiet(), clock);
    watch.abandon();
    calls.stop();
    greeting.stop();
    const isTerminated = await within(limit(), this.#parts.terminate(reason), clock);
    this.#stoppedAt = new Date(clock.now());
    const isHungUp = await within(limit(), sockets.stop(), clock);
    this.#parts.reporter.fact('client.stopped', { kind: reason.kind, code: codeOf(reason) });
    this.#parts.ended();
    this.#resolveStopped(reason);
    return isQuiet && isTerminated && isHungUp;
  }

  /** The turns that run have ended, and so has what was deferred. */
  async #quiet(): Promise<void> {
    const { mailbox, timers, deferred, pressure } = this.#parts;
    timers.stop();
    deferred.abort();
    const closed = mailbox.close();
    pressure.letGo();
    await Promise.all([closed, deferred.ended()]);
  }
}
