/** What waits for a worker: the order of arrival, the bound, and what is told of what was shed. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Inbox, type Shed } from '../../../src/client/inbox.js';
import { Line } from '../../../src/client/line.js';

type Item = { readonly topic: string; readonly number: number } | { readonly gap: Shed };

/** A reader that falls behind: 'put', 'take' and now and then 'forget' are interleaved at random. */
const STEPS = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ message: fc.constantFrom('a', 'b', 'c') }) },
    { weight: 1, arbitrary: fc.record({ fact: fc.constant(true) }) },
    { weight: 3, arbitrary: fc.record({ take: fc.constant(true) }) },
    { weight: 1, arbitrary: fc.record({ forget: fc.constantFrom('a', 'b', 'c') }) },
  ),
  { maxLength: 200 },
);

class Reader {
  readonly inbox = new Inbox<Item>((gap) => ({ gap }));
  readonly #line = new Line<Item>();
  /** By topic what was sent and not forgotten. */
  readonly sent: { [topic: string]: number[] } = {};
  /** By topic what was read: a message's number, or how many were lost before the next one. */
  readonly read: { [topic: string]: (number | { lost: number })[] } = {};
  /** All numbers as they were read. */
  readonly order: number[] = [];
  #count = 0;

  /** Lanes are kept from the high water on, and forgotten at the low. */
  message(topic: string, limit: number): void {
    this.#count += 1;
    (this.sent[topic] ??= []).push(this.#count);
    this.inbox.putMessage({ topic, number: this.#count }, topic, this.#count, this.#line);
    if (this.inbox.messages > limit * 0.75) this.inbox.keepLanes([this.#line]);
    if (this.inbox.messages > limit) this.inbox.shed();
  }

  fact(): void {
    this.#count += 1;
    (this.sent['facts'] ??= []).push(this.#count);
    this.inbox.put({ topic: 'facts', number: this.#count }, this.#line);
  }

  /** What was not yet told of the topic is gone. */
  forget(topic: string, limit: number): void {
    const told = (this.read[topic] ?? []).map((item) => (typeof item === 'number' ? 1 : item.lost));
    const [oldest = null] = this.sent[topic]?.splice(told.reduce((sum, one) => sum + one, 0)) ?? [];
    expect(this.inbox.forget(topic, this.#line)).toBe(oldest);
    if (this.inbox.messages <= Math.floor(limit / 2)) this.inbox.forgetLanes([this.#line]);
  }

  take(limit: number): boolean {
    const item = this.inbox.take(this.#line);
    if (this.inbox.messages === Math.floor(limit / 2)) this.inbox.forgetLanes([this.#line]);
    if (item === null) return false;
    if ('gap' in item) {
      const { topic, dropped } = this.inbox.tellGap(item.gap, 0);
      (this.read[topic] ??= []).push({ lost: dropped ?? 0 });
    } else {
      (this.read[item.topic] ??= []).push(item.number);
      this.order.push(item.number);
    }
    return true;
  }
}

function play(
  steps: typeof STEPS extends fc.Arbitrary<infer S> ? S : never,
  limit: number,
): Reader {
  const reader = new Reader();
  for (const step of steps) {
    if ('message' in step) reader.message(step.message, limit);
    else if ('fact' in step) reader.fact();
    else if ('forget' in step) reader.forget(step.forget, limit);
    else reader.take(limit);
    expect(reader.inbox.messages).toBeLessThanOrEqual(limit);
  }
  while (reader.take(limit));
  return reader;
}

/** Puts a gap of the right length wherever numbers are missing. */
function withGaps(sent: readonly number[], read: readonly number[]): (number | { lost: number })[] {
  const told = sent.map((number) => (read.includes(number) ? number : { lost: 1 }));
  return merged(told);
}

describe('an inbox', () => {
  test('never holds more messages than it may, sheds no fact, and tells every gap where it is', () => {
    fc.assert(
      fc.property(STEPS, fc.integer({ min: 1, max: 12 }), (steps, limit) => {
        const { sent, read, order } = play(steps, limit);
        expect(read['facts']).toEqual(sent['facts']);
        expect(order).toEqual([...order].sort((one, other) => one - other));
        for (const topic of ['a', 'b', 'c']) {
          const numbers = (read[topic] ?? []).filter((item) => typeof item === 'number');
          expect(merged(read[topic] ?? [])).toEqual(withGaps(sent[topic] ?? [], numbers));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is empty after everything was taken', () => {
    fc.assert(
      fc.property(STEPS, fc.integer({ min: 1, max: 12 }), (steps, limit) => {
        const { inbox } = play(steps, limit);
        expect([inbox.length, inbox.messages]).toEqual([0, 0]);
      }),
    );
  });

  test('takes from the longest lane, so that a busy topic costs a quiet one nothing', () => {
    const reader = new Reader();
    for (let count = 0; count < 50; count += 1) reader.message('a', 10);
    reader.message('b', 10);
    for (let count = 0; count < 50; count += 1) reader.message('a', 10);
    reader.message('c', 10);
    while (reader.take(10));
    expect(reader.read['b']).toEqual(reader.sent['b']);
    expect(reader.read['c']).toEqual(reader.sent['c']);
    expect(reader.read['a']).toEqual([{ lost: 92 }, ...(reader.sent['a'] ?? []).slice(-8)]);
    expect(reader.inbox.shedTotal).toBe(92);
  });

  test('takes from the longest lane that is left when the longest was forgotten', () => {
    const reader = new Reader();
    for (let count = 0; count < 40; count += 1) reader.message('a', 100);
    for (let count = 0; count < 35; count += 1) reader.message('b', 100);
    for (let count = 0; count < 20; count += 1) reader.message(`early ${count}`, 100);
    reader.forget('a', 100);
    for (let count = 0; count < 60; count += 1) reader.message(`late ${count}`, 100);
    while (reader.take(100));
    const { b, ...quiet } = reader.read;
    expect(b).toEqual([{ lost: 15 }, ...(reader.sent['b'] ?? []).slice(-20)]);
    expect(Object.values(quiet).flat()).toHaveLength(80);
    expect(Object.values(quiet).flat().every(Number.isInteger)).toBe(true);
  });
});

test('the longest lane is looked for anew when the one that was has been worked off', () => {
  const inbox = new Inbox<string>(({ topic }) => `gap of ${topic}`);
  const line = new Line<string>();
  const say = (topic: string, times: number) => {
    for (let time = 0; time < times; time += 1) inbox.putMessage(topic, topic, 0, line);
  };
  say('worked off', 30);
  say('standing', 20);
  inbox.keepLanes([line]);
  for (let taken = 0; taken < 30; taken += 1) inbox.take(line);
  for (let topic = 0; topic < 10; topic += 1) say(`quiet ${topic}`, 1);
  inbox.shed();
  expect(inbox.take(line)).toBe('gap of standing');
});

/** Gaps that follow each other without a message between them are one. */
function merged(read: readonly (number | { lost: number })[]): (number | { lost: number })[] {
  const told: (number | { lost: number })[] = [];
  for (const item of read) {
    const last = told.at(-1);
    if (typeof item === 'object' && typeof last === 'object') last.lost += item.lost;
    else told.push(typeof item === 'object' ? { ...item } : item);
  }
  return told;
}
