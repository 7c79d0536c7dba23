/** The bounds of what waits, and the order in which it goes. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Outbox } from '../../../src/channel/outbox.js';
import { PushRequest } from '../../../src/channel/push-request.js';
import type { Place } from '../../../src/channel/push-queue.js';
import { DEFAULT_OUTBOX, type OverflowRule, type WhenFull } from '../../../src/policy/overflow.js';

fc.configureGlobal({ seed: 41, numRuns: 300 });

const OWNER = {
  awaited: () => undefined,
  cancelled: () => undefined,
  aborted: () => undefined,
  settled: () => undefined,
};
const TERMS = { delivery: 'buffered', timeout: 1, ttl: 1 } as const;

/** `queued` is called when the outbox holds it. */
function push(ref: number, queued: () => void = () => undefined): PushRequest {
  const message = { topic: 'room:1', event: 'ping', ref: String(ref), payload: {} };
  const made = new PushRequest(message, TERMS, OWNER);
  const { markQueued } = made;
  made.markQueued = () => {
    queued();
    markQueued.call(made);
  };
  return made;
}

function refs(pushes: readonly PushRequest[]): readonly number[] {
  return pushes.map(({ ref }) => Number(ref));
}

function emptied(outbox: Outbox): readonly number[] {
  const all: PushRequest[] = [];
  for (let next = outbox.shift(); next !== null; next = outbox.shift()) all.push(next);
  return refs(all);
}

/** What is done to an outbox: a push of this size is added, the one of this index is taken out, or the next, or all. */
type Step =
  | { readonly size: number; readonly place: Place }
  | { readonly remove: number }
  | { readonly take: 'shift' | 'shiftAhead' | 'clear' }
  | { readonly level: true };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        size: fc.nat(60),
        place: fc.constantFrom<Place>('behind', 'behind', 'ahead'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat(50) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        take: fc.constantFrom('shift' as const, 'shift', 'shiftAhead', 'shiftAhead', 'clear'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ level: fc.constant(true as const) }) },
  ),
  { maxLength: 60, size: 'max' },
);
const rules: fc.Arbitrary<OverflowRule> = fc.record({
  enabled: fc.constant(true),
  messages: fc.integer({ min: 1, max: 8 }),
  bytes: fc.nat(150),
  ttl: fc.constant(1000),
  whenFull: fc.constantFrom<WhenFull>('reject', 'dropOldest', 'dropNewest', 'block'),
  keyField: fc.constant('key'),
});

type Modelled = { readonly ref: number; readonly size: number; ahead: boolean };

/** The same in the plainest way: lists, looked through each time. */
class Model {
  held: Modelled[] = [];
  blocked: Modelled[] = [];
  readonly #rule: OverflowRule;

  constructor(rule: OverflowRule) {
    this.#rule = rule;
  }

  add(ref: number, size: number, place: Place): readonly number[] {
    const { bytes, whenFull } = this.#rule;
    const one = { ref, size, ahead: place === 'ahead' };
    if (size > bytes) return [ref];
    if (whenFull === 'block') return this.#addOrBlock(one);
    const dropped: number[] = [];
    while (!this.#hasRoom(this.held, size)) {
      if (whenFull === 'reject') return [ref];
      dropped.push(this.#drop(whenFull));
    }
    insert(this.held, one);
    return dropped;
  }

  remove(ref: number): void {
    this.held = this.held.filter((each) => each.ref !== ref);
    this.blocked = this.blocked.filter((each) => each.ref !== ref);
    this.#admit();
  }

  /** Those that went ahead first, whether there is room for them or not. */
  get next(): Modelled | undefined {
    const all = [...this.held, ...this.blocked];
    return all.find(({ ahead }) => ahead) ?? all[0];
  }

  level(): void {
    for (const each of [...this.held, ...this.blocked]) each.ahead = false;
  }

  isWithin(list: readonly Modelled[]): boolean {
    const { messages, bytes } = this.#rule;
    return list.length <= messages && sum(list) <= bytes;
  }

  #addOrBlock(one: Modelled): readonly number[] {
    const before = this.blocked.filter(({ ahead }) => ahead || !one.ahead);
    if (before.length === 0 && this.#hasRoom(this.held, one.size)) insert(this.held, one);
    else if (this.#hasRoom(this.blocked, one.size)) insert(this.blocked, one);
    else return [one.ref];
    return [];
  }

  #drop(whenFull: WhenFull): number {
    const oldest = Math.max(
      0,
      this.held.findIndex(({ ahead }) => !ahead),
    );
    const index = whenFull === 'dropOldest' ? oldest : this.held.length - 1;
    return this.held.splice(index, 1)[0]?.ref ?? -1;
  }

  #admit(): void {
    for (let [first] = this.blocked; first; [first] = this.blocked) {
      if (!this.#hasRoom(this.held, first.size)) return;
      this.blocked.shift();
      insert(this.held, first);
    }
  }

  #hasRoom(list: readonly Modelled[], size: number): boolean {
    return list.length < this.#rule.messages && sum(list) + size <= this.#rule.bytes;
  }
}

