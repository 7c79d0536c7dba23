/** A worker that keeps every callback as a fact, so that a test can wait for one and cannot come too late. */

import {
  type ChannelClosed,
  type Connected,
  type Disconnected,
  type Gap,
  GenSocketClient,
  type Joined,
  type JoinFailed,
  type JoinOptions,
  type Message,
  type Presence,
  type PresenceChanged,
  type Push,
  type PushFailed,
  type PushOptions,
  type Replied,
  type StopReason,
} from '../../src/index.js';
import { Arrivals } from '../../src/transport/arrivals.js';
import type { Facts } from './worker-facts.js';

export type Callback = Exclude<keyof Facts, 'init' | 'handleInfo' | 'handleCall'>;

/** Topics to join at `init`, each with its params. */
export type Wanted = { readonly [topic: string]: unknown };

export class RecordingWorker extends GenSocketClient {
  /** The callbacks so far, in order. */
  readonly callbacks: Callback[] = [];
  readonly #wanted: Wanted;
  readonly #facts: { readonly [C in Callback]: Arrivals<Facts[C]> } = {
    handleConnected: new Arrivals(),
    handleDisconnected: new Arrivals(),
    handleJoined: new Arrivals(),
    handleJoinError: new Arrivals(),
    handleChannelClosed: new Arrivals(),
    handleMessage: new Arrivals(),
    handlePresence: new Arrivals(),
    handleReply: new Arrivals(),
    handlePushError: new Arrivals(),
    handleGap: new Arrivals(),
    terminate: new Arrivals(),
  };

  constructor(wanted: Wanted = {}) {
    super();
    this.#wanted = wanted;
  }

  /** The first fact of this callback that nobody has taken yet, now or when it comes. */
  next<C extends Callback>(callback: C): Promise<Facts[C]> {
    return this.#facts[callback].next();
  }

  /** How many facts of this callback nobody has taken. */
  untaken(callback: Callback): number {
    return this.#facts[callback].pending;
  }

  joinTopic(topic: string, params?: unknown, options?: JoinOptions): void {
    this.join(topic, params, options);
  }

  leaveTopic(topic: string): void {
    this.leave(topic);
  }

  pushEvent(topic: string, event: string, payload?: unknown, options?: PushOptions): Push {
    return this.push(topic, event, payload, options);
  }

  presenceOf(topic: string): Presence {
    return this.presence(topic);
  }

  connectNow(): void {
    this.connect();
  }

  disconnectNow(): void {
    this.disconnect();
  }

  override init(): void {
    for (const [topic, params] of Object.entries(this.#wanted)) this.joinTopic(topic, params);
  }

  override handleConnected(fact: Connected): void {
    this.#record('handleConnected', fact);
  }

  override handleDisconnected(fact: Disconnected): void {
    this.#record('handleDisconnected', fact);
  }

  override handleJoined(fact: Joined): void | Promise<void> {
    this.#record('handleJoined', fact);
  }

  override handleJoinError(fact: JoinFailed): void {
    this.#record('handleJoinError', fact);
  }

  override handleChannelClosed(fact: ChannelClosed): void {
    this.#record('handleChannelClosed', fact);
  }

  override handleMessage(fact: Message): void | Promise<void> {
    this.#record('handleMessage', fact);
  }

  override handlePresence(fact: PresenceChanged): void {
    this.#record('handlePresence', fact);
  }

  override handleReply(fact: Replied): void {
    this.#record('handleReply', fact);
  }

  override handlePushError(fact: PushFailed): void {
    this.#record('handlePushError', fact);
  }

  override handleGap(fact: Gap): void {
    this.#record('handleGap', fact);
  }

  override terminate(fact: StopReason): void {
    this.#record('terminate', fact);
  }

  #record<C extends Callback>(callback: C, fact: Facts[C]): void {
    this.callbacks.push(callback);
    this.#facts[callback].put(fact);
  }
}
