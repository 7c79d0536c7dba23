/** A log, its readers, and what chance does to them. */

import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { diskLog } from '../../../src/daemon/inbox/disk-log.js';
import type { CursorTerms, EventLog } from '../../../src/daemon/inbox/event-log.js';
import type { InboxEvent } from '../../../src/daemon/inbox/event.js';
import { memoryLog } from '../../../src/daemon/inbox/memory-log.js';
import { settled } from './logs.js';
import { news } from './news.js';
import { ReaderModel } from './reader-model.js';

const TOPICS = ['a', 'b', null] as const;
const SIZE = 2 ** 20;
const ORDERS = ['perTopic', 'none'] as const;

export type Step =
  | { readonly do: 'append'; readonly topic: string | null; readonly event: string }
  | { readonly do: 'take'; readonly reader: number }
  | { readonly do: 'done' | 'back'; readonly reader: number; readonly which: number }
  | { readonly do: 'close' | 'open'; readonly reader: number; readonly order: Order }
  | { readonly do: 'reopen'; readonly messages: number }
  | { readonly do: 'crash' };
type Order = CursorTerms['order'];

const reader = fc.nat(2);
const which = fc.nat(5);
const order = fc.constantFrom(...ORDERS);

function step<const D extends Step['do']>(name: D) {
  return fc.constant(name);
}

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        do: step('append'),
        topic: fc.constantFrom(...TOPICS),
        event: fc.constantFrom('x', 'y'),
      }),
    },
    { weight: 10, arbitrary: fc.record({ do: step('take'), reader }) },
    { weight: 6, arbitrary: fc.record({ do: step('done'), reader, which }) },
    { weight: 3, arbitrary: fc.record({ do: step('back'), reader, which }) },
    { weight: 2, arbitrary: fc.record({ do: step('close'), reader, order }) },
    { weight: 3, arbitrary: fc.record({ do: step('open'), reader, order }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: step('reopen'), messages: fc.integer({ min: 2, max: 6 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: step('crash') }) },
  ),
  { maxLength: 80, size: 'max' },
);

/** Where the log is kept; null: in memory, where what would open it again does nothing. */
export class LogWorld {
  readonly readers: readonly ReaderModel[];
  readonly #events = new Map<number, InboxEvent>();
  readonly #path: string | null;
  #messages = 5;
  #log: EventLog;
  #tail = 1;
  #crashes = 0;
  readonly #unsaved = new Set<string>();

