/** The life of a channel: runs its chart and does what the chart decides. */

import { type Actor, createActor } from 'xstate';
import type { JoinError } from '../errors.js';
import { type ChannelFailure, decidedRejoin, rejoinDelay } from '../policy/rejoin.js';
import type { ChannelEffects, ChannelEvent, ChannelState } from './channel-effects.js';
import { channelMachine } from './channel.machine.js';
import type { GapFact } from './facts.js';
import { factOf, isUnauthorized } from './failure.js';
import type { Carrier, ChannelHub } from './hub.js';
import type { Joiner } from './join-queue.js';
import { restLeft } from '../policy/pace.js';
import { JoinReport } from './join-report.js';
import { areAtHand, type Membership } from './membership.js';
import type { Pushes, Refusal } from './pushes.js';
import { Requests } from './requests.js';
import type { JoinTerms } from './terms.js';

export class ChannelLife implements ChannelEffects, Joiner {
  readonly topic: string;
  readonly membership: Membership;
  readonly requests: Requests;
  readonly #hub: ChannelHub;
  readonly #pushes: Pushes;
  readonly #report: JoinReport;
  readonly #actor: Actor<typeof channelMachine>;
  params: unknown;
  terms: JoinTerms;
  response: unknown = null;
  state: ChannelState = 'closed';
  since: number;
  error: JoinError | null = null;
  /** Of the newest join that was accepted. */
  gap: GapFact | null = null;
  #joinedAt = 0;

  constructor(
    topic: string,
    hub: ChannelHub,
    membership: Membership,
    pushes: Pushes,
    join: { params: unknown; terms: JoinTerms },
  ) {
    this.topic = topic;
    this.#hub = hub;
    this.#pushes = pushes;
    this.params = join.params;
    this.terms = join.terms;
    const { clock, inspect } = hub.ground;
    this.since = clock.now();
    this.#report = new JoinReport(topic, hub.reporter, clock);
    this.membership = membership;
    this.requests = new Requests(topic, clock, () => {
      hub.listener.awaited();
    });
    this.#actor = createActor(channelMachine, { input: this, clock, ...(inspect && { inspect }) });
  }

  start(): void {
    this.#actor.start();
  }

  send(event: ChannelEvent): void {
    this.#actor.send(event);
  }

  get isLeaving(): boolean {
    return this.#actor.getSnapshot().matches({ leaving: 'forGood' });
  }

  /** Whether a join has been written and is not given up. */
  get isAsking(): boolean {
    return this.#actor.getSnapshot().matches({ joining: 'asking' });
  }

  /** The client stops: what is pending settles, and nobody is told. */
  stop(): void {
    this.#actor.stop();
    this.membership.open = false;
    this.membership.forget();
    this.#pushes.shut();
    this.#settleAll({ reason: 'stopped', why: 'the client stopped' });
    this.requests.left(true);
  }

  takeTurn(): void {
    this.send({ type: 'turn.given' });
  }

  /** Another socket carries the channel. */
  move(carrier: Carrier): void {
    this.freeTurn();
    this.membership.carrier = carrier;
    this.requests.joinWaits(this.terms.timeout);
    this.send({ type: 'channel.moved' });
  }

  // What the chart reads.

  get paramsTimeout(): number {
    return this.#hub.ground.rules.paramsTimeout;
  }

  get leaveTimeout(): number {
    return this.#hub.ground.rules.leaveTimeout;
  }

  get closeIsAwaited(): boolean {
    return this.#hub.ground.rules.closeIsAwaited && this.membership.accepted;
  }

  isSocketUp(): boolean {
    return this.membership.carrier.online;
  }

