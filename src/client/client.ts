/** A running worker: its sockets, its mailbox, and the handle that others hold. */

import type {
  Change,
  ChannelClosedFact,
  JoinedFact,
  JoinFailedFact,
  PushFailedFact,
  RepliedFact,
} from '../channel/facts.js';
import type { MessageLane } from '../channel/hub.js';
import type { PushRequest } from '../channel/push-request.js';
import { UsageError } from '../errors.js';
import { type Duration, milliseconds } from '../policy/duration.js';
import type { Endpoint } from '../protocol/endpoint.js';
import type { Environment } from '../sockets/environment.js';
import type { ConnectedFact, DisconnectedFact, SocketsListener } from '../sockets/listener.js';
import type { Settings } from '../sockets/settings.js';
import { Sockets } from '../sockets/sockets.js';
import { Blame, type OnCallbackError } from './blame.js';
import { Calls } from './calls.js';
import type { CommandTarget } from './commands.js';
import { within } from './deadline.js';
import { Deferred } from './deferred.js';
import type { StopReason } from './facts.js';
import { Greeting } from './greeting.js';
import type { Client, ClientStatus } from './handle.js';
import { Mailbox } from './mailbox.js';
import { Pressure } from './pressure.js';
import { StatusFeed } from './status-feed.js';
import { Timeline, type Transition } from './timeline.js';
import { Timers } from './timers.js';
import type { Turn, Worker } from './turn.js';
import { TurnRunner } from './turn-runner.js';

/** How long a stop waits for a callback, and then for `terminate`. */
const PATIENCE = 5000;

export class RunningClient implements Client, SocketsListener, CommandTarget {
  readonly stopped: Promise<StopReason>;
  readonly sockets: Sockets;
  readonly timers: Timers;
  readonly deferred: Deferred;
  readonly greeting: Greeting;
  readonly pressure: Pressure;
  readonly #worker: Worker;
  readonly #autoConnect: boolean;
  readonly #environment: Environment;
  readonly #runner: TurnRunner;
  readonly #mailbox: Mailbox;
  readonly #calls: Calls;
  readonly #blame: Blame;
  readonly #timeline = new Timeline();
  readonly #feed: StatusFeed<ClientStatus>;
  #isStarting = true;
  #stopReason: StopReason | null = null;
  #stoppedAt: Date | null = null;
  #resolveStopped: (reason: StopReason) => void = () => undefined;

