/**
 * The turns of a worker. All of them run one at a time, in order; or those of each topic do, and topics run beside each other and
 * beside what belongs to none. What waits is bounded, all of it together.
 */

import type { GapFact } from '../channel/facts.js';
import { Moment } from '../channel/moment.js';
import type { Concurrency } from '../policy/concurrency.js';
import type { InboxRule } from '../policy/inbox.js';
import { Inbox, type Shed } from './inbox.js';
import type { Line } from './line.js';
import type { Pressure } from './pressure.js';
import { Strand, type StrandOwner } from './strand.js';
import { comesFirst, type MessageTurn, topicOf, type Turn } from './turn.js';

/** Part of the limit at which reading stops, and at which it goes on: what is read already must find room. */
const HIGH_WATER = 0.75;
const LOW_WATER = 0.5;

/** What a mailbox needs of its client. */
export interface MailboxOwner {
  readonly pressure: Pressure;
  /** Must not throw, nor reject. */
  run(turn: Turn): void | Promise<void>;
  /** More messages wait than may, and none is to be shed. */
  overflowed(): void;
}

export class Mailbox implements StrandOwner {
  readonly #owner: MailboxOwner;
  readonly #rule: InboxRule;
  readonly #high: number;
  readonly #low: number;
  readonly #inbox = new Inbox<Turn>((shed) => ({ callback: 'handleGap', shed }));
  /** Of what belongs to no topic; or of everything. */
  readonly #own = new Strand(null, this);
  /** Of the topics of which anything waits or runs; null: they have none of their own. */
  readonly #topics: Map<string, Strand> | null;
  /** Turns that have not ended and that those of topics wait for. */
  #ahead = 0;
  #isClosed = false;
  #takesMessages = true;
  /** From the high water until the low. */
  #isCrowded = false;
  readonly #idle = new Moment();
  #woken: Strand[] = [];

  constructor(rule: InboxRule, concurrency: Concurrency, owner: MailboxOwner) {
    this.#rule = rule;
    this.#owner = owner;
    this.#high = Math.ceil(rule.messages * HIGH_WATER);
    this.#low = Math.floor(rule.messages * LOW_WATER);
    this.#topics = concurrency === 'topic' ? new Map<string, Strand>() : null;
  }

  /** How many turns wait. */
  get depth(): number {
    return this.#inbox.length;
  }

