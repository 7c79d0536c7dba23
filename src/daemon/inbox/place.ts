/** Where one reader is in the log: what waits for it, what it has in flight, and what it has lost. */

import type { InboxEvent } from './event.js';
import type { CursorTerms } from './event-log.js';
import type { Journal, Noted } from './journal.js';
import { Lane } from './lane.js';
import { type LossRecord, lossOf, tellsLoss } from './loss.js';
import { Losses } from './losses.js';
import { Queue } from './queue.js';

export type PlaceRecord = { readonly from: number; readonly order: CursorTerms['order'] };
export type PlaceTerms = PlaceRecord & {
  readonly name: string;
  readonly epoch: string;
  /** Whoever keeps it beyond the process, or nobody. */
  readonly notes: Pick<Journal, 'changed'>;
};

export class Place implements Noted {
  readonly key: string;
  readonly #terms: PlaceTerms;
  readonly #losses: Losses;
  #order: CursorTerms['order'];
  /** Null: nobody reads. */
  #wants: CursorTerms['wants'] | null = null;
  #lanes = new Map<string | null, Lane>();
  #ready = new Queue<Lane>();
  #inFlight = 0;
  #dropped = 0;
  #isGone = false;

  constructor(terms: PlaceTerms) {
    this.key = placeKey(terms.name);
    this.#terms = terms;
    this.#order = terms.order;
    this.#losses = new Losses(terms.name, terms.epoch, terms.notes);
  }

