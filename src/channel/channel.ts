/** Our membership of one topic: what may be asked of it, and what its frames mean to it. */

import type { Clock } from '../clock.js';
import type { JoinError } from '../errors.js';
import type { OverflowRule } from '../policy/overflow.js';
import type { Inbound } from '../protocol/inbound.js';
import { pushMessage, type WireMessage } from '../protocol/message.js';
import { TOO_MANY_CHANNELS, UNMATCHED_TOPIC } from '../protocol/names.js';
import { readPresence } from '../protocol/presence-news.js';
import { hasReason } from '../protocol/refusal.js';
import type { Aborts } from './aborts.js';
import type { ChannelState } from './channel-effects.js';
import type { GapFact, PushFailedFact, RepliedFact } from './facts.js';
import type { Carrier, ChannelHub, Rider } from './hub.js';
import { ChannelLife } from './life.js';
import type { Membership } from './membership.js';
import { ChannelPresence } from './presence.js';
import type { PushReport } from './push-report.js';
import { type PushLoad, Pushes, type PushRoute, type WhyUnanswered } from './pushes.js';
import type { PushRequest, PushTerms } from './push-request.js';
import type { Join, Leave } from './requests.js';
import type { JoinTerms } from './terms.js';
import type { WriteRoom } from './write-room.js';

export type ChannelStatus = {
  /** `joining` also while it waits for a socket, or for its turn. */
  readonly state: ChannelState;
  readonly since: Date;
  /** Why the newest join failed; null when it did not. */
  readonly error: JoinError | null;
  /** Since when messages may have been missed when it was last joined; null: none were. */
  readonly gap: GapFact | null;
};

type InboundReply = Extract<Inbound, { kind: 'reply' }>;

export class Channel implements PushRoute, Rider {
  readonly topic: string;
  readonly #hub: ChannelHub;
  readonly #life: ChannelLife;
  readonly #pushes: Pushes;
  /** The gate, near at hand: the message path reads it. */
  readonly #membership: Membership;
  /** Made when it is first heard of or asked for. */
  #presence: ChannelPresence | null = null;

  constructor(
    topic: string,
    hub: ChannelHub,
    carrier: Carrier,
    join: { params: unknown; terms: JoinTerms },
  ) {
    this.topic = topic;
    this.#hub = hub;
    this.#pushes = new Pushes(this);
    this.#life = new ChannelLife(topic, hub, carrier, this.#pushes, join);
    this.#membership = this.#life.membership;
  }

  get carrier(): Carrier {
    return this.#membership.carrier;
  }

  get isJoined(): boolean {
    return this.#membership.open;
  }

  get status(): ChannelStatus {
    const { state, since, error, gap } = this.#life;
    return { state, since: new Date(since), error, gap };
  }

  get state(): ChannelState {
    return this.#life.state;
  }

  get load(): PushLoad {
    return this.#pushes.load;
  }

