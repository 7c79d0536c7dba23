/** A running worker: its sockets, its mailbox, and the handle that others hold. */

import type { ChannelStatus } from '../channel/channel.js';
import type {
  ChannelClosedFact,
  JoinedFact,
  JoinFailedFact,
  MessageFact,
  PushFailedFact,
  RepliedFact,
} from '../channel/facts.js';
import type { PushRequest } from '../channel/push-request.js';
import type { Close } from '../protocol/close.js';
import type { Endpoint } from '../protocol/endpoint.js';
import type { Environment } from '../sockets/environment.js';
import type { ConnectedFact, DisconnectedFact, SocketsListener } from '../sockets/listener.js';
import type { Settings } from '../sockets/settings.js';
import { Sockets } from '../sockets/sockets.js';
import { isThenable } from '../thenable.js';
import { Blame, type OnCallbackError } from './blame.js';
import type { CommandTarget } from './commands.js';
import { within } from './deadline.js';
import type { StopReason } from './facts.js';
import { Greeting } from './greeting.js';
import { Mailbox } from './mailbox.js';

export type ClientStatus = {
  readonly state: 'connecting' | 'connected' | 'backingOff' | 'disconnected' | 'stopped';
  readonly since: Date;
  /** Failures in a row. */
  readonly attempt: number;
  /** How the newest session ended; null before any did. */
  readonly close: Close | null;
  readonly channels: ReadonlyMap<string, ChannelStatus>;
};

/** A running worker, seen from outside. */
export interface Client extends AsyncDisposable {
  readonly status: ClientStatus;
  /** Resolves when it has stopped, with the reason; never rejects. */
  readonly stopped: Promise<StopReason>;
  /**
   * Lets the present callback end, calls `terminate`, and closes the sockets in good order. What is pending settles.
   * A callback, `terminate` or a transport that takes longer than 5 s is abandoned: so a callback that waits for this
   * waits 5 s for itself.
   */
  stop(reason?: string): Promise<StopReason>;
}

/** The callbacks, as the client calls them. */
export interface Worker {
  init(): unknown;
  handleConnected(fact: ConnectedFact): unknown;
  handleDisconnected(fact: DisconnectedFact): unknown;
  handleJoined(fact: JoinedFact): unknown;
  handleJoinError(fact: JoinFailedFact): unknown;
  handleChannelClosed(fact: ChannelClosedFact): unknown;
  handleMessage(fact: MessageFact): unknown;
  handleReply(fact: RepliedFact): unknown;
  handlePushError(fact: PushFailedFact): unknown;
  terminate(reason: StopReason): unknown;
}

/** A callback to run, and what with. */
type Turn =
  | { readonly callback: 'init' }
  | { readonly callback: 'handleConnected'; readonly fact: ConnectedFact }
  | { readonly callback: 'handleDisconnected'; readonly fact: DisconnectedFact }
  | { readonly callback: 'handleJoined'; readonly fact: JoinedFact }
  | { readonly callback: 'handleJoinError'; readonly fact: JoinFailedFact }
  | { readonly callback: 'handleChannelClosed'; readonly fact: ChannelClosedFact }
  | { readonly callback: 'handleMessage'; readonly fact: MessageFact }
  | { readonly callback: 'handleReply'; readonly fact: RepliedFact }
  | {
      readonly callback: 'handlePushError';
      readonly fact: PushFailedFact;
      readonly push: PushRequest;
    };

/** How long a stop waits for a callback, and then for `terminate`. */
const PATIENCE = 5000;

