/**
 * What waits for the worker, in order of arrival. When much waits, each message also stands in the lane of its topic, and the
 * longest lane is the one that loses its oldest message when there is too much: a busy topic gaps itself, not its neighbours.
 */

import type { GapFact } from '../channel/facts.js';

/** A turn that waits. A linked list, because one may be shed from the middle. */
type Waiting<T> = {
  turn: T;
  /** Null: never shed. */
  topic: string | null;
  /** Wall-clock time of a message's arrival. */
  readonly at: number;
  previous: Waiting<T> | null;
  next: Waiting<T> | null;
  /** The next one in its lane. */
  behind: Waiting<T> | null;
};

/** The waiting messages of one topic. */
class Lane<T> {
  length = 0;
  #first: Waiting<T> | null = null;
  #last: Waiting<T> | null = null;

  append(waiting: Waiting<T>): void {
    if (this.#last === null) this.#first = waiting;
    else this.#last.behind = waiting;
    this.#last = waiting;
    this.length += 1;
  }

  /** Takes out the first, which is the oldest. */
  shift(): Waiting<T> | null {
    const first = this.#first;
    if (first === null) return null;
    this.#first = first.behind;
    if (this.#first === null) this.#last = null;
    first.behind = null;
    this.length -= 1;
    return first;
  }
}

/** Lanes shorter than this are all alike. */
const SHORT = 8;

/** What was shed of a topic and is not yet told. */
export type Shed = { readonly topic: string; readonly since: number; dropped: number };

export class Inbox<T> {
  readonly #gapTurn: (shed: Shed) => T;
  #first: Waiting<T> | null = null;
  #last: Waiting<T> | null = null;
  #length = 0;
  #messages = 0;
  #shedTotal = 0;
  /** Null while little waits: then a message costs no look-up. */
  #lanes: Map<string, Lane<T>> | null = null;
  /** What was shed and is not yet told, and where that stands. */
  readonly #gaps = new Map<string, { readonly shed: Shed; readonly waiting: Waiting<T> }>();
  /** As far as is known: noted when lanes grow, so that no message costs a search. */
  #longest = new Lane<T>();
  /** How long it was when it was found; 0: too short for it to matter. */
  #peak = 0;

  /** `gapTurn` makes the turn that stands where messages were shed. */
  constructor(gapTurn: (shed: Shed) => T) {
    this.#gapTurn = gapTurn;
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
    return this.#shedTotal;
  }

  put(turn: T): void {
    this.#append({ turn, topic: null, at: 0, previous: this.#last, next: null, behind: null });
  }

  putMessage(turn: T, topic: string, at: number): void {
    const waiting = { turn, topic, at, previous: this.#last, next: null, behind: null };
    this.#append(waiting);
    this.#messages += 1;
    if (this.#lanes !== null) this.#line(waiting, topic);
  }

  /** The turn that waits longest. */
  take(): T | null {
    const waiting = this.#first;
    if (waiting === null) return null;
    this.#unlink(waiting);
    if (waiting.topic !== null) {
      this.#messages -= 1;
      this.#lanes?.get(waiting.topic)?.shift();
    }
    return waiting.turn;
  }

  /** Much waits: from now on there are lanes, so that some of it may be shed. */
  keepLanes(): void {
    if (this.#lanes !== null) return;
    this.#lanes = new Map();
    for (let waiting = this.#first; waiting !== null; waiting = waiting.next) {
      if (waiting.topic !== null) this.#line(waiting, waiting.topic);
    }
  }

  /** Little waits. */
  forgetLanes(): void {
    this.#lanes = null;
    this.#longest = new Lane();
    this.#peak = 0;
    for (let waiting = this.#first; waiting !== null; waiting = waiting.next) waiting.behind = null;
  }

  /** Sheds a message. The first of its topic leaves a turn that tells of the gap, where it stood. */
  shed(): void {
    if (this.#longest.length < this.#peak / 2) this.#findLongest();
    const waiting = this.#longest.shift();
    if (waiting === null) return;
    const { topic, at } = waiting;
    if (topic === null) return;
    this.#messages -= 1;
    this.#shedTotal += 1;
    const gap = this.#gaps.get(topic);
    if (gap === undefined) this.#leaveGap(waiting, { topic, since: at, dropped: 1 });
    else {
      gap.shed.dropped += 1;
      this.#unlink(waiting);
    }
  }

  /** Takes out what waits of a topic. The arrival of the oldest; null: nothing waited. A command's doing, so it may search. */
  forget(topic: string): number | null {
    const gap = this.#gaps.get(topic);
    if (gap !== undefined) this.#unlink(gap.waiting);
    let since = gap?.shed.since ?? null;
    for (let waiting = this.#first; waiting !== null; waiting = waiting.next) {
      if (waiting.topic !== topic) continue;
      since ??= waiting.at;
      this.#unlink(waiting);
      this.#messages -= 1;
    }
    this.#gaps.delete(topic);
    this.#unline(topic);
    return since;
  }

  /** Called when it is told. */
  tellGap({ topic, since, dropped }: Shed, now: number): GapFact {
    this.#gaps.delete(topic);
    return { topic, from: new Date(since), to: new Date(now), dropped };
  }

  clear(): void {
    this.#first = null;
    this.#last = null;
    this.#length = 0;
    this.#messages = 0;
    this.forgetLanes();
    this.#gaps.clear();
  }

  #leaveGap(waiting: Waiting<T>, shed: Shed): void {
    this.#gaps.set(shed.topic, { shed, waiting });
    waiting.topic = null;
    waiting.turn = this.#gapTurn(shed);
  }

  #line(waiting: Waiting<T>, topic: string): void {
    let lane = this.#lanes?.get(topic);
    if (lane === undefined) {
      lane = new Lane();
      this.#lanes?.set(topic, lane);
    }
    lane.append(waiting);
    if (lane.length > this.#longest.length) this.#longest = lane;
    if (this.#longest.length >= SHORT) this.#peak = Math.max(this.#peak, this.#longest.length);
  }

  #unline(topic: string): void {
    this.#lanes?.delete(topic);
    this.#findLongest();
  }

  /** Seldom: when the longest was forgotten, or has been worked off by half while others may have stood still. */
  #findLongest(): void {
    this.#longest = new Lane();
    for (const lane of this.#lanes?.values() ?? []) {
      if (lane.length > this.#longest.length) this.#longest = lane;
    }
    this.#peak = this.#longest.length < SHORT ? 0 : this.#longest.length;
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