  get presence(): ChannelPresence {
    const { listener } = this.#hub;
    return (this.#presence ??= new ChannelPresence(this.topic, this.#membership, listener));
  }

  start(): Join {
    const { requests, terms } = this.#life;
    const request = requests.join(null);
    this.#life.start();
    if (this.#membership.joinRef === null) requests.joinWaits(terms.timeout);
    return request;
  }

  stop(): void {
    this.#life.stop();
    this.#presence?.close();
  }

  /** Nobody wants it any more. */
  retire(): void {
    this.carrier.alight(this);
    this.#presence?.close();
  }

  /** Wanting a topic twice only replaces its params; the request shares the outcome of the join under way. */
  join(params: unknown, terms: Partial<JoinTerms>): Join {
    this.#life.params = params;
    this.#life.terms = { ...this.#life.terms, ...terms };
    if (!this.#life.terms.presence) this.#presence?.forget();
    if (this.isJoined) return this.#life.requests.alreadyJoined(this.#life.response);
    const request = this.#life.requests.join(this.#life.terms.timeout);
    this.#life.send({ type: 'join' });
    return request;
  }

  /** Null when the topic is being left. */
  rejoin(): Join | null {
    if (this.#life.isLeaving) return null;
    const request = this.#life.requests.join(this.#life.terms.timeout);
    this.#life.requests.joinWaits(this.#life.terms.timeout);
    if (this.isJoined || this.#life.isAsking) {
      this.#life.send({ type: 'leave' });
      this.#membership.missSince(this.#hub.listener.forget(this.topic));
      this.#life.send({ type: 'join' });
    }
    return request;
  }

  leave(): Leave {
    const { requests } = this.#life;
    const request = requests.leave();
    requests.loseJoin('the topic was left');
    this.#pushes.dropWaiting({ reason: 'left', why: `${this.topic} was left` });
    this.#life.send({ type: 'leave' });
    // After the gate is shut: forgetting may make room, and then more is read.
    this.#hub.listener.forget(this.topic);
    this.#membership.forgetGap();
    this.#presence?.forget();
    return request;
  }

  /** Throws `PHX_ENCODING`, and then nothing has happened. */
  push(event: string, payload: unknown, terms: PushTerms): PushRequest {
    const left = { reason: 'left', why: `${this.topic} is being left` } as const;
    return this.#pushes.push(event, payload, terms, this.#life.isLeaving ? left : null);
  }

  socketUp(): void {
    this.#life.send({ type: 'socket.up' });
  }

  socketDown(): void {
    this.#life.send({ type: 'socket.down' });
  }

  /** The worker begins to handle the join: what it pushes goes out ahead of what waits. */
  beginGreeting(): void {
    if (this.isJoined) this.#pushes.letPass();
  }

  endGreeting(): void {
    if (this.isJoined) this.#pushes.flush();
  }

  receive(inbound: Inbound): void {
    if (inbound.kind === 'reply') {
      this.#receiveReply(inbound);
      return;
    }
    const { joinRef, open } = this.#membership;
    const isCurrent = inbound.joinRef === joinRef || inbound.joinRef === null;
    if (inbound.kind === 'message') {
      if (open && isCurrent) this.#receiveMessage(inbound);
      else this.#hub.stale(this.topic);
    } else if (isCurrent && joinRef !== null) this.#receiveEnd(inbound);
    else this.#hub.stale(this.topic);
  }

  #receiveMessage({ event, payload }: Extract<Inbound, { kind: 'message' }>): void {
    const { lastFrameAt: at } = this.#membership.carrier;
    const news = this.#life.terms.presence ? readPresence(event, payload) : null;
    if (news === null) this.#hub.listener.message({ topic: this.topic, event, payload }, at);
    else if (!this.presence.hear(news, at)) this.#life.send({ type: 'channel.desynced' });
  }

  #receiveEnd({ kind, payload }: Extract<Inbound, { kind: 'closed' | 'crashed' }>): void {
    this.#life.send({ type: kind === 'closed' ? 'channel.closed' : 'channel.crashed', payload });
  }

  /** Replies are told apart by ref alone: "unmatched topic" comes without a join_ref, and V1 has none. */
  #receiveReply(reply: InboundReply): void {
    const { joinRef, leaveRef } = this.#membership;
    if (reply.ref === null) this.#hub.stale(this.topic);
    else if (reply.ref === joinRef) this.#receiveJoinReply(reply);
    else if (reply.ref === leaveRef) this.#life.send({ type: 'leave.accepted' });
    else this.#receivePushReply(reply.ref, reply);
  }

  #receiveJoinReply({ status, response }: InboundReply): void {
    this.carrier.noteJoinReply(this.#membership.pace.at);
    if (status === 'ok') {
      this.#membership.accepted = true;
      this.#life.send({ type: 'join.accepted', response });
      return;
    }
    // A join that was given up before its reply came waits for another turn on its socket: it is not moved.
    const isFull = this.#life.isAsking && hasReason(response, TOO_MANY_CHANNELS);
    const carrier = isFull ? this.#hub.placement.beyond(this.carrier) : null;
    if (carrier === null) this.#life.send({ type: 'join.refused', response });
    else this.#moveTo(carrier);
  }

  #moveTo(carrier: Carrier): void {
    this.carrier.alight(this);
    carrier.board(this);
    this.#life.move(carrier);
  }

  #receivePushReply(ref: string, { joinRef, status, response }: InboundReply): void {
    const push = this.#pushes.settle(ref, status, response);
    if (push === null) this.#hub.stale(this.topic);
    else if (joinRef === null && status === 'error' && hasReason(response, UNMATCHED_TOPIC)) {
      this.#doubt(push);
    }
  }

  /** The server does not know the topic: news only if the push was made under the present membership. */
  #doubt(push: PushRequest): void {
    const { joinRef, open } = this.#membership;
    if (open && push.joinRef === joinRef) this.#life.send({ type: 'channel.desynced' });
  }

  // What the pushes need.

  get clock(): Clock {
    return this.#hub.ground.clock;
  }

  get outbox(): OverflowRule {
    return this.#hub.ground.rules.outbox;
  }

  get aborts(): Aborts {
    return this.#hub.aborts;
  }

  get room(): WriteRoom {
    return this.carrier.room;
  }

  get report(): PushReport {
    return this.#hub.pushReport;
  }

  nextRef(): string {
    return this.#hub.ground.nextRef();
  }

  get isConnected(): boolean {
    return this.carrier.online;
  }

  write(push: PushRequest): void {
    push.joinRef = this.#membership.joinRef ?? '';
    this.carrier.send(this.#messageOf(push, push.joinRef));
    this.#hub.pushSent(push);
  }

  measure(push: PushRequest): number {
    return this.#hub.ground.measure(this.#messageOf(push, push.ref));
  }

  awaited(): void {
    this.#hub.listener.awaited();
  }

  replied(fact: RepliedFact): void {
    this.#hub.listener.replied(fact);
  }

  pushFailed(push: PushRequest, fact: PushFailedFact): void {
    this.#hub.listener.pushFailed(push, fact);
  }

  waits(push: PushRequest): void {
    this.#hub.pushWaits(push);
  }

  settled(push: PushRequest): void {
    this.#hub.pushSettled(push);
  }

  unanswered(push: PushRequest, why: WhyUnanswered): void {
    this.#hub.unanswered(push, why);
  }

  #messageOf({ topic, ref, event, payload }: PushRequest, joinRef: string): WireMessage {
    return pushMessage(topic, joinRef, ref, event, payload);
  }
}
