/** What is behind a socket that scripts wait for: hands each message to who waits for it, and each fact to who asked. */

import type { Change, JoinedFact, MessageFact } from '../channel/facts.js';
import type { Outcome } from '../channel/settlement.js';
import type { Clock } from '../clock.js';
import { type JoinError, type PhoenixSocketError, UsageError } from '../errors.js';
import type { ChannelClosedFact, DisconnectedFact, JoinFailedFact } from '../policy/facts.js';
import type { Endpoint } from '../protocol/endpoint.js';
import { Blame } from '../sockets/blame.js';
import { type ClientStatus, codeOf, endBy, type StopReason } from '../sockets/client-status.js';
import { type DrainOptions, type DrainReport, drainLimits } from '../sockets/drain-terms.js';
import type { Environment } from '../sockets/environment.js';
import type { SocketsListener } from '../sockets/listener.js';
import type { Settings } from '../sockets/settings.js';
import { Sockets } from '../sockets/sockets.js';
import { StatusFeed } from '../sockets/status-feed.js';
import { Timeline, type Transition } from '../sockets/timeline.js';
import { type JoinOptions, joinTopic, leaveTopic } from '../sockets/topic-commands.js';
import type { Reporter } from '../telemetry/telemetry.js';
import { Closing, type ClosingParts } from './closing.js';
import { MessageInbox } from './message-inbox.js';
import { type ChannelOwner, ChannelCore } from './channel-core.js';

/** An end that nobody wished. */
type Failure = Exclude<StopReason, { readonly kind: 'requested' }>;

const REQUESTED = { kind: 'requested', reason: null } as const;

export class SocketCore implements SocketsListener, ChannelOwner, ClosingParts {
  readonly clock: Clock;
  readonly sockets: Sockets;
  readonly inbox: MessageInbox;
  readonly #reporter: Reporter;
  readonly #blame: Blame;
  /** Those that are wanted. */
  readonly #channels = new Map<string, ChannelCore>();
  readonly #timeline = new Timeline();
  readonly #feed: StatusFeed<ClientStatus>;
  readonly #closing: Closing;
  #tellOpen: (open: true) => void = () => undefined;
  /** Whether a connection that fails is tried again: at first only if that was asked for. */
  #mayRetry = false;
  #wasOpen = false;