  constructor(
    worker: Worker,
    settings: Settings,
    options: { autoConnect: boolean; onCallbackError: OnCallbackError },
    environment: Environment,
  ) {
    const { clock, reporter } = environment;
    this.#worker = worker;
    this.#autoConnect = options.autoConnect;
    this.#environment = environment;
    this.#blame = new Blame(options.onCallbackError, reporter);
    this.stopped = new Promise((resolve) => {
      this.#resolveStopped = resolve;
    });
    this.sockets = new Sockets(settings, this, environment);
    this.greeting = new Greeting(this.sockets.channels, clock);
    this.pressure = new Pressure(this.sockets, clock, () => !this.greeting.isWaived);
    this.#runner = new TurnRunner(worker, clock, this);
    this.#mailbox = new Mailbox(settings.inbox, this);
    this.#calls = new Calls(clock, (timeout) => {
      reporter.fact('call.timeout', { timeout });
    });
    this.deferred = new Deferred(this);
    this.timers = new Timers(clock, (callback, timer) => {
      this.#mailbox.post({ callback, timer });
    });
    this.#feed = new StatusFeed(
      () => this.status,
      ({ state }) => state === 'stopped',
    );
  }

  start(): void {
    this.#mailbox.post({ callback: 'init' });
  }

  // The handle.

  get isStopped(): boolean {
    return this.#stoppedAt !== null;
  }

  get status(): ClientStatus {
    const { state, since, attempt, close } = this.sockets.status;
    const channels = this.sockets.channels.statuses();
    if (this.#stoppedAt === null) return { state, since, attempt, close, channels };
    return { state: 'stopped', since: this.#stoppedAt, attempt, close, channels };
  }

  changes(): AsyncGenerator<ClientStatus, void, undefined> {
    return this.#feed.changes();
  }

  timeline(): readonly Transition[] {
    return this.#timeline.list();
  }

  async call(request: unknown, options: { readonly timeout?: Duration } = {}): Promise<never> {
    const { timeouts } = this.sockets.settings;
    const timeout = milliseconds('timeout', options.timeout ?? timeouts.call);
    this.#requireRoom('call');
    const call = this.#calls.make(request, timeout);
    this.#mailbox.post({ callback: 'handleCall', call });
    return (await call.answer) as never;
  }

  notify(info: unknown): void {
    this.#requireRoom('notify');
    this.#mailbox.post({ callback: 'handleInfo', info });
  }

  stopSoon(reason: string | null): void {
    this.#end({ kind: 'requested', reason });
  }

  stop(reason?: string): Promise<StopReason> {
    this.stopSoon(reason ?? null);
    return this.stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  // What the sockets and channels tell.

  connected(fact: ConnectedFact): void {
    this.#mailbox.post({ callback: 'handleConnected', fact });
  }

  disconnected(fact: DisconnectedFact): void {
    this.#mailbox.post({ callback: 'handleDisconnected', fact });
  }

  joined(fact: JoinedFact): void {
    this.greeting.announce(fact.topic);
    this.#mailbox.post({ callback: 'handleJoined', fact });
  }

  joinFailed(fact: JoinFailedFact): void {
    this.#mailbox.post({ callback: 'handleJoinError', fact });
  }

  channelClosed(fact: ChannelClosedFact): void {
    this.#mailbox.post({ callback: 'handleChannelClosed', fact });
  }

  lane(topic: string): MessageLane {
    return this.#mailbox.lane(topic);
  }

  replied(fact: RepliedFact): void {
    this.#mailbox.post({ callback: 'handleReply', fact });
  }

  pushFailed(push: PushRequest, fact: PushFailedFact): void {
    this.#mailbox.post({ callback: 'handlePushError', fact, push });
  }

  changed(change: Change): void {
    this.#timeline.note(change, this.now());
    this.#feed.changed();
  }

  policyFailed(policy: 'reconnect' | 'rejoin', problem: unknown): void {
    this.#blame.excuse(policy, problem);
  }

  /** What `init` waits for may need a connection, which would otherwise wait for `init`. */
  awaited(): void {
    this.greeting.waive();
    this.pressure.letGo();
    if (this.#isStarting && this.sockets.settings.endpoint !== null) this.#begin(undefined);
  }

  // What the mailbox and its turns need.

  now(): number {
    return this.#environment.clock.now();
  }

  run(turn: Turn): void | Promise<void> {
    return this.#runner.run(turn);
  }

  overflowed(): void {
    const { messages } = this.sockets.settings.inbox;
    this.sockets.abandon('inboxFull', `more than ${messages} messages wait for the worker`);
  }

  escaped(callback: string, cause: unknown): void {
    const error = this.#blame.judge(callback, cause);
    if (error !== null) this.#end({ kind: 'crashed', error });
  }

  unheard(cause: unknown): void {
    this.#blame.excuse('handleCall', cause);
  }

  slow(callback: string, ms: number): void {
    this.#blame.slow(callback, ms);
  }

  ran(turn: Turn, value: unknown): void {
    if (turn.callback === 'handleDisconnected') this.#giveUpAfter(turn.fact);
    else if (turn.callback === 'every') this.timers.ran(turn.timer);
    else if (turn.callback === 'init') this.#initialised(value);
  }

  #initialised(endpoint: unknown): void {
    this.#isStarting = false;
    this.#begin(endpoint);
  }

  #begin(endpoint: unknown): void {
    if (this.#stopReason !== null) return;
    try {
      if (endpoint !== undefined) this.sockets.setEndpoint(endpoint as Endpoint);
      if (this.#autoConnect) this.sockets.connect();
    } catch (error) {
      this.escaped('init', error);
    }
  }

  /** Nobody will try again: not the policy, nor the worker, which has just been asked. */
  #giveUpAfter({ close, retryIn }: DisconnectedFact): void {
    const isOver = retryIn === null && close.cause !== 'requested';
    if (!isOver || !this.sockets.settings.reconnect.enabled) return;
    if (this.sockets.isAtRest) this.#end({ kind: 'gaveUp', close });
  }

  #requireRoom(command: string): void {
    if (this.#stopReason !== null) {
      throw new UsageError('PHX_STOPPED', `${command} after the worker stopped: start a new one`);
    }
    if (!this.#mailbox.isFull) return;
    const { messages } = this.sockets.settings.inbox;
    throw new UsageError(
      'PHX_MAILBOX_FULL',
      `${command}: ${messages} turns wait already (inbox.messages): slow down, or make the callbacks faster`,
    );
  }

  // The end.

  #end(reason: StopReason): void {
    if (this.#stopReason !== null) return;
    this.#stopReason = reason;
    void this.#finish(reason);
  }

  async #finish(reason: StopReason): Promise<void> {
    const { clock } = this.#environment;
    this.timers.stop();
    this.deferred.abort();
    await within(PATIENCE, this.#quiet(), clock);
    this.#runner.abandon();
    this.#calls.stop();
    // No join is handled any more, so nothing may wait for that.
    this.greeting.begin(null);
    this.greeting.waive();
    await within(PATIENCE, this.#terminate(reason), clock);
    this.#stoppedAt = new Date(clock.now());
    await within(PATIENCE, this.sockets.stop(), clock);
    this.#feed.changed();
    this.#resolveStopped(reason);
  }

  /** The turn that runs has ended, and so has what was deferred. */
  async #quiet(): Promise<void> {
    await Promise.all([this.#mailbox.close(), this.deferred.ended()]);
  }

  async #terminate(reason: StopReason): Promise<void> {
    try {
      await this.#worker.terminate(reason);
    } catch (error) {
      this.#blame.judge('terminate', error);
    }
  }
}
