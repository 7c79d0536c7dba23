/**
 * What waits for the worker, in one line or in several, under one bound. When much waits, each message also stands in the lane of its
 * topic, and the longest lane is the one that loses its oldest message when there is too much: a busy topic gaps itself, not its
 * neighbours.
 */

import type { GapFact } from '../channel/facts.js';
import { Lane } from './lane.js';
import type { Line, Waiting } from './line.js';

/** Lanes shorter than this are all alike. */
const SHORT = 8;

/** What was shed of a topic and is not yet told. */
export type Shed = { readonly topic: string; readonly since: number; dropped: number };

export class Inbox<T> {
  readonly #gapTurn: (shed: Shed) => T;
  #length = 0;
  #messages = 0;
  #shedTotal = 0;
  /** Null while little waits: then a message costs no look-up. */
  #lanes: Map<string, Lane<T>> | null = null;
  /** What was shed and is not yet told, and where that stands. */
  readonly #gaps = new Map<string, { readonly shed: Shed; readonly waiting: Waiting<T> }>();
  /** As far as is known: noted when lanes grow, so that no message costs a search. */
  #longest = new Lane<T>(null);
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

  /** The topic with the most messages, once there are lanes; null: no message waits. */
  get longestTopic(): string | null {
    return this.#longest.topic;
  }

  put(turn: T, line: Line<T>): void {
    line.append({ turn, topic: null, at: 0, line, previous: null, next: null, behind: null });
    this.#length += 1;
  }

  putMessage(turn: T, topic: string, at: number, line: Line<T>): void {
    // Made here and not in one place with what else waits: V8 makes the objects of a place where many grow old old from the
    // beginning, and those of a thousand joins would cost messages two thirds of their speed (measured).
    const waiting = { turn, topic, at, line, previous: null, next: null, behind: null };
    line.append(waiting);
    this.#length += 1;
    this.#messages += 1;
    if (this.#lanes !== null) this.#line(waiting);
  }

  /** The turn that waits longest in the line. */
  take(line: Line<T>): T | null {
    const waiting = line.first;
    if (waiting === null) return null;
    this.#unlink(waiting);
    if (waiting.topic !== null) {
      this.#messages -= 1;
      this.#lanes?.get(waiting.topic)?.shift();
    }
    return waiting.turn;
  }

  /** Much waits: from now on there are lanes, so that some of it may be shed. The messages of a topic stand in one line. */
  keepLanes(lines: Iterable<Line<T>>): void {
    if (this.#lanes !== null) return;
    this.#lanes = new Map();
    for (const line of lines) {
      for (const waiting of line) this.#line(waiting);
    }
  }

  /** Little waits. */
  forgetLanes(lines: Iterable<Line<T>>): void {
    this.#lanes = null;
    this.#longest = new Lane(null);
    this.#peak = 0;
    for (const line of lines) {
      for (const waiting of line) waiting.behind = null;
    }
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
  forget(topic: string, line: Line<T>): number | null {
    const gap = this.#gaps.get(topic);
    if (gap !== undefined) this.#unlink(gap.waiting);
    let since = gap?.shed.since ?? null;
    for (const waiting of line) {
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

  clear(lines: Iterable<Line<T>>): void {
    for (const line of lines) line.clear();
    this.#length = 0;
    this.#messages = 0;
    this.forgetLanes([]);
    this.#gaps.clear();
  }

  #leaveGap(waiting: Waiting<T>, shed: Shed): void {
    this.#gaps.set(shed.topic, { shed, waiting });
    waiting.topic = null;
    waiting.turn = this.#gapTurn(shed);
  }

  #line(waiting: Waiting<T>): void {
    const { topic } = waiting;
    if (topic === null) return;
    let lane = this.#lanes?.get(topic);
    if (lane === undefined) {
      lane = new Lane(topic);
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
    this.#longest = new Lane(null);
    for (const lane of this.#lanes?.values() ?? []) {
      if (lane.length > this.#longest.length) this.#longest = lane;
    }
    this.#peak = this.#longest.length < SHORT ? 0 : this.#longest.length;
  }

  #unlink(waiting: Waiting<T>): void {
    waiting.line.unlink(waiting);
    this.#length -= 1;
  }
}