  restLeft(): number {
    return restLeft(this.membership.pace, this.#hub.ground.clock.monotonic());
  }

  mayBeJoined(): boolean {
    return this.membership.joinRef !== null && this.isSocketUp();
  }

  joinTimeLeft(timeouts: number): number {
    return this.membership.timeLeft(this.terms.timeout, timeouts);
  }

  isStable(): boolean {
    const { clock, rules } = this.#hub.ground;
    return clock.monotonic() - this.#joinedAt >= rules.stableAfter;
  }

  /** What is announced is what happens, so it has the rest in it that a topic takes which is joined too often. */
  judge(failure: ChannelFailure, failures: number): number | null {
    const retryIn = this.#decide(failure, failures);
    return retryIn === null ? null : Math.max(retryIn, this.restLeft());
  }

  /** What fell with its socket is not the function's to decide: no callback is told of it either. */
  #decide(failure: ChannelFailure, failures: number): number | null {
    const { rejoin } = this.terms;
    const retryIn = rejoinDelay(rejoin, failure, failures, this.#hub.ground.random);
    if (rejoin.decide === null || failure.kind === 'lost') return retryIn;
    const fact = factOf(this.topic, failure, failures, retryIn);
    return decidedRejoin(rejoin, fact, failures, (problem) => {
      this.#hub.listener.policyFailed('rejoin', problem);
    });
  }

  // What the chart decides.

  note(state: ChannelState, failure: ChannelFailure): void {
    if (state === this.state) return;
    const from = this.state;
    if (state === 'joined') this.membership.carrier.count(1);
    if (from === 'joined') this.membership.carrier.count(-1);
    this.state = state;
    this.since = this.#hub.ground.clock.now();
    const isFailure = state === 'errored' || (from === 'joined' && state !== 'leaving');
    this.#hub.changed(this.topic, from, state, isFailure ? failure.kind : '');
  }

  isTurnFree(): boolean {
    return this.membership.carrier.joins.isFree;
  }

  claimTurn(): void {
    this.membership.carrier.joins.claim(this);
  }

  askTurn(): void {
    this.membership.carrier.joins.ask(this);
  }

  forgoTurn(): void {
    this.membership.carrier.joins.forgo(this);
  }

  freeTurn(): void {
    this.membership.carrier.joins.free(this);
  }

  hasParams(): boolean {
    return areAtHand(this.params);
  }

  prepareJoin(attempt: number): void {
    const refused = isUnauthorized(this.terms.rejoin, this.error);
    this.membership.prepare(this.params, { attempt, refused }, (outcome) => {
      if (outcome.given) this.send({ type: 'params.given' });
      else this.send({ type: 'params.failed', error: outcome.error });
    });
  }

  pushJoin(): void {
    try {
      this.#report.writing();
      this.membership.writeJoin(this.#hub.ground.nextRef());
      this.requests.joinWritten();
    } catch (error) {
      this.send({ type: 'params.failed', error });
    }
  }

  forgetJoin(): void {
    this.membership.forget();
  }

  pushLeave(): void {
    try {
      this.membership.writeLeave(this.#hub.ground.nextRef());
    } catch {
      // What the server was not told it does not answer: the leave ends at its deadline.
    }
  }

  openGate(): void {
    this.membership.open = true;
    this.#joinedAt = this.#hub.ground.clock.monotonic();
  }

  shutGate(): void {
    this.membership.shut();
    this.#pushes.shut();
    this.#hub.confirmed.shut(this.topic);
  }

  announceJoined(response: unknown): void {
    const gap = this.membership.gap();
    this.gap = gap;
    this.membership.forgetGap();
    this.response = response;
    this.error = null;
    this.requests.joined(response);
    this.#report.settled('ok');
    this.#hub.listener.joined({ topic: this.topic, response, gap });
  }

  announceFailed(failure: ChannelFailure, failures: number, retryIn: number | null): void {
    const fact = factOf(this.topic, failure, failures, retryIn);
    if ('cause' in fact) {
      this.#pushes.loseSent(`the channel ended (${fact.cause}) before the reply`);
      this.#hub.confirmed.lose(this.topic, fact.cause);
      this.#report.ended(fact);
      this.#hub.listener.channelClosed(fact);
    } else {
      this.error = fact.error;
      this.requests.failJoin(fact.error);
      this.#report.failed(fact);
      this.#hub.listener.joinFailed(fact);
      if (isUnauthorized(this.terms.rejoin, fact.error)) this.#hub.ground.unauthorized();
    }
  }

  announceLost(): void {
    this.#report.settled('lost');
    this.#pushes.loseSent('the connection ended before the reply');
    this.#hub.confirmed.lose(this.topic, 'lost');
    this.requests.loseJoin('the connection ended before the reply');
  }

  announceLeft(inTime: boolean): void {
    this.#pushes.loseSent('the topic was left before the reply');
    this.#hub.confirmed.lose(this.topic, 'left');
    this.requests.left(inTime);
    this.#report.settled('left');
    const { topic } = this;
    this.#hub.listener.channelClosed({ topic, cause: 'left', payload: {}, retryIn: null });
  }

  announceClosed(): void {
    this.membership.forget();
    this.#settleAll({ reason: 'unwanted', why: `${this.topic} is no longer wanted` });
    // Of a leave that a policy function asked for, and then gave the topic up by its answer.
    this.requests.left(true);
    this.#hub.ended(this.topic, this.membership.pace);
  }

  #settleAll(refusal: Refusal): void {
    this.#pushes.loseSent(refusal.why);
    this.#pushes.dropWaiting(refusal);
    this.requests.loseJoin(refusal.why);
  }
}
