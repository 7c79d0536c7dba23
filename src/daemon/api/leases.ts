/** The events that a consumer holds: given out to a pull for a while, or waiting until their topic is free of such. */

import type { InboxEvent } from '../inbox/event.js';

export type HeldEvent = {
  readonly event: InboxEvent;
  /** How often it was given out. */
  leases: number;
  state: 'waiting' | 'leased';
  /** In the clock's monotonic milliseconds: waiting, when it may be given out; leased, until when. */
  at: number;
};

/** Of one topic, in the order of the log. While one pull has some of it, no other gets any: that keeps its order. */
type Lane = { waiting: HeldEvent[]; leased: number; pull: symbol | null };

export class Leases {
  readonly #held = new Map<string, HeldEvent>();
  readonly #lanes = new Map<string | null, Lane>();
  #leased = 0;

  get size(): number {
    return this.#held.size;
  }

  get leased(): number {
    return this.#leased;
  }

  /** Milliseconds until an event may be given out that may not be now; Infinity: none will. */
  nextIn(now: number): number {
    let next = Infinity;
    for (const { at } of this.#held.values()) if (at > now) next = Math.min(next, at);
    return next - now;
  }

  hold(event: InboxEvent): HeldEvent {
    const held: HeldEvent = { event, leases: 0, state: 'waiting', at: 0 };
    this.#held.set(event.id, held);
    this.#laneOf(event.topic).waiting.push(held);
    return held;
  }

  /** Those that a pull may have now, each leased to it as it is taken. */
  *free(pull: symbol, now: number, until: number): Generator<HeldEvent> {
    for (const lane of this.#lanes.values()) {
      while (isFree(lane, pull, now)) yield this.#lease(lane, pull, until);
    }
  }

  /** The next of one topic, if the pull may have it. */
  next(topic: string | null, pull: symbol, now: number, until: number): HeldEvent | null {
    const lane = this.#laneOf(topic);
    return isFree(lane, pull, now) ? this.#lease(lane, pull, until) : null;
  }

  /** What was not acknowledged in time waits again, at the place it had. */
  expire(now: number): void {
    for (const held of this.#held.values()) {
      if (held.state === 'leased' && held.at <= now) this.#giveBack(held, now);
    }
  }

  /** Null: it is not held, or was never given out. */
  find(id: string): HeldEvent | null {
    const held = this.#held.get(id);
    return held === undefined || held.leases === 0 ? null : held;
  }

  end(held: HeldEvent): void {
    const lane = this.#laneOf(held.event.topic);
    if (held.state === 'leased') this.#free(lane);
    else lane.waiting.splice(lane.waiting.indexOf(held), 1);
    this.#held.delete(held.event.id);
    if (lane.leased === 0 && lane.waiting.length === 0) this.#lanes.delete(held.event.topic);
  }

  /** One that waits already keeps its time. */
  retry(held: HeldEvent, at: number): void {
    if (held.state === 'leased') this.#giveBack(held, at);
  }

  #lease(lane: Lane, pull: symbol, until: number): HeldEvent {
    const held = lane.waiting.shift();
    if (held === undefined) throw new Error('a lane without a waiting event was taken for free');
    Object.assign(held, { state: 'leased', at: until, leases: held.leases + 1 });
    lane.leased += 1;
    lane.pull = pull;
    this.#leased += 1;
    return held;
  }

  #giveBack(held: HeldEvent, at: number): void {
    const lane = this.#laneOf(held.event.topic);
    this.#free(lane);
    Object.assign(held, { state: 'waiting', at });
    const { position } = held.event;
    const later = lane.waiting.findIndex((other) => other.event.position > position);
    lane.waiting.splice(later === -1 ? lane.waiting.length : later, 0, held);
  }

  #free(lane: Lane): void {
    lane.leased -= 1;
    this.#leased -= 1;
  }

  #laneOf(topic: string | null): Lane {
    const known = this.#lanes.get(topic);
    if (known !== undefined) return known;
    const lane: Lane = { waiting: [], leased: 0, pull: null };
    this.#lanes.set(topic, lane);
    return lane;
  }
}

function isFree(lane: Lane, pull: symbol, now: number): boolean {
  const [first] = lane.waiting;
  return first !== undefined && first.at <= now && (lane.leased === 0 || lane.pull === pull);
}
