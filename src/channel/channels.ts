/** Topic to channel: makes one when a topic is wanted, and hands each what arrives for it. */

import { UsageError } from '../errors.js';
import type { Inbound } from '../protocol/inbound.js';
import { pushMessage } from '../protocol/message.js';
import { EVENTS, PHOENIX_TOPIC } from '../protocol/names.js';
import type { Reporter } from '../telemetry/telemetry.js';
import { Aborts } from './aborts.js';
import { Channel, type ChannelStatus } from './channel.js';
import type { ChannelState } from './channel-effects.js';
import type { ChannelGround, ChannelHub, ChannelListener, Placement } from './hub.js';
import { Moment } from './moment.js';
import { isOver, type Pace, RESTED } from '../policy/pace.js';
import { ChannelPresence } from './presence.js';
import { PushReport } from './push-report.js';
import { type PushOwner, PushRequest, type PushTerms } from './push-request.js';
import type { PushLoad, WhyUnanswered } from './pushes.js';
import { type Join, type Leave, Requests } from './requests.js';
import type { JoinTerms } from './terms.js';

/** More topics than a loop would go through in 10 s. */
const PACES_KEPT = 1000;

export class Channels implements ChannelHub {
  readonly ground: ChannelGround;
  readonly placement: Placement;
  readonly listener: ChannelListener;
  readonly aborts = new Aborts();
  readonly reporter: Reporter;
  readonly pushReport: PushReport;
  readonly #channels = new Map<string, Channel>();
  /** Of topics that nobody wants any more, the newest last. */
  readonly #paces = new Map<string, Pace>();
  /** How many pushes have had their outcome since the start. */
  settledPushes = 0;
  /** Those that wait to be sent, or for a reply. */
  readonly #open = new Set<PushRequest>();
  readonly #settled = new Moment();
  /** The presence of a topic that nobody wants: empty, and for good. */
  readonly nobodyThere: ChannelPresence;
  /** Why nothing is pushed any more, in words; null: it is. */
  #refusal: string | null = null;
  #forgoesUnasked = false;
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
    return this.#channels.get(topic)?.rejoin() ?? this.#lostAlready(topic);
  }

  /** Leaving what nobody wanted succeeds at once. */
  leave(topic: string): Leave {
    return this.#channels.get(topic)?.leave() ?? this.#leftAlready(topic);
  }

  /** Throws `PHX_ENCODING`, and then nothing has happened. */
  push(topic: string, event: string, payload: unknown, terms: PushTerms): PushRequest {
    requirePushable(topic, event);
    const channel = this.#refusal === null ? this.#channels.get(topic) : undefined;
    return (
      channel?.push(event, payload, terms) ??
      this.#unwanted({ topic, event, payload }, terms, 'the topic is not wanted: join it first')
    );
  }

  /** From one who has left the topic, whether or not others want it. Throws `PHX_ENCODING`. */
  pushToNobody(topic: string, event: string, payload: unknown, terms: PushTerms): PushRequest {
    requirePushable(topic, event);
    return this.#unwanted({ topic, event, payload }, terms, 'its channel is closed: join it again');
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

  /** Whether no push waits to be sent or replied to. */
  get isSettled(): boolean {
    return this.#open.size === 0;
  }

  /** Resolves when no push waits any more. */
  settled(): Promise<void> {
    return this.isSettled ? Promise.resolve() : this.#settled.next();
  }

  /** Leaves every topic; resolves when the last leave has ended, in whatever way. */
  async leaveAll(): Promise<void> {
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
    if (channel === undefined) this.stale(inbound.topic);
    else channel.receive(inbound);
  }

  /** From now on nobody waits for the reply to a push that nobody has asked about: when it was sent it is done with. */
  forgoUnasked(): void {
    this.#forgoesUnasked = true;
    for (const push of this.#open) if (push.joinRef !== null) this.pushSent(push);
  }

  pushSent(push: PushRequest): void {
    if (this.#forgoesUnasked && !push.asked) this.#close(push);
  }

  /** What is pushed from now on fails at once. */
  refusePushes(why: string): void {
    this.#refusal = why;
  }

  stop(): void {
    this.refusePushes('the client has stopped');
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

  pushWaits(push: PushRequest): void {
    this.#open.add(push);
  }

  pushSettled(push: PushRequest): void {
    this.settledPushes += 1;
    this.#close(push);
  }

  changed(topic: string, from: ChannelState, to: ChannelState, reason: string): void {
    this.reporter.fact('channel.state', { topic, from, to, reason });
    this.listener.changed({ who: topic, from, to, reason });
  }

  paceOf(topic: string): Pace {
    return this.#paces.get(topic) ?? RESTED;
  }

  ended(topic: string, pace: Pace): void {
    const channel = this.#channels.get(topic);
    this.#channels.delete(topic);
    this.#rememberPace(topic, pace);
    channel?.retire();
  }

  /** For as long as it matters: a topic that is given up and joined anew each time must slow down, too. */
  #rememberPace(topic: string, pace: Pace): void {
    this.#paces.delete(topic);
    this.#paces.set(topic, pace);
    const now = this.ground.clock.monotonic();
    for (const [oldest, its] of this.#paces) {
      if (this.#paces.size <= PACES_KEPT && !isOver(its, now)) return;
      this.#paces.delete(oldest);
    }
  }

  #close(push: PushRequest): void {
    this.#open.delete(push);
    if (this.isSettled) this.#settled.come();
  }

  #leftAlready(topic: string): Leave {
    const requests = new Requests(topic, this.ground.clock, this.#awaited);
    const leave = requests.leave();
    requests.left(true);
    return leave;
  }

  #lostAlready(topic: string): Join {
    const requests = new Requests(topic, this.ground.clock, this.#awaited);
    const join = requests.join(null);
    requests.loseJoin('the topic is not wanted: join it first');
    return join;
  }

  #unwanted(
    { topic, event, payload }: { topic: string; event: string; payload: unknown },
    terms: PushTerms,
    unwanted: string,
  ): PushRequest {
    const ref = this.ground.nextRef();
    this.ground.measure(pushMessage(topic, ref, ref, event, payload));
    const push = new PushRequest({ topic, event, ref, payload }, terms, this.#nobody);
    this.pushReport.begun(push);
    this.pushReport.dropped(push, this.#refusal === null ? 'unwanted' : 'stopped');
    const error = push.fail('PHX_PUSH_DROPPED', this.#refusal ?? unwanted, 'no');
    if (error !== null) this.listener.pushFailed(push, { topic, event, payload, error });
    return push;
  }

  readonly #awaited = (): void => {
    this.listener.awaited();
  };

  /** Owns the pushes of topics that nobody wants, which fail as they are made. */
  readonly #nobody: PushOwner = {
    awaited: this.#awaited,
    cancelled: () => undefined,
    aborted: () => undefined,
    settled: (push) => {
      this.pushSettled(push);
    },
  };
}

function requirePushable(topic: string, event: string): void {
  if (event !== '' && event !== EVENTS.join && event !== EVENTS.leave) return;
  const what = `event '${event}' cannot be pushed: join and leave do`;
  throw new UsageError('PHX_BAD_OPTION', what, { topic });
}
