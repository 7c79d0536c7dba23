/** The turns of a worker: one at a time, in order, each awaited if it returns a promise. What waits is bounded. */

import type { GapFact } from '../channel/facts.js';
import { Moment } from '../channel/moment.js';
import type { InboxRule } from '../policy/inbox.js';
import { Inbox, type Shed } from './inbox.js';
import type { Pressure } from './pressure.js';
import type { MessageTurn, Turn } from './turn.js';

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

export class Mailbox {
  readonly #owner: MailboxOwner;
  readonly #rule: InboxRule;
  readonly #high: number;
  readonly #low: number;
  readonly #inbox = new Inbox<Turn>((shed) => ({ callback: 'handleGap', shed }));
  #state: 'idle' | 'running' | 'closed' = 'idle';
  #current: Promise<void> | null = null;
  #takesMessages = true;
  /** From the high water until the low. */
  #isCrowded = false;
  readonly #idle = new Moment();

  constructor(rule: InboxRule, owner: MailboxOwner) {
    this.#rule = rule;
    this.#owner = owner;
    this.#high = Math.ceil(rule.messages * HIGH_WATER);
    this.#low = Math.floor(rule.messages * LOW_WATER);
  }

  /** How many turns wait. */
  get depth(): number {
    return this.#inbox.length;
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
    return this.#state !== 'running';
  }

  /**
   * Turns run in a microtask of their own, never inside the call that posts them: a callback must not see
   * the middle of a transition.
   */
  post(turn: Turn): void {
    if (this.#state === 'closed') return;
    this.#inbox.put(turn);
    if (this.#inbox.length > this.#high) this.#crowded();
    this.#wake();
  }

  /** `at` is the wall-clock time of its arrival. */
  postMessage(turn: MessageTurn, at: number): void {
    if (this.#state === 'closed' || !this.#takesMessages) return;
    this.#inbox.putMessage(turn, turn.fact.topic, at);
    if (this.#inbox.length > this.#high) this.#crowded();
    this.#wake();
  }

  /** The messages of a topic that wait are not handled. The arrival of the oldest; null: none waited. */
  forget(topic: string): number | null {
    const since = this.#inbox.forget(topic);
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

  /** Takes no more turns and forgets those that wait; resolves when the one that runs has ended. */
  async close(): Promise<void> {
    this.#state = 'closed';
    this.#inbox.clear();
    // A turn that closes its own mailbox has not yet returned its promise.
    await Promise.resolve();
    await this.#current;
  }

  #crowded(): void {
    this.#isCrowded = true;
    this.#inbox.keepLanes();
    this.#owner.pressure.rose();
    if (this.#inbox.messages <= this.#rule.messages) return;
    if (this.#rule.whenFull === 'disconnect') this.#owner.overflowed();
    else this.#inbox.shed();
  }

  #wake(): void {
    if (this.#state === 'running') return;
    this.#state = 'running';
    queueMicrotask(this.#drain);
  }

  /** A loop, so that turns that return nothing cost no promise. */
  readonly #drain = (): void => {
    this.#current = null;
    for (let turn = this.#take(); turn !== null; turn = this.#take()) {
      const running = this.#owner.run(turn);
      if (running === undefined) continue;
      this.#current = running;
      void running.then(this.#drain);
      return;
    }
    if (this.#state === 'running') this.#state = 'idle';
    this.#idle.come();
  };

  #take(): Turn | null {
    const turn = this.#inbox.take();
    if (this.#inbox.length === this.#low) this.#calmed();
    return turn;
  }

  #calmed(): void {
    if (!this.#isCrowded) return;
    this.#isCrowded = false;
    this.#inbox.forgetLanes();
    this.#owner.pressure.fell();
  }
}
