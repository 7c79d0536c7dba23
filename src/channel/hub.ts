/** What a channel needs of others: of the socket that carries it, and of the client it belongs to. */

import type { Clock } from '../clock.js';
import type { PhoenixSocketError } from '../errors.js';
import type { Random } from '../policy/backoff.js';
import type { ChannelClosedFact, JoinFailedFact } from '../policy/facts.js';
import type { OverflowRule } from '../policy/overflow.js';
import type { WireMessage } from '../protocol/message.js';
import type { PresenceChange } from '../protocol/presence.js';
import type { Reporter } from '../telemetry/telemetry.js';
import type { Aborts } from './aborts.js';
import type { ChannelState } from './channel-effects.js';
import type { Confirmed, ConfirmedTerms } from './confirmed.js';
import type { Pace } from '../policy/pace.js';
import type { Change, JoinedFact, MessageFact, PushFailedFact, RepliedFact } from './facts.js';
import type { JoinQueue } from './join-queue.js';
import type { OpenPushes } from './open-pushes.js';
import type { PushReport } from './push-report.js';
import type { PushRoute } from './push-route.js';
import type { JoinTerms } from './terms.js';
import type { PushRequest } from './push-request.js';
import type { WhyUnanswered } from './pushes.js';
import type { WriteRoom } from './write-room.js';

/** What is told when its carrier comes and goes. */
export interface Rider {
  /** Whether a push that was sent, confirmed or not, may still be replied to. */
  readonly awaitsReply: boolean;
  socketUp(): void;
  socketDown(): void;
}

export interface Carrier {
  readonly online: boolean;
  readonly joins: JoinQueue;
  /** Joins, leaves and heartbeats do not ask for it: they are few, and what waits waits for them. */
  readonly room: WriteRoom;
  /** Wall-clock time of the newest frame. */
  readonly lastFrameAt: number;
  /** Monotonic time of the newest join reply, accepted or not: from then on the server works on the next join. */
  readonly lastJoinReplyAt: number;
  /** Monotonic time at which the join was written that it answered: one written before it will not be answered any more. */
  readonly lastRepliedJoinAt: number;
  noteJoinReply(writtenAt: number): void;
  board(rider: Rider): void;
  alight(rider: Rider): void;
  /** One more of its channels is joined, or one less. */
  count(change: 1 | -1): void;
  /** Throws `PHX_ENCODING`, and then nothing was sent. */
  send(message: WireMessage): void;
}

/** Whom channels tell what a worker wants to know. Must not throw. */
export interface ChannelListener {
  /** Answer with `beginGreeting` and `endGreeting` on the channel, or with `endGreeting` alone: what waits goes out then. */
  joined(fact: JoinedFact): void;
  joinFailed(fact: JoinFailedFact): void;
  channelClosed(fact: ChannelClosedFact): void;
  /** `at` is the wall-clock time of its arrival. */
  message(fact: MessageFact, at: number): void;
  /** After the list has been brought up to date. May be shed, and is forgotten, as a message is. */
  presenceChanged(topic: string, change: PresenceChange, at: number): void;
  /** The messages of this topic that wait, and changes of its presence, are nobody's business any more. The arrival of the oldest; null: none waited. */
  forget(topic: string): number | null;
  replied(fact: RepliedFact): void;
  pushFailed(push: PushRequest, fact: PushFailedFact): void;
  changed(change: Change): void;
  /** The function form of a policy threw, or gave no answer: the default's own stands. Or the hook of dead letters threw. */
  policyFailed(policy: 'reconnect' | 'rejoin' | 'onDeadLetter', problem: unknown): void;
  /** The store of confirmed pushes cannot be opened: without it nothing that is promised can be kept. */
  storeFailed(error: PhoenixSocketError): void;
  /** Somebody waits for an outcome of ours: callbacks must not wait for each other. */
  awaited(): void;
}

/** What all channels of a client share. */
export interface ChannelGround {
  readonly clock: Clock;
  /** For the deadlines of pushes. */
  readonly pushClock: Clock;
  readonly random: Random;
  readonly inspect: ((event: unknown) => void) | undefined;
  readonly rules: {
    readonly join: JoinTerms;
    readonly outbox: OverflowRule;
    readonly paramsTimeout: number;
    readonly leaveTimeout: number;
    readonly stableAfter: number;
    readonly closeIsAwaited: boolean;
  };
  readonly confirmed: ConfirmedTerms;
  nextRef(): string;
  /** A join was refused for want of better credentials. Must not throw. */
  unauthorized(): void;
  /** Bytes of a message on the wire. Throws `PHX_ENCODING`. */
  measure(message: WireMessage): number;
}

/** Which socket carries a channel. */
export interface Placement {
  place(): Carrier;
  /** The server admits no more channels on this carrier: another one that can carry them, or null. */
  beyond(full: Carrier): Carrier | null;
}

/** What a channel needs of the registry that holds it. */
export interface ChannelHub {
  readonly ground: ChannelGround;
  readonly placement: Placement;
  readonly listener: ChannelListener;
  readonly aborts: Aborts;
  readonly reporter: Reporter;
  readonly pushReport: PushReport;
  readonly open: OpenPushes;
  readonly confirmed: Confirmed;
  /** Something arrived that belongs to an earlier join, or to none. */
  stale(topic: string): void;
  /** A push was sent, and no reply will come. */
  unanswered(push: PushRequest, why: WhyUnanswered): void;
  changed(topic: string, from: ChannelState, to: ChannelState, reason: string): void;
  isWanted(topic: string): boolean;
  /** The way out of the topic's channel; null: it is shut, or nobody wants the topic. */
  routeOf(topic: string): PushRoute | null;
  /** How often the topic was joined lately, when it was wanted before. */
  paceOf(topic: string): Pace;
  /** Nobody wants the topic any more. */
  ended(topic: string, pace: Pace): void;
}
