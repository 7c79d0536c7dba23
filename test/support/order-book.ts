/** Orders that must not be lost: a server that writes down what arrives, and a worker that pushes them confirmed. */

import { expect } from 'vitest';
import { GenSocketClient, type Gap, type Push, type Replied } from '../../src/index.js';
import { Arrivals } from '../../src/transport/arrivals.js';
import type { ChannelTable, ServerChannel } from '../../src/testing/index.js';

type Arrival = { readonly topic: string; readonly key: string; readonly n: number };
type Order = { readonly idempotency_key: string; readonly n: number };

/** What happens to the channel when an order arrives, before it is replied to: their count, from 1. What it returns is the reply. */
export type Trouble = (count: number, channel: ServerChannel) => unknown;

export class OrderBook {
  readonly arrivals: Arrival[] = [];
  readonly channels: ChannelTable;
  readonly #waiting = new Set<() => void>();

  constructor(trouble: Trouble = () => ({})) {
    const place = (payload: unknown, channel: ServerChannel): unknown => {
      const { idempotency_key: key, n } = payload as Order;
      this.arrivals.push({ topic: channel.topic, key, n });
      for (const wake of this.#waiting) wake();
      return trouble(this.arrivals.length, channel);
    };
    this.channels = { 'orders:*': { handle: { place, ping: () => ({}) } } };
  }

  /** The numbers of the topic's orders, each where it came first. */
  firsts(topic: string): readonly number[] {
    const numbers = this.arrivals.flatMap((each) => (each.topic === topic ? [each.n] : []));
    return [...new Set(numbers)];
  }

  /** How many orders there are, of all topics. */
  get distinct(): number {
    return new Set(this.arrivals.map(({ key }) => key)).size;
  }

  /** Resolves when that is so, now or after an arrival. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }
}

const AHEAD = 3;

export class OrderWorker extends GenSocketClient {
  /** By key, how often its reply was told. */
  readonly replied = new Map<string, number>();
  readonly failed: unknown[] = [];
  readonly placed = new Map<string, number>();
  /** Of each connection, by what it went. */
  readonly connected: string[] = [];
  dropped = 0;
  isPlacing = true;
  readonly #each: number;
  readonly #ahead: number;
  readonly #ends = new Arrivals<true>();

  /** `each` is how many orders each topic gets, `ahead` how many at once; then comes one for each reply. */
  constructor(topics: readonly string[], each: number, ahead = AHEAD) {
    super();
    this.#each = each;
    this.#ahead = ahead;
    for (const topic of topics) this.placed.set(topic, 0);
  }

  /** Resolves when all that were placed, and as many as should be, have had their reply, or when one has failed. */
  async settled(): Promise<void> {
    await this.#ends.next();
  }

  get total(): number {
    return [...this.placed.values()].reduce((sum, count) => sum + count, 0);
  }

  override init(): void {
    for (const topic of this.placed.keys()) {
      this.join(topic);
      for (let count = 0; count < this.#ahead; count += 1) this.#place(topic);
    }
  }

  override handleConnected({ transport }: { readonly transport: string }): void {
    this.connected.push(transport);
  }

  override async handleMessage({ topic }: { readonly topic: string }): Promise<void> {
    await this.push(topic, 'ping').outcome();
  }

  override handleGap({ dropped }: Gap): void {
    this.dropped += dropped ?? 0;
  }

  override handleReply({ topic, key, status }: Replied): void {
    if (key === null) return;
    if (status !== 'ok') this.failed.push({ key, status });
    this.replied.set(key, (this.replied.get(key) ?? 0) + 1);
    this.#place(topic);
    if (this.replied.size === this.total) this.#ends.put(true);
  }

  override handlePushError(fact: { readonly error: Error }): void {
    this.failed.push(fact.error);
    this.#ends.put(true);
  }

  #place(topic: string): Push | undefined {
    const n = (this.placed.get(topic) ?? 0) + 1;
    if (!this.isPlacing || n > this.#each) return;
    this.placed.set(topic, n);
    return this.push(topic, 'place', { n }, { delivery: 'confirmed', key: `${topic}/${n}` });
  }
}

/** Each order arrived, in the order of the calls of its topic, and its reply was told once. */
export function expectAllConfirmed(book: OrderBook, worker: OrderWorker): void {
  for (const [topic, count] of worker.placed) {
    expect(book.firsts(topic), topic).toEqual(numbersTo(count));
  }
  expectEachSettledOnce(book, worker);
}

/** Each order arrived, in whatever order, and its reply was told once. */
export function expectEachSettledOnce(book: OrderBook, worker: OrderWorker): void {
  expect(book.distinct).toBe(worker.total);
  expect(worker.failed).toEqual([]);
  expect([...worker.replied.values()].filter((times) => times !== 1)).toEqual([]);
  expect(worker.replied.size).toBe(worker.total);
}

/** From 1. */
export function numbersTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}
