/** Confirmed orders on disk over connections that are renewed every second, with a token that is good for one dial. */

import { expect, test } from 'vitest';
import type { ClientOptions, TelemetryFact } from '../../src/index.js';
import { levelStore } from '../../src/store.js';
import { PhoenixDouble } from '../../src/testing/index.js';
import { QUICK } from '../support/fault-options.js';
import { expectAllConfirmed, OrderBook, OrderWorker } from '../support/order-book.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const TOPICS = ['orders:1', 'orders:2', 'orders:3'];
const CONNECTIONS = 3;

/** Admits each token once; the refusals are counted. */
function strict() {
  const used = new Set<unknown>();
  const counted = { refusals: 0 };
  const connect = ({ params }: { readonly params: { readonly [name: string]: unknown } }) => {
    const { token } = params;
    if (token !== undefined && !used.has(token)) used.add(token);
    else counted.refusals += 1;
    return counted.refusals === 0 ? undefined : { status: 401 };
  };
  return { connect, counted };
}

test.each<[string, ClientOptions]>([
  ['WebSocket', {}],
  ['long poll', { transports: ['longpoll'] }],
  ['several sockets', { maxChannelsPerSocket: 2 }],
])('a renewal over %s loses no order and sends none twice', async (_, options) => {
  const book = new OrderBook();
  const { connect, counted } = strict();
  await using double = await PhoenixDouble.start(book.channels, { connect });
  let tokens = 0;
  const credentials = () => {
    tokens += 1;
    return { params: { token: `t${tokens}` } };
  };
  const worker = new OrderWorker(TOPICS, Infinity);
  const renewed: TelemetryFact[] = [];
  const telemetry = {
    fact: (fact: TelemetryFact) => {
      if (fact.name === 'socket.lost') renewed.push(fact);
      if (renewed.length >= CONNECTIONS) worker.isPlacing = false;
    },
  };
  const outbox = { store: levelStore(temporaryFolder()) };
  const more = { maxConnectionAge: '1s', credentials, outbox, telemetry, url: double.url } as const;
  await using client = worker.start({ ...QUICK, ...options, ...more });

  await worker.settled();

  expectAllConfirmed(book, worker);
  expect(renewed.map((fact) => fact.name === 'socket.lost' && fact.cause)).toEqual(
    renewed.map(() => 'renewed'),
  );
  expect(renewed.length).toBeGreaterThanOrEqual(CONNECTIONS);
  expect(counted.refusals).toBe(0);
  expect(book.arrivals).toHaveLength(worker.total);
  expect(await client.drain()).toMatchObject({ persisted: 0 });
});
