/** From WebSocket to long poll and back, through a middlebox that lets no WebSocket through, to a real server. */

import { expect, test } from 'vitest';
import type { ClientOptions, TelemetryFact } from '../../src/index.js';
import { levelStore } from '../../src/store.js';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { QUICK } from '../support/fault-options.js';
import { expectAllConfirmed, OrderBook, OrderWorker } from '../support/order-book.js';
import { RecordingWorker } from '../support/recording-worker.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type UpgradeFate, UpgradeGate } from '../support/upgrade-gate.js';

const TOPIC = 'ping:1';
const BOTH: ClientOptions = {
  ...QUICK,
  transports: ['websocket', 'longpoll'],
  timeouts: { connect: 1000 },
  heartbeat: { interval: 200, timeout: 2000 },
};

/** Telemetry that keeps what was said of transports. */
function announcing() {
  const announced: string[] = [];
  const fact = (told: TelemetryFact): void => {
    if (told.name === 'transport.fallback' || told.name === 'transport.returned') {
      announced.push(`${told.name} ${told.from} ${told.to}`);
    }
  };
  return { announced, telemetry: { fact } };
}

const FELL = 'transport.fallback websocket longpoll';
const RETURNED = 'transport.returned longpoll websocket';

test.each<[UpgradeFate]>([[404], [500], ['hang'], ['cut']])(
  'upgrades that meet %j lead to long poll, announced, on which all is as it was',
  async (fate) => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using gate = await UpgradeGate.start(double.port, fate);
    const { announced, telemetry } = announcing();
    const worker = new RecordingWorker({ [TOPIC]: {} });
    await using client = worker.start({ ...BOTH, telemetry, url: gate.urlOf('/socket') });

    expect(await worker.next('handleConnected')).toEqual({ attempt: 4, transport: 'longpoll' });
    await worker.next('handleJoined');

    expect(announced).toEqual([FELL]);
    expect(worker.untaken('handleDisconnected')).toBe(3);
    expect(client.status.transport).toBe('longpoll');
    // Said by the heartbeat that had to be answered before it was called a connection.
    await double.seen({ kind: 'received', event: 'heartbeat' });
    expect(await worker.pushEvent(TOPIC, 'echo', { n: 1 }).ok()).toEqual({ n: 1 });
    double.push(TOPIC, 'news', { n: 2 });
    expect(await worker.next('handleMessage')).toMatchObject({ event: 'news', payload: { n: 2 } });
  },
);

test('a WebSocket that opens and says nothing leads to long poll, too', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using gate = await UpgradeGate.start(double.port, 'mute');
  const { announced, telemetry } = announcing();
  const worker = new RecordingWorker({ [TOPIC]: {} });
  const quick = { heartbeat: { interval: 50, timeout: 50 }, timeouts: { join: 100 } } as const;
  const url = gate.urlOf('/socket');
  await using client = worker.start({ ...BOTH, ...quick, telemetry, url });

  await worker.next('handleJoined');

  expect(client.status.transport).toBe('longpoll');
  expect(announced).toEqual([FELL]);
});

test('when WebSocket passes again it is taken up again, and no confirmed push is lost', async () => {
  const book = new OrderBook();
  await using double = await PhoenixDouble.start(book.channels);
  await using gate = await UpgradeGate.start(double.port, 404);
  const { announced, telemetry } = announcing();
  const worker = new OrderWorker(['orders:1', 'orders:2'], Infinity);
  const outbox = { store: levelStore(temporaryFolder()) };
  // A renewal looks for a quiet moment for as long as a push may take; here there is none by itself.
  const timeouts = { connect: 1000, push: 2000 };
  const more = { fallback: { returnAfter: '1s' }, timeouts, outbox, telemetry } as const;
  await using client = worker.start({ ...BOTH, ...more, url: gate.urlOf('/socket') });
  await book.until(() => book.distinct > 10);
  expect(client.status.transport).toBe('longpoll');

  // A return that fails ends on long poll again.
  await expect.poll(() => worker.connected.length, { timeout: 25_000 }).toBeGreaterThan(1);
  expect(announced).toEqual([FELL]);
  gate.fate = 'pass';
  await expect.poll(() => worker.connected.at(-1), { timeout: 25_000 }).toBe('websocket');
  const before = book.distinct;
  await book.until(() => book.distinct > before + 10);
  worker.isPlacing = false;
  await worker.settled();

  expect(announced).toEqual([FELL, RETURNED]);
  expect(client.status.transport).toBe('websocket');
  expectAllConfirmed(book, worker);
}, 60_000);
