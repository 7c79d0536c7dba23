/** What one cursor owes to who reads it, told by plain sets: every event it wants ends as done, or as told by a gap that is done. */

import { expect } from 'vitest';
import type { Cursor, CursorTerms, EventLog } from '../../../src/daemon/inbox/event-log.js';
import type { GapPayload, InboxEvent } from '../../../src/daemon/inbox/event.js';

type Order = CursorTerms['order'];

/** `kept`: never taken, and kept beyond the limit all the same; `lost`: no gap has told it; `told`: one in flight does. */
type State = 'waiting' | 'kept' | 'taken' | 'returned' | 'done' | 'lost' | 'told' | 'over';
type Gap = { readonly event: InboxEvent; readonly positions: readonly number[]; isTaken: boolean };
/** Whether a gap may say that it does not know how many it tells, or must. */
type Doubt = 'may' | 'must';

export class ReaderModel {
  readonly name: string;
  readonly states = new Map<number, State>();
  /** Every event of the log, as it was appended. */
  readonly #events: ReadonlyMap<number, InboxEvent>;
  readonly wants: CursorTerms['wants'];
  /** That were in a gap which was told, and not done when the cursor was closed. */
  readonly #again = new Set<number>();
  readonly #doubts = new Map<string | null, Doubt>();
  readonly #newest = new Map<string | null, number>();
  readonly #torn = new Set<string | null>();
  #gaps: Gap[] = [];
  #order: Order;
  #cursor: Cursor | null = null;

  constructor(
    name: string,
    order: Order,
    wants: CursorTerms['wants'],
    events: ReadonlyMap<number, InboxEvent>,
  ) {
    this.name = name;
    this.#order = order;
    this.wants = wants;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#cursor !== null;
  }