  constructor(settings: Settings, environment: Environment) {
    const { clock, reporter } = environment;
    this.clock = clock;
    this.#reporter = reporter;
    this.#blame = new Blame('continue', reporter);
    this.sockets = new Sockets(settings, this, environment);
    const { aborts } = this.sockets.channels;
    const { receive: timeout } = settings.timeouts;
    this.inbox = new MessageInbox({ clock, aborts, whose: 'the socket', timeout });
    this.#closing = new Closing(this);
    this.#feed = new StatusFeed(
      () => this.status,
      ({ state }) => state === 'stopped',
    );
  }

  /** Why it ended before it was open; null: it is open, or the signal was aborted. */
  async open(retry: boolean, signal: AbortSignal | undefined): Promise<Failure | null> {
    const aborted = () => {
      void this.disconnect();
    };
    const isOpen = new Promise<true>((resolve) => {
      this.#tellOpen = resolve;
    });
    this.#mayRetry = retry;
    this.#reporter.fact('client.started', {});
    this.sockets.start();
    this.sockets.connect();
    signal?.addEventListener('abort', aborted);
    const { opened } = this.sockets.channels.confirmed;
    const isReady = Promise.all([isOpen, opened]).then(([, problem]) => problem === null);
    const isDone = await Promise.race([isReady, this.closed.then(() => false)]);
    signal?.removeEventListener('abort', aborted);
    return isDone ? null : failureIn(await this.closed);
  }

  // What scripts ask.

  get status(): ClientStatus {
    const channels = this.sockets.channels.statuses();
    return { ...this.sockets.status, channels, ...this.#closing.state };
  }

  get closed(): Promise<StopReason> {
    return this.#closing.closed;
  }

  changes(): AsyncIterableIterator<ClientStatus, undefined> {
    return this.#feed.changes();
  }

  timeline(): readonly Transition[] {
    return this.#timeline.list();
  }

  async join(topic: string, params: unknown, options?: JoinOptions): Promise<ChannelCore> {
    this.#requireOpen('join');
    const channel = this.#channelOf(topic);
    const outcome = await this.#ask(channel, params, options);
    if (outcome.ok) return channel;
    if (!channel.wasJoined) this.#abandon(channel);
    throw outcome.error;
  }

  connect(endpoint?: Endpoint): void {
    this.#requireOpen('connect');
    this.sockets.connect(endpoint);
  }

  disconnect(): Promise<void> {
    return this.#closing.stop(REQUESTED);
  }

  async drain(options: DrainOptions = {}): Promise<DrainReport> {
    return this.#closing.drain(drainLimits(options));
  }

  /** Those that are wanted. */
  get topics(): readonly string[] {
    return [...this.#channels.keys()];
  }

  // What the sockets and channels tell.

  connected(): void {
    this.#mayRetry = true;
    this.#wasOpen = true;
    this.#tellOpen(true);
  }

  /** Not in the middle of the transition that tells it. */
  disconnected({ close, retryIn }: DisconnectedFact): void {
    const isOver = retryIn === null || !this.#mayRetry;
    // Before it was open nobody holds it who could connect it.
    const waits = this.#wasOpen && this.sockets.settings.onUnauthorized === 'wait';
    const isWished = close.cause === 'requested' || (close.cause === 'unauthorized' && waits);
    if (!isOver || isWished) return;
    queueMicrotask(() => {
      void this.#closing.stop(endBy(close));
    });
  }

  joined(fact: JoinedFact): void {
    this.#channels.get(fact.topic)?.joined(fact);
    this.sockets.channels.endGreeting(fact.topic);
  }

  joinFailed({ topic, error, retryIn }: JoinFailedFact): void {
    if (retryIn === null) this.#gaveUp(topic, error.code);
  }

  /** Whoever left knows it. */
  channelClosed({ topic, cause, retryIn }: ChannelClosedFact): void {
    if (retryIn === null && cause !== 'left') this.#gaveUp(topic, cause);
  }

  message(message: MessageFact): void {
    const channel = this.#channels.get(message.topic);
    if (channel === undefined || channel.inbox.offer(message)) return;
    if (!this.inbox.offer(message)) channel.hold(message);
  }

  /** A channel that is left empties its own inbox. */
  forget(): null {
    return null;
  }

  /** Who wants to know reads the changes of the presence. */
  presenceChanged(): void {}

  /** Who has not asked a push for its reply does not want it. */
  replied(): void {}

  pushFailed(): void {}

  /** A topic that fell with its socket, and is not to be joined again, is told of nowhere else. */
  changed(change: Change): void {
    const { who, to, reason } = change;
    this.#timeline.note(change, this.clock.now());
    this.#feed.changed();
    this.#channels.get(who)?.changed();
    if (to === 'closed') this.#gaveUp(who, reason || 'lost');
  }

  policyFailed(policy: 'reconnect' | 'rejoin' | 'onDeadLetter', problem: unknown): void {
    this.#blame.excuse(policy, problem);
  }

  storeFailed(error: PhoenixSocketError): void {
    void this.#closing.stop({ kind: 'crashed', error });
  }

  /** There are no callbacks that could wait for each other. */
  awaited(): void {}

  // What its channels tell.

  crowded(topic: string): void {
    const { messages, whenFull } = this.sockets.settings.inbox;
    this.#reporter.fact('inbox.shed', { topic, dropped: 1 });
    if (whenFull === 'disconnect') {
      this.sockets.abandon('inboxFull', `more than ${messages} messages of ${topic} wait`);
    }
  }

  left(channel: ChannelCore): void {
    this.#forget(channel);
  }

  // How it ends.

  draining(): void {
    this.sockets.channels.refusePushes('the socket drains');
    this.#feed.changed();
  }

  ending(reason: StopReason): void {
    const end = { why: wordsFor(reason), isOrderly: reason.kind === 'requested' };
    for (const channel of this.#channels.values()) channel.end(end);
    this.#channels.clear();
    this.inbox.end(end);
  }

  ended(reason: StopReason): void {
    this.#reporter.fact('client.stopped', { kind: reason.kind, code: codeOf(reason) });
    this.#feed.changed();
  }

  #requireOpen(command: string): void {
    const ending = this.#closing.state;
    if (ending === null) return;
    const state = ending.state === 'stopped' ? 'was closed' : 'began to drain';
    throw new UsageError('PHX_STOPPED', `${command} after the socket ${state}: connect a new one`);
  }

  /** There before the join is written: nothing that follows the reply may be missed. */
  #channelOf(topic: string): ChannelCore {
    const known = this.#channels.get(topic);
    if (known !== undefined) return known;
    const channel = new ChannelCore(topic, this);
    this.#channels.set(topic, channel);
    return channel;
  }

  /** Throws `PHX_BAD_OPTION`, and then nothing has happened. */
  #ask(
    channel: ChannelCore,
    params: unknown,
    options: JoinOptions | undefined,
  ): Promise<Outcome<unknown, JoinError>> {
    const { topic } = channel;
    try {
      return joinTopic(this.sockets, topic, params, options).outcome();
    } catch (error) {
      if (this.sockets.channels.statusOf(topic) === undefined) this.#forget(channel);
      throw error;
    }
  }

  /** Nobody was given it. */
  #abandon(channel: ChannelCore): void {
    if (this.#channels.get(channel.topic) !== channel) return;
    this.#forget(channel);
    leaveTopic(this.sockets, channel.topic);
  }

  #gaveUp(topic: string, why: string): void {
    const channel = this.#channels.get(topic);
    if (channel?.wasJoined !== true) return;
    this.#forget(channel);
    channel.giveUp(`the rejoin policy gave it up (${why})`);
  }

  #forget(channel: ChannelCore): void {
    if (this.#channels.get(channel.topic) === channel) this.#channels.delete(channel.topic);
  }
}

function failureIn(end: StopReason): Failure | null {
  return end.kind === 'requested' ? null : end;
}

function wordsFor(reason: StopReason): string {
  if (reason.kind === 'unauthorized') return 'the socket gave up (unauthorized)';
  if (reason.kind === 'crashed') return 'the store of confirmed pushes cannot be opened';
  if (reason.kind !== 'gaveUp') return 'the socket was closed';
  const { cause, status, code } = reason.close;
  return `the socket gave up (${cause} ${status ?? code})`;
}
