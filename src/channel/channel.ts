/** Our membership of one topic: what may be asked of it, and what its frames mean to it. */

import type { JoinError } from '../errors.js';
import type { Inbound } from '../protocol/inbound.js';
import { TOO_MANY_CHANNELS, UNMATCHED_TOPIC } from '../protocol/names.js';
import { readPresence } from '../protocol/presence-news.js';
import { hasReason } from '../protocol/refusal.js';
import type { ChannelState } from './channel-effects.js';
import type { GapFact } from './facts.js';
import type { Carrier, ChannelHub, Rider } from './hub.js';
import { ChannelLife } from './life.js';
import { Membership } from './membership.js';
import { ChannelPresence } from './presence.js';
import { type PushLoad, Pushes } from './pushes.js';
import type { PushRequest, PushTerms } from './push-request.js';
import { PushRoute } from './push-route.js';
import type { Join, Leave } from './requests.js';
import type { JoinTerms } from './terms.js';

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

export class Channel implements Rider {
  readonly topic: string;
  readonly #hub: ChannelHub;
  readonly #life: ChannelLife;
  readonly #pushes: Pushes;
  readonly #route: PushRoute;
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
    this.#membership = new Membership(topic, hub.ground.clock, carrier, hub.paceOf(topic));
    this.#route = new PushRoute(topic, hub, this.#membership);
    this.#pushes = new Pushes(this.#route);
    this.#life = new ChannelLife(topic, hub, this.#membership, this.#pushes, join);
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

  get isLeaving(): boolean {
    return this.#life.isLeaving;
  }

  /** The way out for what waited, too; null: it is shut, or only for what is pushed ahead. */
  get openRoute(): PushRoute | null {
    return this.isJoined && this.#pushes.isOpen ? this.#route : null;
  }

  get load(): PushLoad {
    return this.#pushes.load;
  }

  get awaitsReply(): boolean {
    return this.load.unanswered > 0 || this.#hub.confirmed.awaitsReply(this.topic);
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
    const why = `${this.topic} was left`;
    this.#pushes.dropWaiting({ reason: 'left', why });
    this.#hub.confirmed.leave(this.topic, why);
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
    return this.#pushes.push(event, payload, terms, this.isLeaving ? left : null);
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
    // A transport may end while it is written to.
    if (this.openRoute !== null) this.#hub.confirmed.open(this.topic, this.#route);
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

  #receivePushReply(ref: string, reply: InboundReply): void {
    const push = this.#pushes.settle(ref, reply.status, reply.response);
    if (push === null) this.#receiveConfirmation(ref, reply);
    else if (isUnmatched(reply)) this.#doubt(push);
  }

  /** That nobody knows the topic is no answer: the push waits for the join that follows. */
  #receiveConfirmation(ref: string, reply: InboundReply): void {
    const push = this.#hub.confirmed.find(this.topic, ref);
    if (push === null) this.#hub.stale(this.topic);
    else if (isUnmatched(reply)) this.#doubt(push.request);
    else this.#hub.confirmed.replied(push, reply);
  }

  /** The server does not know the topic: news only if the push was made under the present membership. */
  #doubt(push: PushRequest): void {
    const { joinRef, open } = this.#membership;
    if (open && push.joinRef === joinRef) this.#life.send({ type: 'channel.desynced' });
  }
}

/** The server does not know the topic: no answer of the application. */
export function isUnmatched({ joinRef, status, response }: InboundReply): boolean {
  return joinRef === null && status === 'error' && hasReason(response, UNMATCHED_TOPIC);
}