  /** All that it has in flight, events and gaps. */
  get inFlight(): readonly InboxEvent[] {
    const gaps = this.#gaps.filter(({ isTaken }) => isTaken).map(({ event }) => event);
    return [...this.#at('taken').map((position) => this.#event(position)), ...gaps];
  }

  open(log: EventLog, order: Order): void {
    this.#cursor = log.cursor(this.name, {
      wants: this.wants,
      order,
      lasting: true,
      from: 'start',
    });
    if (order === 'none' && this.#order === 'perTopic') this.#keepPassed();
    this.#order = order;
    for (const topic of this.#doubts.keys())
      if (!this.#wantsGapOf(topic)) this.#doubts.delete(topic);
  }

  close(): void {
    this.#cursor?.close();
    this.#closed();
  }

  /** The log was closed. */
  #closed(): void {
    this.#cursor = null;
    for (const position of this.#at('taken')) this.states.set(position, 'returned');
    for (const { positions } of this.#gaps)
      for (const position of positions) this.#untell(position);
    for (const { event } of this.#gaps) {
      const { dropped } = event.payload as GapPayload;
      if (dropped === null) this.#doubts.set(event.topic, 'must');
    }
    this.#gaps = [];
    this.#torn.clear();
  }

  append(event: InboxEvent): void {
    if (this.wants(event)) this.states.set(event.position, 'waiting');
  }

  /** The log's limit has passed the event. */
  passed(event: InboxEvent): void {
    const { topic, position } = event;
    const isLost = this.states.get(position) === 'waiting';
    if (isLost) this.states.set(position, 'lost');
    if (this.isOpen) return;
    if (isLost) this.#doubts.set(topic, 'must');
    else if (!this.states.has(position) && !this.#doubts.has(topic)) this.#doubts.set(topic, 'may');
  }

  /** Takes one, and checks that it is one that may come now. */
  take(): InboxEvent | null {
    const event = this.#cursor?.next() ?? null;
    if (event === null) {
      if (this.isOpen) expect(this.#available(), `${this.name} has nothing to give`).toEqual([]);
      return null;
    }
    if (this.#order === 'perTopic') expect(this.#busyTopics().has(event.topic)).toBe(false);
    if (isGap(event)) this.#takeGap(event);
    else this.#takeEvent(event);
    return event;
  }

  done(event: InboxEvent): void {
    this.#cursor?.done(event);
    const gap = this.#gapOf(event);
    if (gap) for (const position of gap.positions) this.states.set(position, 'over');
    else this.states.set(event.position, 'done');
    this.#gaps = this.#gaps.filter((other) => other !== gap);
  }

  back(event: InboxEvent): void {
    this.#cursor?.back(event);
    const gap = this.#gapOf(event);
    if (gap) gap.isTaken = false;
    else this.states.set(event.position, 'returned');
  }

  /** What it says of itself, and that nothing is left to do. */
  expectRest(): void {
    expect(this.#cursor?.status).toMatchObject({ waiting: 0, inFlight: 0, oldest: null });
    const ends = new Set(this.states.values());
    expect([...ends].filter((state) => state !== 'done' && state !== 'over')).toEqual([]);
  }

  expectCounts(): void {
    if (this.isOpen) expect(this.#cursor?.status.inFlight).toBe(this.inFlight.length);
  }

  #takeEvent(event: InboxEvent): void {
    const { position, topic } = event;
    const state = this.states.get(position);
    expect({ ...event, afterGap: false }).toEqual({ ...this.#event(position), afterGap: false });
    expect(['waiting', 'kept', 'returned'], `${position} is ${state}`).toContain(state);
    if (state === 'returned') this.#expectNoneBefore(event, ['returned']);
    else this.#expectFirst(event);
    this.#newest.set(topic, Math.max(position, this.#newest.get(topic) ?? 0));
    this.states.set(position, 'taken');
  }

  #expectFirst(event: InboxEvent): void {
    expect(event.position).toBeGreaterThan(this.#newest.get(event.topic) ?? 0);
    this.#expectNoneBefore(event, ['waiting', 'kept', 'lost']);
    if (this.#torn.delete(event.topic)) expect(event.afterGap).toBe(true);
  }

  #expectNoneBefore({ position, topic }: InboxEvent, states: readonly State[]): void {
    const before = [...this.states].filter(
      ([other, state]) => other < position && states.includes(state),
    );
    const ofTopic = before.filter(([other]) => this.#event(other).topic === topic);
    expect(ofTopic, `before ${position} in ${this.name}`).toEqual([]);
  }

  #takeGap(event: InboxEvent): void {
    const returned = this.#gaps.find((gap) => gap.event.id === event.id && !gap.isTaken);
    if (returned) {
      expect(event).toEqual(returned.event);
      returned.isTaken = true;
      return;
    }
    const positions = this.#lostOf(event.topic);
    this.#expectGap(event, positions);
    for (const position of positions) this.states.set(position, 'told');
    this.#doubts.delete(event.topic);
    this.#torn.add(event.topic);
    this.#gaps.push({ event, positions, isTaken: true });
  }

  #expectGap(event: InboxEvent, positions: readonly number[]): void {
    const { topic, position, payload, id } = event;
    const doubt = this.#doubts.get(topic);
    const { dropped, cause } = payload as GapPayload;
    expect(cause).toBe('overflow');
    if (dropped !== null || doubt === undefined) expect(dropped).toBe(positions.length);
    if (doubt === 'must') expect(dropped).toBeNull();
    if (doubt === undefined) expect(positions).not.toEqual([]);
    const first = Number(/-gap-(\d+)$/.exec(id)?.[1]);
    expect(first).toBeLessThanOrEqual(Math.min(...positions, position));
    expect(position).toBeGreaterThanOrEqual(Math.max(...positions, first));
    if (positions.some((lost) => this.#again.has(lost))) return;
    this.#expectNoneBefore(event, ['waiting', 'kept']);
    if (positions.length > 0)
      expect(Math.min(...positions)).toBeGreaterThan(this.#newest.get(topic) ?? 0);
  }

  /** Positions that could be given now. */
  #available(): readonly number[] {
    const states: readonly State[] = ['waiting', 'kept', 'returned', 'lost'];
    const open = [...this.states].filter(([, state]) => states.includes(state));
    const busy = this.#order === 'perTopic' ? this.#busyTopics() : new Set();
    const gaps = this.#gaps.filter(({ isTaken }) => !isTaken).map(({ event }) => event);
    const events = [...open.map(([position]) => this.#event(position)), ...gaps];
    return events.filter(({ topic }) => !busy.has(topic)).map(({ position }) => position);
  }

  #busyTopics(): ReadonlySet<string | null> {
    return new Set(this.inFlight.map(({ topic }) => topic));
  }

  /** Where order goes by topic no more, what waits behind anything that was passed is kept like what is in flight. */
  #keepPassed(): void {
    const passed = Math.max(0, ...this.#at('done'), ...this.#at('returned'));
    for (const position of this.#at('waiting'))
      if (position < passed) this.states.set(position, 'kept');
  }

  #untell(position: number): void {
    this.states.set(position, 'lost');
    this.#again.add(position);
  }

  #wantsGapOf(topic: string | null): boolean {
    return this.wants({ kind: 'gap', topic, event: 'gap' } as InboxEvent);
  }

  #lostOf(topic: string | null): readonly number[] {
    return this.#at('lost').filter((position) => this.#event(position).topic === topic);
  }

  #at(state: State): readonly number[] {
    return [...this.states].filter(([, other]) => other === state).map(([position]) => position);
  }

  #gapOf(event: InboxEvent): Gap | undefined {
    return isGap(event) ? this.#gaps.find((gap) => gap.event.id === event.id) : undefined;
  }

  #event(position: number): InboxEvent {
    const event = this.#events.get(position);
    if (event === undefined) throw new Error(`there is no event ${position}`);
    return event;
  }
}

function isGap({ id }: InboxEvent): boolean {
  return id.includes('-gap-');
}