function insert(list: Modelled[], one: Modelled): void {
  const ahead = list.filter((each) => each.ahead).length;
  list.splice(one.ahead ? ahead : list.length, 0, one);
}

function sum(list: readonly Modelled[]): number {
  return list.reduce((total, { size }) => total + size, 0);
}

/** Does the same to both, and expects the same of both. */
class Pair {
  readonly outbox: Outbox;
  readonly model: Model;
  readonly #made: PushRequest[] = [];
  readonly #queued = new Set<number>();

  constructor(rule: OverflowRule) {
    this.outbox = new Outbox(rule);
    this.model = new Model(rule);
  }

  take(step: Step): void {
    if ('size' in step) this.#add(step);
    else if ('remove' in step) this.#remove(step.remove);
    else if ('take' in step) this.#take(step.take);
    else this.#level();
  }

  /** The pushes that both hold; those that wait for room are not among them. */
  expectSame(): void {
    const { held, blocked } = this.model;
    expect(this.outbox.length).toBe(held.length);
    expect(this.model.isWithin(held) && this.model.isWithin(blocked)).toBe(true);
    for (const { ref } of held) expect(this.#queued.has(ref)).toBe(true);
    for (const { ref } of blocked) expect(this.#queued.has(ref)).toBe(false);
  }

  #add({ size, place }: { size: number; place: Place }): void {
    const ref = this.#made.length;
    const made = push(ref, () => this.#queued.add(ref));
    this.#made.push(made);
    expect(refs(this.outbox.add(made, size, place))).toEqual(this.model.add(ref, size, place));
  }

  #remove(ref: number): void {
    const made = this.#made[ref];
    if (made !== undefined) this.outbox.remove(made);
    this.model.remove(ref);
  }

  #take(how: 'shift' | 'shiftAhead' | 'clear'): void {
    const { next, held, blocked } = this.model;
    if (how === 'clear') {
      expect(refs(this.outbox.clear())).toEqual([...held, ...blocked].map(({ ref }) => ref));
      for (const { ref } of [...blocked, ...held]) this.model.remove(ref);
      return;
    }
    const isDue = how === 'shift' || next?.ahead === true;
    expect(this.outbox[how]()?.ref).toBe(isDue ? next?.ref.toString() : undefined);
    if (isDue && next !== undefined) this.model.remove(next.ref);
  }

  #level(): void {
    this.outbox.levelAhead();
    this.model.level();
  }
}

describe('an outbox', () => {
  test('takes what just fits, and no more', () => {
    const outbox = new Outbox({ ...DEFAULT_OUTBOX, bytes: 10 });

    expect(refs(outbox.add(push(1), 10))).toEqual([]);
    expect(refs(outbox.add(push(2), 1))).toEqual([2]);
    expect(refs(outbox.add(push(3), 0))).toEqual([]);
    expect(emptied(outbox)).toEqual([1, 3]);
  });

  test('that was emptied has all its room again', () => {
    const outbox = new Outbox({ ...DEFAULT_OUTBOX, messages: 1, bytes: 10 });
    for (let ref = 1; ref <= 3; ref += 1) {
      expect(refs(outbox.add(push(ref), 10))).toEqual([]);
      expect(emptied(outbox)).toEqual([ref]);
    }
    expect(outbox.shift()).toBeNull();
  });

  test('whatever is done to it, keeps its bounds and the order of the calls, and loses nothing', () => {
    fc.assert(
      fc.property(rules, steps, (rule, all) => {
        const pair = new Pair(rule);
        for (const step of all) {
          pair.take(step);
          pair.expectSame();
        }
        while (pair.model.next !== undefined) pair.take({ take: 'shift' });
        expect(pair.outbox.shift()).toBeNull();
      }),
    );
  });
});
