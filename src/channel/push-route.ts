/** The way out of one channel: what its pushes are written to, and whom they tell what became of them. */

import type { Clock } from '../clock.js';
import type { OverflowRule } from '../policy/overflow.js';
import { pushMessage, type WireMessage } from '../protocol/message.js';
import type { Aborts } from './aborts.js';
import type { PushFailedFact, RepliedFact } from './facts.js';
import type { ChannelHub } from './hub.js';
import type { Membership } from './membership.js';
import type { PushReport } from './push-report.js';
import type { PushRequest } from './push-request.js';
import type { WhyUnanswered } from './pushes.js';
import type { WriteRoom } from './write-room.js';

export class PushRoute {
  readonly topic: string;
  readonly clock: Clock;
  readonly outbox: OverflowRule;
  readonly #hub: ChannelHub;
  readonly #membership: Membership;

  constructor(topic: string, hub: ChannelHub, membership: Membership) {
    this.topic = topic;
    this.clock = hub.ground.pushClock;
    this.outbox = hub.ground.rules.outbox;
    this.#hub = hub;
    this.#membership = membership;
  }

  get aborts(): Aborts {
    return this.#hub.aborts;
  }

  get report(): PushReport {
    return this.#hub.pushReport;
  }

  /** Of the socket that carries the channel now. */
  get room(): WriteRoom {
    return this.#membership.carrier.room;
  }

  /** Whether what is written now may still arrive. */
  get isConnected(): boolean {
    return this.#membership.carrier.online;
  }

  nextRef(): string {
    return this.#hub.ground.nextRef();
  }

  /** Writes the push under the present join, whose ref it notes. Throws `PHX_ENCODING`. */
  write(push: PushRequest): void {
    const { joinRef, carrier } = this.#membership;
    push.joinRef = joinRef ?? '';
    carrier.send(messageOf(push, push.joinRef));
    this.#hub.open.wasSent(push);
  }

  /** Bytes of the push on the wire. Throws `PHX_ENCODING`. */
  measure(push: PushRequest): number {
    return this.#hub.ground.measure(messageOf(push, push.ref));
  }

  awaited(): void {
    this.#hub.listener.awaited();
  }

  replied(fact: RepliedFact): void {
    this.#hub.listener.replied(fact);
  }

  /** Tells of a failure, unless somebody asks the push itself. */
  pushFailed(push: PushRequest, fact: PushFailedFact): void {
    this.#hub.listener.pushFailed(push, fact);
  }

  /** A push waits to be sent, or for a reply. */
  waits(push: PushRequest): void {
    this.#hub.open.waits(push);
  }

  /** A push has its outcome, whatever it is. */
  settled(push: PushRequest): void {
    this.#hub.open.hasSettled(push);
  }

  /** Tells of a push that was sent, and to which no reply will come. */
  unanswered(push: PushRequest, why: WhyUnanswered): void {
    this.#hub.unanswered(push, why);
  }
}

function messageOf({ topic, ref, event, payload }: PushRequest, joinRef: string): WireMessage {
  return pushMessage(topic, joinRef, ref, event, payload);
}
