/**
 * What waits for the worker, in order of arrival. Messages may be shed when there are too many, and each waits in the lane of
 * its topic, so that a busy topic costs the others nothing: the longest lane is the one that loses its oldest message.
 */

import type { GapFact } from '../channel/facts.js';

/** A turn that waits. A linked list, because one may be shed from the middle. */
export type Waiting<T> = {
  turn: T;
  /** Wall-clock time of a message's arrival. */
  readonly at: number;
  /** Null: never shed. */
  lane: Lane<T> | null;
  previous: Waiting<T> | null;
  next: Waiting<T> | null;
  /** The next one in its lane. */
  behind: Waiting<T> | null;
};

/** The waiting messages of one topic. */
export class Lane<T> {
  readonly topic: string;
  length = 0;
  first: Waiting<T> | null = null;
  last: Waiting<T> | null = null;
  /** What was shed and is not yet told. */
  shed = 0;
  shedSince = 0;

  constructor(topic: string) {
    this.topic = topic;
  }

  /** What was shed until now; called when that is told. */
  takeGap(now: number): GapFact {
    const [from, to, dropped] = [new Date(this.shedSince), new Date(now), this.shed];
    this.shed = 0;
    return { topic: this.topic, from, to, dropped };
  }

  append(waiting: Waiting<T>): void {
    if (this.last === null) this.first = waiting;
    else this.last.behind = waiting;
    this.last = waiting;
    this.length += 1;
  }

  /** Takes out the first, which is the oldest. */
  shift(): Waiting<T> | null {
    const { first } = this;
    if (first === null) return null;
    this.first = first.behind;
    if (this.first === null) this.last = null;
    first.behind = null;
    this.length -= 1;
    return first;
  }
}

export class Inbox<T> {
  readonly #gapTurn: (lane: Lane<T>) => T;
  #first: Waiting<T> | null = null;
  #last: Waiting<T> | null = null;
  #length = 0;
  #messages = 0;
  #shed = 0;
  /** As far as is known: found when lanes grow, so that nothing is ever searched. */
  #longest: Lane<T>;

  /** `gapTurn` makes the turn that stands where messages were shed. */
  constructor(gapTurn: (lane: Lane<T>) => T) {
    this.#gapTurn = gapTurn;
    this.#longest = new Lane('');
  }

  /** How many turns wait, messages or not. */
  get length(): number {
    return this.#length;
  }

  get messages(): number {
    return this.#messages;
  }

  /** How many messages were shed since the start. */
  get shedTotal(): number {
    return this.#shed;
  }

  put(turn: T): void {
    this.#append({ turn, at: 0, lane: null, previous: this.#last, next: null, behind: null });
  }

  putMessage(lane: Lane<T>, turn: T, at: number): void {
    const waiting = { turn, at, lane, previous: this.#last, next: null, behind: null };
    this.#append(waiting);
    lane.append(waiting);
    this.#messages += 1;
    if (lane.length > this.#longest.length) this.#longest = lane;
  }

  /** The turn that waits longest. */
  take(): T | null {
    const waiting = this.#first;
    if (waiting === null) return null;
    this.#unlink(waiting);
    if (waiting.lane !== null) {
      waiting.lane.shift();
      this.#messages -= 1;
    }
    return waiting.turn;
  }

  /** Sheds a message. The first of a lane leaves a turn that tells of the gap, where it stood. */
  shed(): void {
    const lane = this.#longest;
    const waiting = lane.shift();
    if (waiting === null) return;
    this.#messages -= 1;
    this.#shed += 1;
    lane.shed += 1;
    if (lane.shed > 1) {
      this.#unlink(waiting);
      return;
    }
    lane.shedSince = waiting.at;
    waiting.lane = null;
    waiting.turn = this.#gapTurn(lane);
  }

  clear(): void {
    this.#first = null;
    this.#last = null;
    this.#length = 0;
    this.#messages = 0;
  }

  #append(waiting: Waiting<T>): void {
    if (this.#last === null) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
    this.#length += 1;
  }

  #unlink({ previous, next }: Waiting<T>): void {
    if (previous === null) this.#first = next;
    else previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
    this.#length -= 1;
  }
}