  private constructor(path: string | null, log: EventLog) {
    this.#path = path;
    this.#log = log;
    const isAll = () => true;
    const isSome = ({ kind, topic, event }: InboxEvent) =>
      topic !== 'b' && (kind === 'gap' || event === 'x');
    this.readers = [
      new ReaderModel('ordered', 'perTopic', isAll, this.#events),
      new ReaderModel('free', 'none', isAll, this.#events),
      new ReaderModel('picky', 'perTopic', isSome, this.#events),
    ];
    for (const one of this.readers) one.open(log, one.name === 'free' ? 'none' : 'perTopic');
  }

  static async begin(path: string | null): Promise<LogWorld> {
    return new LogWorld(path, await opened(path, 5));
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'append') await this.#append(step.topic, step.event);
    else if (step.do === 'reopen') await this.#reopen(step.messages);
    else if (step.do === 'crash') await this.#crash();
    else this.#read(step);
    for (const one of this.readers) one.expectCounts();
  }

  /** Everybody reads all there is. */
  async rest(): Promise<void> {
    for (const one of this.readers) {
      if (!one.isOpen) one.open(this.#log, 'perTopic');
      for (const event of one.inFlight) one.done(event);
      for (let event = one.take(); event; event = one.take()) one.done(event);
      one.expectRest();
    }
    await settled(this.#log);
  }

  async end(): Promise<void> {
    await this.#log.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  #read(step: Exclude<Step, { do: 'append' | 'reopen' | 'crash' }>): void {
    const one = this.readers[step.reader];
    if (one === undefined) return;
    if (step.do === 'take') one.take();
    else if (step.do === 'close' && one.isOpen) one.close();
    else if (step.do === 'open' && !one.isOpen) one.open(this.#log, step.order);
    else if (step.do === 'done' || step.do === 'back') this.#end(one, step.do, step.which);
  }

  #end(one: ReaderModel, how: 'done' | 'back', at: number): void {
    const event = one.inFlight[at % Math.max(1, one.inFlight.length)];
    if (event === undefined) return;
    one[how](event);
    if (how === 'done') this.#unsaved.add(`${one.name} ${event.id}`);
  }

  async #append(topic: string | null, event: string): Promise<void> {
    const position = this.#events.size + 1;
    void this.#log.append(news(topic, position, { event }));
    await settled(this.#log);
    this.#unsaved.clear();
    const [appended] = this.#log.read(position - 1, 1);
    expect(appended).toMatchObject({
      id: `${this.#log.epoch}-${position}`,
      topic,
      payload: position,
    });
    if (appended === undefined) return;
    this.#events.set(position, appended);
    for (const one of this.readers) one.append(appended);
    this.#pass();
  }

  #pass(): void {
    const tail = Math.max(this.#tail, this.#events.size - this.#messages + 1);
    expect([this.#log.head, this.#log.tail]).toEqual([this.#events.size, tail]);
    for (; this.#tail < tail; this.#tail += 1) {
      const event = this.#events.get(this.#tail);
      if (event) this.readers.forEach((one) => one.passed(event));
    }
  }

  async #reopen(messages: number): Promise<void> {
    if (this.#path === null) return;
    for (const one of this.readers) if (one.isOpen) one.close();
    await this.#log.close();
    this.#messages = messages;
    this.#log = await opened(this.#path, messages);
    this.#unsaved.clear();
    this.#pass();
    const kept = [...this.#events.values()].filter(({ position }) => position >= this.#tail);
    expect(this.#log.read(0, messages)).toEqual(kept);
  }

  /** What another process would find now: all that is not done, and what is done but was not written in time. */
  async #crash(): Promise<void> {
    if (this.#path === null) return;
    this.#crashes += 1;
    const copy = join(dirname(this.#path), `crash-${this.#crashes}`);
    cpSync(this.#path, copy, { recursive: true });
    const log = await opened(copy, this.#messages);
    for (const one of this.readers) this.#expectAll(one, log);
    await log.close();
  }

  #expectAll(one: ReaderModel, log: EventLog): void {
    const cursor = log.cursor(one.name, { ...TERMS, wants: one.wants });
    const seen = new Set<number>();
    const topics = new Set<string | null>();
    for (let event = cursor.next(); event; event = cursor.next()) {
      cursor.done(event);
      if (event.id.includes('-gap-')) {
        topics.add(event.topic);
        continue;
      }
      seen.add(event.position);
      const { position, id } = event;
      const isDone = one.states.get(position) === 'done';
      expect(isDone && !this.#unsaved.has(`${one.name} ${id}`), `${id} again`).toBe(false);
    }
    for (const [position, state] of one.states) {
      const isTold = topics.has(this.#events.get(position)?.topic ?? null);
      // What was in flight when the limit passed it may not be noted yet.
      const mayBeLost = position < this.#tail || state === 'lost' || state === 'told';
      if (state === 'done' || state === 'over' || (mayBeLost && isTold)) continue;
      expect(seen, `${one.name} ${position} ${state}`).toContain(position);
    }
  }
}

const TERMS = { order: 'perTopic', lasting: true, from: 'start' } as const;

async function opened(path: string | null, messages: number): Promise<EventLog> {
  const limits = { messages, size: SIZE };
  return path === null ? memoryLog(limits) : diskLog(path, limits, { lockTimeout: 0 });
}
