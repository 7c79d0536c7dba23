/** Confirmed orders on disk, over every way a client may go, while the server cuts, crashes and kicks. */

import { expect, test } from 'vitest';
import type { ClientOptions } from '../../src/index.js';
import { levelStore } from '../../src/store.js';
import { PhoenixDouble, type PhoenixDoubleOptions } from '../../src/testing/index.js';
import { QUICK } from '../support/fault-options.js';
import {
  expectAllConfirmed,
  expectEachSettledOnce,
  OrderBook,
  OrderWorker,
  type Trouble,
} from '../support/order-book.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const TOPICS = ['orders:1', 'orders:2', 'orders:3', 'orders:4', 'orders:5'];
const EACH = 12;

/** A connection is cut and a channel crashes before the reply; an orderly end of all sockets takes what is in flight. */
const rough =
  (double: () => PhoenixDouble): Trouble =>
  (count, channel) => {
    if (count === 7) channel.killTransport();
    if (count === 15) channel.stop('error');
    if (count === 27) double().kick();
    return {};
  };

/** Only the end of a GET's window tells a client that its session is gone. */
const WINDOW = { longPoll: { window: 100, pubsubTimeout: 10, sessionTimeout: 60_000 } };

test.each<[string, ClientOptions, PhoenixDoubleOptions]>([
  ['over one socket', {}, {}],
  ['over long poll', { transports: ['longpoll'] }, WINDOW],
  ['over several sockets', { maxChannelsPerSocket: 2 }, {}],
  [
    'over sockets whose limit is learnt, so that topics move',
    { maxSockets: 3 },
    { maxChannelsPerSocket: 2 },
  ],
  ['with version 1 of the protocol', { serializer: 'v1', timeouts: { leave: 100 } }, {}],
  ['with callbacks side by side', { concurrency: 'topic' }, {}],
  ['several of a topic in flight, order not being promised', { confirmed: { window: 3 } }, {}],
])('%s every order arrives and is settled once', async (_, options, doubleOptions) => {
  const book: OrderBook = new OrderBook(rough(() => double));
  const double = await PhoenixDouble.start(book.channels, doubleOptions);
  await using __ = double;
  const worker = new OrderWorker(TOPICS, EACH);
  const store = levelStore(temporaryFolder());
  await using client = worker.start({ ...QUICK, ...options, outbox: { store }, url: double.url });

  await worker.settled();

  if (options.confirmed === undefined) expectAllConfirmed(book, worker);
  else expectEachSettledOnce(book, worker);
  expect(worker.total).toBe(TOPICS.length * EACH);
  expect(book.arrivals.length).toBeGreaterThan(book.distinct);
  expect(await client.drain()).toMatchObject({ persisted: 0, unsent: 0, unanswered: 0 });
});

test('with an inbox that sheds, replies are not among what is shed', async () => {
  const flood: Trouble = (count, channel) => {
    if (count % 10 === 0) for (let n = 0; n < 200; n += 1) channel.push('news', { n });
    return {};
  };
  const book = new OrderBook(flood);
  await using double = await PhoenixDouble.start(book.channels);
  const worker = new OrderWorker(TOPICS, EACH);
  const store = levelStore(temporaryFolder());
  const inbox = { messages: 8, whenFull: 'shedOldest' } as const;
  await using client = worker.start({ ...QUICK, inbox, outbox: { store }, url: double.url });

  await worker.settled();

  expectAllConfirmed(book, worker);
  expect(worker.dropped).toBeGreaterThan(0);
  expect(client.status.state).toBe('connected');
});
