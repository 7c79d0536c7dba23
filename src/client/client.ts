/** A running worker: its sockets, its mailbox, and the handle that others hold. */

import type {
  Change,
  JoinedFact,
  MessageFact,
  PushFailedFact,
  RepliedFact,
} from '../channel/facts.js';
import type { PushRequest } from '../channel/push-request.js';
import { type ConfirmedPushes, ConfirmedView } from '../channel/confirmed-pushes.js';
import type { PhoenixSocketError } from '../errors.js';
import type { ChannelClosedFact, DisconnectedFact, JoinFailedFact } from '../policy/facts.js';
import type { Endpoint } from '../protocol/endpoint.js';
import type { PresenceChange } from '../protocol/presence.js';
import { type ClientStatus, endAfter, type StopReason } from '../sockets/client-status.js';
import type { DrainOptions, DrainReport } from '../sockets/drain-terms.js';
import type { Environment } from '../sockets/environment.js';
import type { ConnectedFact, SocketsListener } from '../sockets/listener.js';
import type { Settings } from '../sockets/settings.js';
import { Sockets } from '../sockets/sockets.js';
import type { Reporter } from '../telemetry/telemetry.js';
import { Blame } from '../sockets/blame.js';
import { CallbackWatch } from './callback-watch.js';
import { type CallOptions, Calls, callTimeout } from './calls.js';
import type { CommandTarget } from './commands.js';
import { Deferred } from './deferred.js';
import { Ending, type Parts } from './ending.js';
import { FirstConnect } from './first-connect.js';
import { Greeting } from './greeting.js';
import type { Client } from './handle.js';
import { requireIntake, requireOpen } from './intake.js';
import { type Liveness, LivenessWatch } from './liveness.js';
import { Mailbox, type MailboxOwner } from './mailbox.js';
import { Pressure } from './pressure.js';
import { StatusFeed } from '../sockets/status-feed.js';
import { Timeline, type Transition } from '../sockets/timeline.js';
import type { RunTerms } from './start.js';
import { Timers } from './timers.js';
import type { Turn, Worker } from './turn.js';
import { type TurnOwner, TurnRunner } from './turn-runner.js';
import type { WatchedClock } from './watched-clock.js';

type RunEnvironment = Environment & { readonly clock: WatchedClock };