  /** How many turns wait for this one to end. */
  waitingFor(turn: Turn): number {
    const topic = topicOf(turn);
    if (this.#topics === null || comesFirst(turn)) return this.depth;
    const strand = topic === null ? this.#own : this.#topics.get(topic);
    return [...(strand?.line ?? [])].length;
  }

  /** How many messages were shed since the start. */
  get shed(): number {
    return this.#inbox.shedTotal;
  }

  /** How many messages may wait, and how many turns besides. */
  get limit(): number {
    return this.#rule.messages;
  }

  /** Whether as many turns wait, besides messages, as messages may. */
  get isFull(): boolean {
    return this.#inbox.length - this.#inbox.messages >= this.#rule.messages;
  }

  /** No turn runs, and none waits. */
  get isIdle(): boolean {
    const isBusy = this.#own.isRunning || (this.#topics !== null && this.#topics.size > 0);
    return this.#isClosed || !isBusy;
  }

  post(turn: Turn): void {
    if (this.#isClosed) return;
    const strand = this.#strandFor(turn);
    this.#inbox.put(turn, strand.line);
    if (this.#inbox.length > this.#high) this.#crowded();
    strand.wake();
  }

  /** `at` is the wall-clock time of its arrival. */
  postMessage(turn: MessageTurn, at: number): void {
    if (this.#isClosed || !this.#takesMessages) return;
    const { topic } = turn.fact;
    const strand = this.#topics === null ? this.#own : this.#strandOf(topic, this.#topics);
    this.#inbox.putMessage(turn, topic, at, strand.line);
    if (this.#inbox.length > this.#high) this.#crowded();
    strand.wake();
  }

  /** The messages of a topic that wait are not handled. The arrival of the oldest; null: none waited. */
  forget(topic: string): number | null {
    const strand = this.#topics === null ? this.#own : this.#topics.get(topic);
    if (strand === undefined) return null;
    const since = this.#inbox.forget(topic, strand.line);
    if (this.#inbox.length <= this.#low) this.#calmed();
    return since;
  }

  /** What was shed of a topic until now, to be told. */
  tellGap(shed: Shed, now: number): GapFact {
    return this.#inbox.tellGap(shed, now);
  }

  /** From now on what the server says is nobody's business any more; replies and life-cycle facts still are. */
  refuseMessages(): void {
    this.#takesMessages = false;
  }

  /** Resolves when no turn runs, and none waits. */
  idle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : this.#idle.next();
  }

  /** Takes no more turns and forgets those that wait; resolves when those that run have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#inbox.clear(this.#lines());
    // A turn that closes its own mailbox has not yet returned its promise.
    await Promise.resolve();
    await Promise.all(this.#strands().flatMap(({ current }) => current ?? []));
  }

  // What its strands need.

  take(strand: Strand): Turn | null {
    if (this.#ahead > 0 && strand !== this.#own) return null;
    const turn = this.#inbox.take(strand.line);
    if (this.#inbox.length === this.#low) this.#calmed();
    return turn;
  }

  run(turn: Turn): void | Promise<void> {
    const running = this.#owner.run(turn);
    if (this.#topics === null || !comesFirst(turn)) return running;
    if (running !== undefined) return running.then(this.#letTopicsRun);
    this.#letTopicsRun();
  }

  /**
   * Turns run in a microtask of their own, never inside the call that posts them: a callback must not see the middle of a transition.
   * One for all strands that are woken together: a microtask costs as much as handling a small message.
   */
  woke(strand: Strand): void {
    if (this.#woken.push(strand) === 1) queueMicrotask(this.#runWoken);
  }

  /** A topic of which nothing waits costs nothing. */
  rested({ topic, line }: Strand): void {
    if (topic !== null && line.first === null) this.#topics?.delete(topic);
    if (this.isIdle) this.#idle.come();
  }

  #strandFor(turn: Turn): Strand {
    if (this.#topics === null) return this.#own;
    if (comesFirst(turn)) this.#ahead += 1;
    const topic = topicOf(turn);
    return topic === null ? this.#own : this.#strandOf(topic, this.#topics);
  }

  #strandOf(topic: string, topics: Map<string, Strand>): Strand {
    const known = topics.get(topic);
    if (known !== undefined) return known;
    const strand = new Strand(topic, this);
    topics.set(topic, strand);
    return strand;
  }

  readonly #runWoken = (): void => {
    const woken = this.#woken;
    this.#woken = [];
    for (const strand of woken) strand.drain();
  };

  readonly #letTopicsRun = (): void => {
    this.#ahead -= 1;
    if (this.#ahead > 0) return;
    for (const strand of this.#topics?.values() ?? []) strand.wake();
  };

  #strands(): readonly Strand[] {
    return [this.#own, ...(this.#topics?.values() ?? [])];
  }

  #lines(): readonly Line<Turn>[] {
    return this.#strands().map(({ line }) => line);
  }

  #crowded(): void {
    if (!this.#isCrowded) this.#begin();
    this.#owner.pressure.rose();
    if (this.#inbox.messages <= this.#rule.messages) return;
    if (this.#rule.whenFull === 'disconnect') this.#owner.overflowed();
    else this.#inbox.shed();
  }

  #begin(): void {
    this.#isCrowded = true;
    this.#inbox.keepLanes(this.#lines());
    const { length: depth, longestTopic: topic } = this.#inbox;
    this.#owner.pressure.began({ topic, depth, shed: this.shed });
  }

  #calmed(): void {
    if (!this.#isCrowded) return;
    this.#isCrowded = false;
    this.#inbox.forgetLanes(this.#lines());
    this.#owner.pressure.fell(this.shed);
  }
}
