/** The worker of the daemon: joins what is wanted, and puts what it is told into the inbox. */

import {
  type ChannelClosed,
  type Gap,
  GenSocketClient,
  type Join,
  type Joined,
  type JoinFailed,
  type JoinOptions,
  type JoinParams,
  type Leave,
  type Message,
  type Presence,
  type PresenceChanged,
  type Push,
  type PushOptions,
  type Result,
} from '../../index.js';
import { isTooDeep } from '../../policy/nesting.js';
import type { ChannelConfig } from '../config/schema.js';
import type { EventKind, GapPayload, NewEvent } from '../inbox/event.js';
import { type Keeps, WantedChannels } from './wanted-channels.js';

/** Where what it is told goes. */
export type Intake = {
  append(event: NewEvent): void | Promise<void>;
  /** When an earlier process last heard of the topic, for the first who asks; null: there was none. */
  lastHeard(topic: string): number | null;
};

export type WorkerParts = {
  readonly channels: ReadonlyMap<string, ChannelConfig>;
  readonly intake: Intake;
  readonly keepsOf: Keeps;
  /** What a channel is joined with: as it is written, or asked of the application before each join. */
  readonly paramsOf: (topic: string, channel: ChannelConfig) => object | JoinParams<object>;
  /** Of the wall. */
  readonly now: () => number;
};

const NO_ROUTES = ['*'];

export class SidecarWorker extends GenSocketClient {
  readonly wanted: WantedChannels;
  readonly #parts: WorkerParts;
  #isReading = true;
  #messagesIn = 0;

  constructor(parts: WorkerParts) {
    super();
    this.#parts = parts;
    this.wanted = new WantedChannels(parts.keepsOf);
  }

  /** Since the start, of all topics. */
  get messagesIn(): number {
    return this.#messagesIn;
  }

  override init(): void {
    for (const [topic, channel] of this.#parts.channels) this.want(topic, channel);
  }

  override handleMessage({ topic, event, payload }: Message): Result {
    const channel = this.wanted.get(topic);
    if (channel === undefined || !this.#isReading) return undefined;
    channel.messagesIn += 1;
    this.#messagesIn += 1;
    if (!channel.keeps(event)) return undefined;
    return this.#append('message', topic, event, payload);
  }

  override handlePresence({ topic, ...change }: PresenceChanged): Result {
    if (this.wanted.get(topic)?.keeps('presence') !== true) return undefined;
    return this.#append('presence', topic, 'presence', change);
  }

  override handleJoined({ topic, gap }: Joined): Result {
    const missed = gap ?? this.#missedBefore(topic);
    return missed === null ? undefined : this.#appendGap(topic, 'disconnected', missed);
  }

  /** While no process was there; only a log on disk knows that there was one. */
  #missedBefore(topic: string): Omit<Gap, 'topic'> | null {
    const { intake, now } = this.#parts;
    const heardAt = intake.lastHeard(topic);
    const to = now();
    if (heardAt === null) return null;
    return { from: new Date(Math.min(heardAt, to)), to: new Date(to), dropped: null };
  }

  override handleGap(gap: Gap): Result {
    return this.#appendGap(gap.topic, 'overflow', gap);
  }

  override handleJoinError({ topic, error, retryIn }: JoinFailed): Result {
    if (retryIn === null) this.wanted.giveUp(topic, error.message, this.#parts.now());
  }

  override handleChannelClosed({ topic, cause, retryIn }: ChannelClosed): Result {
    if (retryIn === null && cause !== 'left') this.wanted.giveUp(topic, cause, this.#parts.now());
  }

  // The commands, for the daemon's own code: each is done at once, and none waits for a callback.

  want(topic: string, channel: ChannelConfig): Join {
    const join = this.join(topic, this.#parts.paramsOf(topic, channel), joinOptionsOf(channel));
    this.wanted.put(topic, channel);
    return join;
  }

  override leave(topic: string): Leave {
    this.wanted.delete(topic);
    return super.leave(topic);
  }

  pushTo(topic: string, event: string, payload?: unknown, options?: PushOptions): Push {
    const push = this.push(topic, event, payload, options);
    const channel = this.wanted.get(topic);
    if (channel !== undefined) channel.pushesOut += 1;
    return push;
  }

  presenceOf(topic: string): Presence {
    return this.presence(topic);
  }

  override disconnect(): void {
    super.disconnect();
  }

  /** What the server says from now on is lost to the application, as what it says after the end is. */
  stopReading(): void {
    this.#isReading = false;
  }

  #appendGap(topic: string, cause: GapPayload['cause'], gap: Omit<Gap, 'topic'>): Result {
    const channel = this.wanted.get(topic);
    if (channel !== undefined) channel.gap = gap;
    const [from, to] = [gap.from.toISOString(), gap.to.toISOString()];
    const payload: GapPayload = { cause, from, to, dropped: gap.dropped };
    return this.#append('gap', topic, 'gap', payload);
  }

  #append(kind: EventKind, topic: string, event: string, payload: unknown): Result {
    if (!this.#isReading) return undefined;
    if (isTooDeep(payload)) return this.#appendUnwritable(topic);
    const routes = this.wanted.get(topic)?.routes ?? NO_ROUTES;
    const { intake, now } = this.#parts;
    return intake.append({ kind, topic, event, payload, time: now(), routes });
  }

  /** What no delivery could ever write down would hold up its topic for ever. */
  #appendUnwritable(topic: string): Result {
    const at = new Date(this.#parts.now());
    return this.#appendGap(topic, 'overflow', { from: at, to: at, dropped: 1 });
  }
}

function joinOptionsOf({ timeout, rejoin, presence }: ChannelConfig): JoinOptions {
  return {
    ...(timeout !== undefined && { timeout }),
    ...(rejoin !== undefined && { rejoin: rejoin as NonNullable<JoinOptions['rejoin']> }),
    ...(presence !== undefined && { presence }),
  };
}