export class RunningClient implements Client, SocketsListener, CommandTarget {
  readonly stopped: Promise<StopReason>;
  readonly sockets: Sockets;
  readonly #worker: Worker;
  readonly #autoConnect: boolean;
  readonly #environment: Environment;
  readonly #mailbox: Mailbox<Turn>;
  readonly #greeting: Greeting;
  readonly #blame: Blame;
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
    this.#worker = worker;
    this.#autoConnect = options.autoConnect;
    this.#environment = environment;
    this.#blame = new Blame(options.onCallbackError, environment.reporter);
    this.stopped = new Promise((resolve) => {
      this.#resolveStopped = resolve;
    });
    this.sockets = new Sockets(settings, this, environment);
    this.#greeting = new Greeting(this.sockets.channels, environment.clock);
    this.#mailbox = new Mailbox((turn) => this.#run(turn));
  }

  start(): void {
    this.sockets.start();
    this.#mailbox.post({ callback: 'init' });
  }

  get isStopped(): boolean {
    return this.#stoppedAt !== null;
  }

  get status(): ClientStatus {
    const { state, since, attempt, close } = this.sockets.status;
    const channels = this.sockets.channels.statuses();
    if (this.#stoppedAt === null) return { state, since, attempt, close, channels };
    return { state: 'stopped', since: this.#stoppedAt, attempt, close, channels };
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
    this.#greeting.announce(fact.topic);
    this.#mailbox.post({ callback: 'handleJoined', fact });
  }

  joinFailed(fact: JoinFailedFact): void {
    this.#mailbox.post({ callback: 'handleJoinError', fact });
  }

  channelClosed(fact: ChannelClosedFact): void {
    this.#mailbox.post({ callback: 'handleChannelClosed', fact });
  }

  message(fact: MessageFact): void {
    this.#mailbox.post({ callback: 'handleMessage', fact });
  }

  replied(fact: RepliedFact): void {
    this.#mailbox.post({ callback: 'handleReply', fact });
  }

  pushFailed(push: PushRequest, fact: PushFailedFact): void {
    this.#mailbox.post({ callback: 'handlePushError', fact, push });
  }

  /** What `init` waits for may need a connection, which would otherwise wait for `init`. */
  awaited(): void {
    this.#greeting.waive();
    if (this.#isStarting && this.sockets.settings.endpoint !== null) this.#begin(undefined);
  }

  // The turns.

  #run(turn: Turn): void | Promise<void> {
    this.#greeting.begin(turn.callback === 'handleJoined' ? turn.fact.topic : null);
    try {
      const result = this.#call(turn);
      if (isThenable(result)) return this.#runOn(turn, result);
      this.#ran(turn, result);
    } catch (error) {
      this.#escaped(turn.callback, error);
      this.#ran(turn, undefined);
    }
  }

  async #runOn(turn: Turn, result: PromiseLike<unknown>): Promise<void> {
    let value: unknown;
    try {
      value = await result;
    } catch (error) {
      this.#escaped(turn.callback, error);
    }
    this.#ran(turn, value);
  }

  #call(turn: Turn): unknown {
    const worker = this.#worker;
    switch (turn.callback) {
      case 'handleMessage':
        return worker.handleMessage(turn.fact);
      case 'handleReply':
        return worker.handleReply(turn.fact);
      case 'handleJoined':
        return worker.handleJoined(turn.fact);
      case 'handlePushError':
        // Whoever pushed may have asked for the outcome after the push had failed.
        return turn.push.failureAsked ? undefined : worker.handlePushError(turn.fact);
      case 'handleJoinError':
        return worker.handleJoinError(turn.fact);
      case 'handleChannelClosed':
        return worker.handleChannelClosed(turn.fact);
      case 'handleConnected':
        return worker.handleConnected(turn.fact);
      case 'handleDisconnected':
        return worker.handleDisconnected(turn.fact);
      case 'init':
        return worker.init();
    }
  }

  /** What follows a turn, whether it returned or threw. */
  #ran(turn: Turn, result: unknown): void {
    this.#greeting.end();
    if (turn.callback === 'handleDisconnected') this.#giveUpAfter(turn.fact);
    else if (turn.callback === 'init') this.#initialised(result);
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
      this.#escaped('init', error);
    }
  }

  /** Nobody will try again: not the policy, nor the worker, which has just been asked. */
  #giveUpAfter({ close, retryIn }: DisconnectedFact): void {
    const isOver = retryIn === null && close.cause !== 'requested';
    if (!isOver || !this.sockets.settings.reconnect.enabled) return;
    if (this.sockets.isAtRest) this.#end({ kind: 'gaveUp', close });
  }

  #escaped(callback: string, cause: unknown): void {
    const error = this.#blame.judge(callback, cause);
    if (error !== null) this.#end({ kind: 'crashed', error });
  }

  // The end.

  #end(reason: StopReason): void {
    if (this.#stopReason !== null) return;
    this.#stopReason = reason;
    void this.#finish(reason);
  }

  async #finish(reason: StopReason): Promise<void> {
    const { clock } = this.#environment;
    await within(PATIENCE, this.#mailbox.close(), clock);
    // No join is handled any more, so nothing may wait for that.
    this.#greeting.begin(null);
    this.#greeting.waive();
    await within(PATIENCE, this.#terminate(reason), clock);
    this.#stoppedAt = new Date(clock.now());
    await within(PATIENCE, this.sockets.stop(), clock);
    this.#resolveStopped(reason);
  }

  async #terminate(reason: StopReason): Promise<void> {
    try {
      await this.#worker.terminate(reason);
    } catch (error) {
      this.#blame.judge('terminate', error);
    }
  }
}