  get text(): string | null {
    const record: PlaceRecord = { from: this.#terms.from, order: this.#order };
    return this.#isGone ? null : JSON.stringify(record);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get waiting(): number {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.waitingCount, 0);
  }

  get oldest(): number | null {
    const times = [...this.#lanes.values()].map((lane) => lane.oldest() ?? Infinity);
    const oldest = times.reduce((least, time) => Math.min(least, time), Infinity);
    return oldest === Infinity ? null : oldest;
  }

  /** Taken, given back, and not done. */
  get held(): readonly InboxEvent[] {
    return [...this.#lanes.values()].flatMap(({ returned }) => returned);
  }

  get hasNext(): boolean {
    for (let lane = this.#ready.at(0); lane; lane = this.#ready.at(0)) {
      if (this.#canGive(lane)) return true;
      this.#ready.shift();
      lane.isReady = false;
    }
    return false;
  }

  /** Whether it has taken the event and not done it. */
  holds({ topic, position }: InboxEvent): boolean {
    return this.#laneOf(topic)?.holds(position) ?? false;
  }

  /** Reads from now on; returns what it held and does not want any more. */
  open({ wants, order }: CursorTerms, kept: readonly InboxEvent[]): readonly InboxEvent[] {
    const { held } = this;
    const isHeld = new Set(held.map(({ position }) => position));
    const isOurs = ({ position }: InboxEvent) =>
      position > this.#terms.from && !isHeld.has(position);
    const all = [...held, ...kept.filter(isOurs)].sort((a, b) => a.position - b.position);
    const passed = all.filter((event) => this.#isSettled(event) || isHeld.has(event.position));
    const open = all.filter((event) => !this.#isSettled(event) && wants(event));
    this.#endLanes();
    this.#order = order;
    this.#wants = wants;
    this.#terms.notes.changed(this);
    for (const { topic, position } of passed) this.#lane(topic).through = position;
    for (const event of open) this.#restore(event);
    for (const topic of [...this.#losses.topics]) this.#restoreGap(topic, wants);
    for (const lane of this.#lanes.values()) this.#offer(lane);
    for (const lane of this.#lanes.values()) this.#terms.notes.changed(lane);
    return held.filter((event) => !wants(event));
  }

  /** What is in flight waits for the next reader. */
  close(): void {
    this.#wants = null;
    this.#ready = new Queue();
    this.#inFlight = 0;
    this.#losses.untell();
    for (const lane of this.#lanes.values()) lane.rest();
  }

  /** After a restart neither is it known. */
  forget(): void {
    this.#endLanes();
    for (const topic of [...this.#losses.topics]) this.#losses.forget(topic);
    this.#isGone = true;
    this.#terms.notes.changed(this);
  }

  /** As it was before a restart. */
  restoreLane(topic: string | null, through: number, open: readonly InboxEvent[]): void {
    const lane = this.#lane(topic);
    lane.through = through;
    lane.returned.push(...open);
  }

  restoreLoss(loss: LossRecord): void {
    this.#losses.restore(loss);
  }

  admit(event: InboxEvent): void {
    if (!this.#wants?.(event)) return;
    const lane = this.#lane(event.topic);
    lane.waiting.push(event);
    this.#offer(lane);
  }

  /** The log's limit has passed the event. */
  drop(event: InboxEvent): void {
    const lane = this.#laneOf(event.topic);
    if (lane?.holds(event.position)) this.#terms.notes.changed(lane);
    else if (this.#isWaiting(event, lane)) this.#lose(event);
    else if (lane) this.#dropIdle(lane, event.position);
  }

  take(): InboxEvent | null {
    if (!this.hasNext) return null;
    const lane = this.#ready.shift();
    if (!lane) return null;
    lane.isReady = false;
    const event = lane.returned.shift() ?? this.#gapIn(lane) ?? this.#firstIn(lane);
    if (!event) return null;
    lane.taken.set(event.position, event);
    lane.through = Math.max(lane.through, event.position);
    this.#inFlight += 1;
    this.#offer(lane);
    return event;
  }

  /** Whether it was in flight. */
  done(event: InboxEvent, tail: number): boolean {
    const lane = this.#untake(event);
    if (!lane) return false;
    if (tellsLoss(event)) this.#losses.done(event.position);
    this.#terms.notes.changed(lane);
    this.#offer(lane);
    this.#dropIdle(lane, tail - 1);
    return true;
  }

  back(event: InboxEvent): void {
    const lane = this.#untake(event);
    if (!lane) return;
    lane.giveBack(event);
    this.#offer(lane);
  }

  #untake(event: InboxEvent): Lane | null {
    const lane = this.#laneOf(event.topic);
    if (!lane?.taken.delete(event.position)) return null;
    this.#inFlight -= 1;
    return lane;
  }

  #gapIn(lane: Lane): InboxEvent | null {
    for (const topic of lane.gaps) {
      lane.gaps.delete(topic);
      return this.#losses.tell(topic);
    }
    return null;
  }

  #firstIn(lane: Lane): InboxEvent | null {
    const event = lane.waiting.shift();
    return event ? this.#losses.marked(event) : null;
  }

  #isWaiting(event: InboxEvent, lane: Lane | undefined): boolean {
    if (this.#wants) return lane?.waiting.at(0) === event;
    return !this.#isSettled(event);
  }

  /** With no reader nobody knows whether it would have been wanted. */
  #lose(event: InboxEvent): void {
    const own = this.#lane(event.topic);
    if (this.#wants) own.waiting.shift();
    own.through = event.position;
    this.#dropped += 1;
    const topic = this.#losses.topicFor(event.topic);
    this.#losses.add(lossOf(event, topic, this.#wants ? 1 : null));
    this.#terms.notes.changed(own);
    this.#lane(topic).gaps.add(topic);
    this.#offer(this.#lane(topic));
  }

  #restore(event: InboxEvent): void {
    const lane = this.#lane(event.topic);
    if (event.position <= lane.through) lane.returned.push(event);
    else lane.waiting.push(event);
  }

  #restoreGap(topic: string | null, wants: CursorTerms['wants']): void {
    const gap = this.#losses.gapOf(topic);
    if (gap && wants(gap)) this.#lane(topic).gaps.add(topic);
    else this.#losses.forget(topic);
  }

  #offer(lane: Lane): void {
    if (lane.isReady || !this.#wants || !this.#canGive(lane)) return;
    lane.isReady = true;
    this.#ready.push(lane);
  }

  #canGive(lane: Lane): boolean {
    return lane.hasNext && (this.#order === 'none' || lane.taken.size === 0);
  }

  #isSettled({ topic, position }: InboxEvent): boolean {
    return position <= this.#terms.from || (this.#laneOf(topic)?.isSettled(position) ?? false);
  }

  #laneOf(topic: string | null): Lane | undefined {
    return this.#lanes.get(this.#order === 'none' ? null : topic);
  }

  #lane(topic: string | null): Lane {
    const known = this.#laneOf(topic);
    if (known) return known;
    const key = this.#order === 'none' ? null : topic;
    const lane = new Lane(this.#terms.name, key, this.#terms.from);
    this.#lanes.set(key, lane);
    return lane;
  }

  /** Nothing of it is in the log any more, so there is nothing to be remembered. */
  #dropIdle(lane: Lane, position: number): void {
    if (!lane.isIdle || lane.through > position) return;
    this.#lanes.delete(lane.topic);
    this.#end(lane);
  }

  #endLanes(): void {
    for (const lane of this.#lanes.values()) this.#end(lane);
    this.#lanes = new Map();
  }

  #end(lane: Lane): void {
    lane.end();
    this.#terms.notes.changed(lane);
  }
}

function placeKey(name: string): string {
  return `place!${JSON.stringify(name)}`;
}
