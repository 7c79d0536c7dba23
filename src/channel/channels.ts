/** Topic to channel: makes one when a topic is wanted, and hands each what arrives for it. */

import { badOption, UsageError } from '../errors.js';
import type { Inbound } from '../protocol/inbound.js';
import { EVENTS, PHOENIX_TOPIC } from '../protocol/names.js';
import type { Reporter } from '../telemetry/telemetry.js';
import { Aborts } from './aborts.js';
import { Channel, type ChannelStatus, isUnmatched } from './channel.js';
import type { ChannelState } from './channel-effects.js';
import { Confirmed } from './confirmed.js';
import { snapshotOf } from './confirmed-payload.js';
import type { ChannelGround, ChannelHub, ChannelListener, Placement } from './hub.js';
import type { Pace } from '../policy/pace.js';
import { Paces } from './paces.js';
import { ChannelPresence } from './presence.js';
import { PushReport } from './push-report.js';
import { Nobody } from './nobody.js';
import { OpenPushes } from './open-pushes.js';
import type { PushRequest, PushTerms } from './push-request.js';
import type { PushRoute } from './push-route.js';
import type { PushLoad, WhyUnanswered } from './pushes.js';
import type { Join, Leave } from './requests.js';
import type { JoinTerms } from './terms.js';

export class Channels implements ChannelHub {
  readonly ground: ChannelGround;
  readonly placement: Placement;
  readonly listener: ChannelListener;
  readonly aborts = new Aborts();
  readonly reporter: Reporter;
  readonly pushReport: PushReport;
  readonly #channels = new Map<string, Channel>();
  readonly #paces = new Paces();
  readonly open = new OpenPushes();
  readonly confirmed: Confirmed;
  readonly #nobody = new Nobody(this);
  /** The presence of a topic that nobody wants: empty, and for good. */
  readonly nobodyThere: ChannelPresence;
  /** Why nothing is pushed any more, in words; null: it is. */
  #refusal: string | null = null;
  /** How many messages came that belong to an earlier join, or to none. */
  #stale = 0;

  constructor(
    ground: ChannelGround,
    placement: Placement,
    listener: ChannelListener,
    reporter: Reporter,
  ) {
    this.ground = ground;
    this.placement = placement;
    this.listener = listener;
    this.reporter = reporter;
    this.pushReport = new PushReport(reporter, ground.clock);
    this.confirmed = new Confirmed(this);
    this.nobodyThere = new ChannelPresence('', { joinRef: null, open: false }, listener);
    this.nobodyThere.close();
  }

  /** Terms left out are the client's own, or those of the join before. */
  join(topic: string, params: unknown, given: Partial<JoinTerms>): Join {
    if (topic === '' || topic === PHOENIX_TOPIC) {
      throw new UsageError('PHX_BAD_OPTION', `topic '${topic}' cannot be joined: name a channel's`);
    }
    const existing = this.#channels.get(topic);
    if (existing !== undefined) return existing.join(params, given);
    const terms = { ...this.ground.rules.join, ...given };
    const carrier = this.placement.place();
    const channel = new Channel(topic, this, carrier, { params, terms });
    this.#channels.set(topic, channel);
    carrier.board(channel);
    return channel.start();
  }

  /** The join fails when nobody wants the topic. */
  rejoin(topic: string): Join {
    return this.#channels.get(topic)?.rejoin() ?? this.#nobody.join(topic);
  }

  /** Leaving what nobody wanted succeeds at once. */
  leave(topic: string): Leave {
    return this.#channels.get(topic)?.leave() ?? this.#leaveUnwanted(topic);
  }

  /** Throws `PHX_ENCODING`, and for a confirmed push `PHX_BAD_OPTION`, and then nothing has happened. */
  push(topic: string, event: string, payload: unknown, terms: PushTerms): PushRequest {
    requirePushable(topic, event);
    if (terms.delivery === 'confirmed') return this.#confirm(topic, event, payload, terms);
    const channel = this.#refusal === null ? this.#channels.get(topic) : undefined;
    return channel?.push(event, payload, terms) ?? this.#drop(topic, event, payload, terms);
  }

  /** From one who has left the topic, whether or not others want it. Throws as `push` does. */
  pushToNobody(topic: string, event: string, payload: unknown, terms: PushTerms): PushRequest {
    requirePushable(topic, event);
    const why = 'its channel is closed: join it again';
    if (terms.delivery !== 'confirmed') return this.#drop(topic, event, payload, terms, why);
    return this.#drop(topic, event, this.#snapshotOf(topic, event, payload), terms, why);
  }

  isJoined(topic: string): boolean {
    return this.#channels.get(topic)?.isJoined ?? false;
  }

  /** Undefined: nobody wants the topic. */
  statusOf(topic: string): ChannelStatus | undefined {
    return this.#channels.get(topic)?.status;
  }

  /** Of a topic that nobody wants it is empty, and stays so. */
  presence(topic: string): ChannelPresence {
    return this.#channels.get(topic)?.presence ?? this.nobodyThere;
  }

  isWanted(topic: string): boolean {
    return this.#channels.has(topic);
  }

  routeOf(topic: string): PushRoute | null {
    return this.#channels.get(topic)?.openRoute ?? null;
  }

