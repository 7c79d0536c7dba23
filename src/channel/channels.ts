/** Topic to channel: makes one when a topic is wanted, and hands each what arrives for it. */

import { UsageError } from '../errors.js';
import type { Inbound } from '../protocol/inbound.js';
import { pushMessage } from '../protocol/message.js';
import { EVENTS, PHOENIX_TOPIC } from '../protocol/names.js';
import type { Reporter } from '../telemetry/telemetry.js';
import { Channel, type ChannelStatus } from './channel.js';
import type { ChannelState } from './channel-effects.js';
import type { ChannelGround, ChannelHub, ChannelListener, Placement } from './hub.js';
import { PushReport } from './push-report.js';
import { PushRequest, type PushTerms } from './push-request.js';
import type { PushLoad, WhyUnanswered } from './pushes.js';
import { type Join, type Leave, Requests } from './requests.js';
import type { JoinTerms } from './terms.js';

export class Channels implements ChannelHub {
  readonly ground: ChannelGround;
  readonly placement: Placement;
  readonly listener: ChannelListener;
  readonly reporter: Reporter;
  readonly pushReport: PushReport;
  readonly #channels = new Map<string, Channel>();
  #isStopped = false;
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

  /** Leaving what nobody wanted succeeds at once. */
  leave(topic: string): Leave {
    return this.#channels.get(topic)?.leave() ?? this.#leftAlready(topic);
  }

  /** Throws `PHX_ENCODING`, and then nothing has happened. */
  push(topic: string, event: string, payload: unknown, terms: PushTerms): PushRequest {
    if (event === '' || event === EVENTS.join || event === EVENTS.leave) {
      throw new UsageError(
        'PHX_BAD_OPTION',
        `event '${event}' cannot be pushed: join and leave do`,
        {
          topic,
        },
      );
    }
    const channel = this.#channels.get(topic);
    return channel?.push(event, payload, terms) ?? this.#unwanted(topic, event, payload, terms);
  }

  isJoined(topic: string): boolean {
    return this.#channels.get(topic)?.isJoined ?? false;
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

  stop(): void {
    this.#isStopped = true;
    for (const channel of this.#channels.values()) channel.stop();
    this.#channels.clear();
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

  changed(topic: string, from: ChannelState, to: ChannelState): void {
    this.reporter.fact('channel.state', { topic, from, to });
  }

  ended(topic: string): void {
    const channel = this.#channels.get(topic);
    this.#channels.delete(topic);
    channel?.carrier.alight(channel);
  }

  #leftAlready(topic: string): Leave {
    const requests = new Requests(topic, this.ground.clock, this.#awaited);
    const leave = requests.leave();
    requests.left(true);
    return leave;
  }

  #unwanted(topic: string, event: string, payload: unknown, terms: PushTerms): PushRequest {
    const ref = this.ground.nextRef();
    this.ground.measure(pushMessage(topic, ref, ref, event, payload));
    const owner = { awaited: this.#awaited, withdraw: () => undefined };
    const push = new PushRequest({ topic, event, ref, payload }, terms, owner);
    const why = this.#isStopped
      ? 'the client has stopped'
      : 'the topic is not wanted: join it first';
    this.pushReport.begun(push);
    this.pushReport.dropped(push, this.#isStopped ? 'stopped' : 'unwanted');
    const error = push.fail('PHX_PUSH_DROPPED', why, 'no');
    if (error !== null) this.listener.pushFailed(push, { topic, event, payload, error });
    return push;
  }

  readonly #awaited = (): void => {
    this.listener.awaited();
  };
}