export class RunningClient
  implements Client, SocketsListener, CommandTarget, MailboxOwner, TurnOwner, Parts
{
  readonly clock: WatchedClock;
  readonly reporter: Reporter;
  readonly sockets: Sockets;
  readonly mailbox: Mailbox;
  readonly timers: Timers;
  readonly deferred: Deferred;
  readonly calls: Calls;
  readonly greeting: Greeting;
  readonly pressure: Pressure;
  readonly watch: CallbackWatch;
  readonly #worker: Worker;
  readonly #hearsPresence: boolean;
  readonly hearsReplies: boolean;
  readonly #runner: TurnRunner;
  readonly #blame: Blame;
  readonly #ending: Ending;
  readonly #timeline = new Timeline();
  readonly #feed: StatusFeed<ClientStatus>;
  readonly #liveness: LivenessWatch;
  readonly #firstConnect: FirstConnect;

  constructor(worker: Worker, settings: Settings, terms: RunTerms, environment: RunEnvironment) {
    const { clock, reporter } = environment;
    this.clock = clock;
    this.reporter = reporter;
    this.#worker = worker;
    this.#hearsPresence = terms.hearsPresence;
    this.hearsReplies = terms.hearsReplies;
    this.#blame = new Blame(terms.onCallbackError, reporter);
    this.sockets = new Sockets(settings, this, environment);
    this.greeting = new Greeting(this.sockets.channels, clock);
    this.watch = new CallbackWatch(clock, reporter, (callback, ms) => {
      this.#blame.slow(callback, ms);
    });
    this.pressure = new Pressure(this.sockets, clock, reporter, this);
    this.#runner = new TurnRunner(worker, this);
    this.mailbox = new Mailbox(settings.inbox, terms.concurrency, this);
    this.calls = new Calls(clock, reporter);
    this.deferred = new Deferred(this);
    this.timers = new Timers(clock, this.mailbox);
    this.#ending = new Ending(this);
    this.#liveness = new LivenessWatch(terms.liveness, this);
    this.#firstConnect = new FirstConnect(this, this.#ending, terms.autoConnect);
    this.#feed = new StatusFeed(
      () => this.status,
      ({ state }) => state === 'stopped',
    );
  }

  start(): void {
    this.reporter.fact('client.started', {});
    this.sockets.start();
    this.mailbox.post({ callback: 'init' });
  }

  // The handle.

  get confirmed(): ConfirmedPushes {
    return new ConfirmedView(this.sockets.channels.confirmed);
  }

  get stopped(): Promise<StopReason> {
    return this.#ending.stopped;
  }

  /** Whether it takes calls and notifications: not from the moment on at which it begins to end. */
  get isOpen(): boolean {
    return !this.#ending.isClosing;
  }

  get isStopped(): boolean {
    return this.#ending.isStopped;
  }

  get status(): ClientStatus {
    const channels = this.sockets.channels.statuses();
    return { ...this.sockets.status, channels, ...this.#ending.state };
  }

  changes(): AsyncIterableIterator<ClientStatus, undefined> {
    return this.#feed.changes();
  }

  liveness(): Liveness {
    return this.#liveness.verdict();
  }

  timeline(): readonly Transition[] {
    return this.#timeline.list();
  }

  async call(request: unknown, options: CallOptions = {}): Promise<never> {
    const timeout = callTimeout(options, this.sockets.settings.timeouts.call);
    requireIntake('call', this.#ending, this.mailbox);
    const call = this.calls.make(request, timeout);
    this.mailbox.post({ callback: 'handleCall', call });
    return (await call.answer) as never;
  }

  notify(info: unknown): void {
    requireIntake('notify', this.#ending, this.mailbox);
    this.mailbox.post({ callback: 'handleInfo', info });
  }

  connect(endpoint?: Endpoint): void {
    requireOpen('connect', this.#ending);
    this.sockets.connect(endpoint);
  }

  stopSoon(reason: string | null): void {
    this.#ending.stop({ kind: 'requested', reason });
  }

  stop(reason?: string): Promise<StopReason> {
    this.stopSoon(reason ?? null);
    return this.stopped;
  }

  drain(options: DrainOptions = {}): Promise<DrainReport> {
    return this.#ending.drain(options);
  }

  /** What a logger is to show of it: not what it was started with. */
  toJSON(): { readonly state: ClientStatus['state']; readonly since: Date } {
    const { state, since } = this.status;
    return { state, since };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): unknown {
    return { client: this.toJSON() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  // What the sockets and channels tell.

  forget(topic: string): number | null {
    return this.mailbox.forget(topic);
  }

  /** For gauges to read. */
  get inbox(): Mailbox {
    return this.mailbox;
  }

  connected(fact: ConnectedFact): void {
    this.mailbox.post({ callback: 'handleConnected', fact });
  }

  disconnected(fact: DisconnectedFact): void {
    this.mailbox.post({ callback: 'handleDisconnected', fact });
  }

  joined(fact: JoinedFact): void {
    this.greeting.announce(fact.topic);
    this.mailbox.post({ callback: 'handleJoined', fact });
  }

  joinFailed(fact: JoinFailedFact): void {
    this.mailbox.post({ callback: 'handleJoinError', fact });
  }

  channelClosed(fact: ChannelClosedFact): void {
    this.mailbox.post({ callback: 'handleChannelClosed', fact });
  }

  message(fact: MessageFact, at: number): void {
    this.mailbox.postMessage({ callback: 'handleMessage', fact }, at);
  }

  /** One who only looks at the list need not be told of each change, nor have messages shed for them. */
  presenceChanged(topic: string, change: PresenceChange, at: number): void {
    if (!this.#hearsPresence) return;
    this.mailbox.postMessage({ callback: 'handlePresence', fact: { topic, ...change } }, at);
  }

  replied(fact: RepliedFact): void {
    this.mailbox.post({ callback: 'handleReply', fact });
  }

  pushFailed(push: PushRequest, fact: PushFailedFact): void {
    this.mailbox.post({ callback: 'handlePushError', fact, push });
  }

  changed(change: Change): void {
    this.#timeline.note(change, this.clock.now());
    this.#feed.changed();
  }

  policyFailed(policy: 'reconnect' | 'rejoin' | 'onDeadLetter', problem: unknown): void {
    this.#blame.excuse(policy, problem);
  }

  storeFailed(error: PhoenixSocketError): void {
    this.#ending.stop({ kind: 'crashed', error });
  }

  awaited(): void {
    this.greeting.waive();
    this.watch.awaited();
    this.pressure.letGo();
    this.#firstConnect.awaited();
  }

  // What the mailbox and its turns need.

  run(turn: Turn): void | Promise<void> {
    return this.#runner.run(turn);
  }

  overflowed(): void {
    const { limit } = this.mailbox;
    this.sockets.abandon('inboxFull', `more than ${limit} messages wait for the worker`);
  }

  escaped(callback: string, cause: unknown): void {
    const error = this.#blame.judge(callback, cause);
    if (error !== null) this.#ending.stop({ kind: 'crashed', error });
  }

  unheard(cause: unknown): void {
    this.#blame.excuse('handleCall', cause);
  }

  ran(turn: Turn, value: unknown): void {
    if (turn.callback === 'handleDisconnected') this.#giveUpAfter(turn.fact);
    else if (turn.callback === 'every') this.timers.ran(turn.timer);
    else if (turn.callback === 'init') this.#firstConnect.initialised(value);
  }

  /** Nobody will try again: not the policy, nor the worker, which has just been asked. */
  #giveUpAfter(fact: DisconnectedFact): void {
    const reason = endAfter(fact, this.sockets.settings);
    if (reason !== null && this.sockets.isAtRest) this.#ending.stop(reason);
  }

  async terminate(reason: StopReason): Promise<void> {
    try {
      await this.#worker.terminate(reason);
    } catch (error) {
      this.#blame.judge('terminate', error);
    }
  }

  ended(): void {
    if (this.isStopped) this.#liveness.stop();
    this.#feed.changed();
  }
}
