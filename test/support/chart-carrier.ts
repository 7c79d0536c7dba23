/** Channels on a carrier that the test plays: what they send is kept, and nothing answers by itself. */

import { Channels } from '../../src/channel/channels.js';
import type { Carrier, ChannelListener } from '../../src/channel/hub.js';
import { JoinQueue } from '../../src/channel/join-queue.js';
import type { PushRequest } from '../../src/channel/push-request.js';
import { WriteRoom } from '../../src/channel/write-room.js';
import type { ChannelClosedFact } from '../../src/policy/facts.js';
import { DEFAULT_CONFIRMED } from '../../src/policy/confirmed.js';
import { DEFAULT_OUTBOX } from '../../src/policy/overflow.js';
import { DEFAULT_REJOIN } from '../../src/policy/rejoin.js';
import type { WireMessage } from '../../src/protocol/message.js';
import { EVENTS } from '../../src/protocol/names.js';
import { Refs } from '../../src/protocol/ref.js';
import { Reporter } from '../../src/telemetry/telemetry.js';
import { SimulatedClock } from './simulated-clock.js';

export class CarriedChannels implements Carrier, ChannelListener, Disposable {
  readonly clock = new SimulatedClock();
  readonly sent: WireMessage[] = [];
  readonly ended: ChannelClosedFact[] = [];
  readonly channels: Channels;
  readonly online = true;
  readonly joins = new JoinQueue(10, () => true);
  readonly room = new WriteRoom(this.clock, () => 0);
  readonly lastFrameAt = 0;
  readonly lastJoinReplyAt = 0;
  readonly lastRepliedJoinAt = 0;

  constructor() {
    const refs = new Refs();
    const ground = {
      clock: this.clock,
      pushClock: this.clock,
      random: () => 0,
      inspect: undefined,
      rules: {
        join: { timeout: 10_000, rejoin: DEFAULT_REJOIN, presence: true },
        outbox: DEFAULT_OUTBOX,
        paramsTimeout: 10_000,
        leaveTimeout: 5000,
        stableAfter: 10_000,
        closeIsAwaited: false,
      },
      confirmed: {
        rule: DEFAULT_CONFIRMED,
        store: null,
        timeout: 10_000,
        makeKey: () => 'key',
      },
      nextRef: () => refs.next(),
      unauthorized: () => undefined,
      measure: () => 1,
    };
    const placement = { place: () => this, beyond: () => null };
    const reporter = new Reporter([], () => this.clock.now());
    this.channels = new Channels(ground, placement, this, reporter);
  }

  /** Returns the ref of the join that the server has accepted. */
  joinAccepted(topic: string): string {
    this.channels.join(topic, {}, { timeout: 10_000, rejoin: DEFAULT_REJOIN, presence: true });
    return this.acceptJoin(topic);
  }

  acceptJoin(topic: string): string {
    const join = this.sent.findLast(({ event }) => event === EVENTS.join);
    const joinRef = join?.joinRef ?? '';
    this.reply(topic, joinRef, joinRef, 'ok', {});
    return joinRef;
  }

  push(topic: string): PushRequest {
    const terms = { delivery: 'buffered', timeout: 10_000, ttl: 10_000 } as const;
    return this.channels.push(topic, 'say', {}, terms);
  }

  reply(
    topic: string,
    joinRef: string | null,
    ref: string,
    status: string,
    response: unknown,
  ): void {
    this.channels.receive({ kind: 'reply', topic, joinRef, ref, status, response });
  }

  [Symbol.dispose](): void {
    this.channels.stop();
  }

  // Carrier

  noteJoinReply(): void {
    return;
  }

  board(): void {
    return;
  }

  alight(): void {
    return;
  }

  count(): void {
    return;
  }

  send(message: WireMessage): void {
    this.sent.push(message);
  }

  // ChannelListener

  joined({ topic }: { topic: string }): void {
    this.channels.endGreeting(topic);
  }

  channelClosed(fact: ChannelClosedFact): void {
    this.ended.push(fact);
  }

  joinFailed(): void {
    return;
  }

  forget(): null {
    return null;
  }

  changed(): void {
    return;
  }

  message(): void {
    return;
  }

  presenceChanged(): void {
    return;
  }

  replied(): void {
    return;
  }

  policyFailed(): void {
    return;
  }

  storeFailed(): void {
    return;
  }

  pushFailed(): void {
    return;
  }

  awaited(): void {
    return;
  }
}