  statuses(): ReadonlyMap<string, ChannelStatus> {
    return new Map([...this.#channels].map(([topic, { status }]) => [topic, status]));
  }

  get staleCount(): number {
    return this.#stale;
  }

  /** Each channel's state, and what its pushes wait for. */
  *loads(): Iterable<PushLoad & { readonly state: ChannelState }> {
    for (const { state, load } of this.#channels.values()) yield { ...load, state };
  }

  /** What all pushes together wait for. */
  get load(): PushLoad {
    const sum = { messages: 0, bytes: 0, unanswered: 0 };
    for (const { messages, bytes, unanswered } of this.loads()) {
      sum.messages += messages;
      sum.bytes += bytes;
      sum.unanswered += unanswered;
    }
    return sum;
  }

  /** What the end of the client would lose: pushes never sent, and those sent and not replied to. */
  get unfinished(): { readonly unsent: number; readonly unanswered: number } {
    const { messages, unanswered } = this.load;
    const { unfinished } = this.confirmed;
    return {
      unsent: messages + unfinished.unsent,
      unanswered: unanswered + unfinished.unanswered,
    };
  }

  /** Leaves every topic, which confirmed pushes in a store outlive; resolves when the last leave has ended, in whatever way. */
  async leaveAll(): Promise<void> {
    this.confirmed.persistAll();
    await Promise.all([...this.#channels.values()].map((channel) => channel.leave().outcome()));
  }

  beginGreeting(topic: string): void {
    this.#channels.get(topic)?.beginGreeting();
  }

  endGreeting(topic: string): void {
    this.#channels.get(topic)?.endGreeting();
  }

  receive(inbound: Inbound): void {
    const channel = this.#channels.get(inbound.topic);
    if (channel === undefined) this.#receiveForNobody(inbound);
    else channel.receive(inbound);
  }

  /** What is pushed from now on fails at once. */
  refusePushes(why: string): void {
    this.#refusal = why;
  }

  stop(): void {
    this.refusePushes('the client has stopped');
    this.confirmed.stop();
    for (const channel of this.#channels.values()) channel.stop();
    this.#channels.clear();
    this.#paces.clear();
  }

  stale(topic: string): void {
    this.#stale += 1;
    this.reporter.fact('message.stale', { topic });
  }

  /** The worker is not told: handlers that never reply are nothing out of the ordinary. */
  unanswered(push: PushRequest, why: WhyUnanswered): void {
    const { topic, event, asked } = push;
    this.pushReport.settled(push, why);
    if (!asked) this.reporter.fact('push.unanswered', { topic, event, why });
  }

  changed(topic: string, from: ChannelState, to: ChannelState, reason: string): void {
    this.reporter.fact('channel.state', { topic, from, to, reason });
    this.listener.changed({ who: topic, from, to, reason });
  }

  paceOf(topic: string): Pace {
    return this.#paces.of(topic);
  }

  ended(topic: string, pace: Pace): void {
    const channel = this.#channels.get(topic);
    this.#channels.delete(topic);
    this.#paces.remember(topic, pace, this.ground.clock.monotonic());
    channel?.retire();
  }

  #confirm(topic: string, event: string, payload: unknown, terms: PushTerms): PushRequest {
    const snapshot = this.#snapshotOf(topic, event, payload);
    const twin = this.confirmed.twinOf(terms, { topic, event, payload: snapshot });
    if (twin !== null) return twin;
    const channel = this.#refusal === null ? this.#channels.get(topic) : undefined;
    if (channel === undefined) return this.#drop(topic, event, snapshot, terms);
    if (channel.isLeaving)
      return this.#drop(topic, event, snapshot, terms, `${topic} is being left`);
    return this.confirmed.push({ topic, event, payload: snapshot }, terms);
  }

  #snapshotOf(topic: string, event: string, payload: unknown): object {
    const { enabled, keyField } = this.ground.rules.outbox;
    if (enabled) return snapshotOf(payload, keyField, { topic, event });
    throw badOption("delivery is 'confirmed' and outbox is false: write a policy, or leave it out");
  }

  #drop(
    topic: string,
    event: string,
    payload: unknown,
    terms: PushTerms,
    unwanted = 'the topic is not wanted: join it first',
  ): PushRequest {
    const reason = this.#refusal === null ? 'unwanted' : 'stopped';
    const why = this.#refusal ?? unwanted;
    return this.#nobody.push({ topic, event, payload }, terms, { reason, why });
  }

  /** Its confirmed pushes are orphans, which nobody will send. */
  #leaveUnwanted(topic: string): Leave {
    this.confirmed.leave(topic, `${topic} was left`);
    return this.#nobody.leave(topic);
  }

  /** A reply to a confirmed push that was sent while the topic was wanted; who does not know the topic has not replied. */
  #receiveForNobody(inbound: Inbound): void {
    const { kind, topic } = inbound;
    const push =
      kind === 'reply' && inbound.ref !== null ? this.confirmed.find(topic, inbound.ref) : null;
    if (push === null || kind !== 'reply' || isUnmatched(inbound)) this.stale(topic);
    else this.confirmed.replied(push, inbound);
  }
}

function requirePushable(topic: string, event: string): void {
  if (event !== '' && event !== EVENTS.join && event !== EVENTS.leave) return;
  const what = `event '${event}' cannot be pushed: join and leave do`;
  throw new UsageError('PHX_BAD_OPTION', what, { topic });
}
