/** The bounds of what waits, and the order in which it goes. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Outbox } from '../../../src/channel/outbox.js';
import { PushRequest } from '../../../src/channel/push-request.js';
import { DEFAULT_OUTBOX, type OverflowRule } from '../../../src/policy/overflow.js';

fc.configureGlobal({ seed: 41, numRuns: 300 });

const OWNER = {
  awaited: () => undefined,
  cancelled: () => undefined,
  aborted: () => undefined,
  settled: () => undefined,
};
const TERMS = { delivery: 'buffered', timeout: 1, ttl: 1 } as const;

function push(ref: number): PushRequest {
  const message = { topic: 'room:1', event: 'ping', ref: String(ref), payload: {} };
  return new PushRequest(message, TERMS, OWNER);
}

function refs(pushes: readonly PushRequest[]): readonly number[] {
  return pushes.map(({ ref }) => Number(ref));
}

function emptied(outbox: Outbox): readonly number[] {
  const all: PushRequest[] = [];
  for (let next = outbox.shift(); next !== null; next = outbox.shift()) all.push(next);
  return refs(all);
}

/** What is done to an outbox: a push of this size is added, or the one of this index is taken out. */
type Step = { readonly size: number } | { readonly remove: number } | { readonly shift: true };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ size: fc.nat(60) }) },
    { weight: 1, arbitrary: fc.record({ remove: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ shift: fc.constant(true as const) }) },
  ),
  { maxLength: 60 },
);
const rules: fc.Arbitrary<OverflowRule> = fc.record({
  enabled: fc.constant(true),
  messages: fc.integer({ min: 1, max: 8 }),
  bytes: fc.nat(150),
  ttl: fc.constant(1000),
  whenFull: fc.constantFrom('reject' as const, 'dropOldest'),
});

/** The same in the plainest way: a list, looked through each time. */
class Model {
  readonly waiting: { readonly ref: number; readonly size: number }[] = [];
  readonly #rule: OverflowRule;

  constructor(rule: OverflowRule) {
    this.#rule = rule;
  }

  get bytes(): number {
    return this.waiting.reduce((sum, { size }) => sum + size, 0);
  }

  add(ref: number, size: number): readonly number[] {
    if (size > this.#rule.bytes || (this.#isFull(size) && this.#rule.whenFull === 'reject')) {
      return [ref];
    }
    const dropped: number[] = [];
    while (this.#isFull(size)) dropped.push(this.waiting.shift()?.ref ?? -1);
    this.waiting.push({ ref, size });
    return dropped;
  }

  remove(ref: number): void {
    const index = this.waiting.findIndex((each) => each.ref === ref);
    if (index >= 0) this.waiting.splice(index, 1);
  }

  #isFull(size: number): boolean {
    const { messages, bytes } = this.#rule;
    return this.waiting.length >= messages || this.bytes + size > bytes;
  }
}

/** Does the same to both, and expects the same of both. */
class Pair {
  readonly outbox: Outbox;
  readonly model: Model;
  readonly #made: PushRequest[] = [];

  constructor(rule: OverflowRule) {
    this.outbox = new Outbox(rule);
    this.model = new Model(rule);
  }

  take(step: Step): void {
    if ('size' in step) this.#add(step.size);
    else if ('remove' in step) this.#remove(step.remove);
    else expect(this.outbox.shift()?.ref).toBe(this.model.waiting.shift()?.ref.toString());
  }

  #add(size: number): void {
    const ref = this.#made.length;
    const made = push(ref);
    this.#made.push(made);
    expect(refs(this.outbox.add(made, size))).toEqual(this.model.add(ref, size));
  }

  #remove(ref: number): void {
    const made = this.#made[ref];
    if (made !== undefined) this.outbox.remove(made);
    this.model.remove(ref);
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
          expect(pair.outbox.length).toBe(pair.model.waiting.length);
          expect(pair.outbox.length).toBeLessThanOrEqual(rule.messages);
          expect(pair.model.bytes).toBeLessThanOrEqual(rule.bytes);
        }
        const left = pair.model.waiting.map(({ ref }) => ref);
        expect(emptied(pair.outbox)).toEqual(left);
      }),
    );
  });
});
