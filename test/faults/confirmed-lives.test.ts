/** Confirmed orders that outlive a client: one that drains in the midst of them, and a worker that crashes again and again. */

import { describe, expect, test } from 'vitest';
import { type OutboxStore, type Replied, supervise } from '../../src/index.js';
import { levelStore, memoryStore } from '../../src/store.js';
import { noReply, PhoenixDouble } from '../../src/testing/index.js';
import { QUICK } from '../support/fault-options.js';
import { numbersTo, OrderBook, OrderWorker } from '../support/order-book.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const TOPICS = ['orders:1', 'orders:2', 'orders:3'];
const EACH = 10;

/** Both outlive a client; one of them a process, too. */
const STORES: readonly [string, () => OutboxStore][] = [
  ['in memory', memoryStore],
  ['on disk', () => levelStore(temporaryFolder())],
];

/** Reads the store as nobody's client, and lets it go. */
async function keysIn(store: OutboxStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.all()) keys.push(key);
  await store.close();
  return keys;
}

/** Joins the topics on a store and pushes nothing: what an earlier client left goes out. */
async function sweep(double: PhoenixDouble, store: OutboxStore) {
  const left = await keysIn(store);
  const worker = new OrderWorker(TOPICS, 0);
  const client = worker.start({ ...QUICK, outbox: { store }, url: double.url });
  await expect.poll(() => [...worker.replied.keys()].sort()).toEqual([...left].sort());
  await client.stop();
  expect(await keysIn(store)).toEqual([]);
  return worker;
}

describe.each(STORES)('with a store %s', (_, make) => {
  test('what a drain in the midst persists is what the next client delivers', async () => {
    let isSilent = false;
    const book = new OrderBook((count) => {
      isSilent ||= count === 14;
      return isSilent ? noReply : {};
    });
    await using double = await PhoenixDouble.start(book.channels);
    const store = make();
    const first = new OrderWorker(TOPICS, EACH);
    const options = { ...QUICK, outbox: { store }, url: double.url };
    await using client = first.start(options);
    // Of each topic one is in flight, and nobody replies.
    await book.until(() => book.arrivals.length === 13 + TOPICS.length);
    const waiting = client.confirmed.list().map(({ key }) => key);

    const report = await client.drain({ grace: 100 });
    isSilent = false;
    const second = await sweep(double, store);

    expect(report).toMatchObject({ persisted: waiting.length, unsent: 0, unanswered: 0 });
    expect(first.failed).toEqual([]);
    expect([...second.replied.keys()].sort()).toEqual([...waiting].sort());
    expect([...first.replied.keys()].filter((key) => second.replied.has(key))).toEqual([]);
    expect(first.replied.size + second.replied.size).toBe(first.total);
    for (const [topic, count] of first.placed) {
      expect(book.firsts(topic), topic).toEqual(numbersTo(count));
    }
  });

  test('a supervised worker that crashes every few replies loses none and disorders none', async () => {
    let replies = 0;
    /** The first life pushes all; each life crashes at a reply. */
    class Crashing extends OrderWorker {
      override handleReply(fact: Replied): void {
        super.handleReply(fact);
        replies += 1;
        if (replies % 5 === 0) throw new TypeError('of the worker');
      }
    }
    const book = new OrderBook();
    await using double = await PhoenixDouble.start(book.channels);
    const store = make();
    const lives: Crashing[] = [];
    const life = (): Crashing => {
      const worker = new Crashing(TOPICS, lives.length === 0 ? EACH : 0, EACH);
      lives.push(worker);
      return worker;
    };
    const restart = { max: 1000, minDelay: 0, maxDelay: 0 };
    const options = { ...QUICK, restart, outbox: { store }, url: double.url };
    await using client = supervise(life, { ...options, telemetry: { fact: () => undefined } });

    await book.until(() => book.distinct === TOPICS.length * EACH);
    await client.stop();
    const last = await sweep(double, store);

    for (const topic of TOPICS) expect(book.firsts(topic), topic).toEqual(numbersTo(EACH));
    const all = [...lives, last];
    expect(all.flatMap(({ failed }) => failed)).toEqual([]);
    const told = all.flatMap(({ replied }) => [...replied.keys()]);
    expect(new Set(told).size).toBe(told.length);
    expect(lives.length).toBeGreaterThan(3);
  });
});
