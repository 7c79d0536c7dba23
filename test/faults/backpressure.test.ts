/** A server that is faster than the worker, over real sockets: the server is made to wait, or messages are shed and counted. */

import { describe, expect, test, vi } from 'vitest';
import type { ClientOptions } from '../../src/index.js';
import { CONCURRENCIES } from '../../src/policy/concurrency.js';
import { PhoenixDouble, type ServerChannel } from '../../src/testing/index.js';
import { STILL } from '../support/fault-options.js';
import { END, FLOOD, FloodedWorker } from '../support/flooded-worker.js';
import { SimulatedClock } from '../support/simulated-clock.js';

/** Seconds on an idle machine; it may not be idle. */
vi.setConfig({ testTimeout: 120_000 });

const TRICKLE = 'trickle:1';
const LATE = 'late:1';
const MIB = 1024 * 1024;

type Flood = { readonly messages: number; readonly size: number; readonly trickle?: number };

/** Says so many messages, the last of which is the end; in between, now and then, one on the other topic. */
function pour(channel: ServerChannel, { messages, size, trickle = 0 }: Flood): void {
  const text = 'x'.repeat(size);
  for (let n = 1; n <= messages; n += 1) {
    channel.push(n === messages ? END : 'drop', { n, text });
    if (n <= trickle) trickler?.push('drip', { n });
  }
}

/** Of the one client that there is. */
let trickler: ServerChannel | null = null;

/** Floods who asks for it, and then replies. */
function serve(flood: Flood): Promise<PhoenixDouble> {
  return PhoenixDouble.start({
    [FLOOD]: {
      handle: {
        ask: () => ({}),
        flood: (_, channel) => {
          pour(channel, flood);
          return {};
        },
      },
    },
    [TRICKLE]: { joined: (channel) => void (trickler = channel) },
    [LATE]: { handle: { ask: () => ({}) } },
  });
}

/** Time stands still, so that what is read no more is read no more until the test says so. */
function startOn(
  clock: SimulatedClock,
  worker: FloodedWorker,
  double: PhoenixDouble,
  options: ClientOptions,
) {
  return worker.startOn(clock, { ...STILL, ...options, url: double.url, telemetry: worker });
}

async function joined(worker: FloodedWorker, topics: number): Promise<void> {
  for (let topic = 0; topic < topics; topic += 1) await worker.next('handleJoined');
}

describe.each(CONCURRENCIES)(
  'a server that is faster than a worker with turns by %s',
  (concurrency) => {
    test('keeps what is not read, which is all handled when the worker has caught up', async () => {
      const flood = { messages: 20_000, size: 100 };
      await using double = await serve(flood);
      const worker = new FloodedWorker([FLOOD]);
      // A quarter is room enough for what one read of 64 KiB holds, which comes whole even when the socket is paused in it.
      const options = { concurrency, inbox: { messages: 4000 } };
      await using _client = startOn(new SimulatedClock(), worker, double, options);
      await joined(worker, 1);
      worker.pushEvent(FLOOD, 'flood');
      await worker.until('inbox.paused');
      worker.letGo();
      await worker.ended;

      expect(worker.handled.get(FLOOD)).toBe(flood.messages);
      expect(worker.count('inbox.shed')).toBe(0);
      expect(worker.count('inbox.crowded')).toBe(worker.count('inbox.calmed'));
      expect(worker.count('inbox.paused')).toBe(worker.count('inbox.resumed'));
    });

    test('has most of 64 MiB still to send when the worker takes no more', async () => {
      const flood = { messages: 256, size: MIB / 4 };
      await using double = await serve(flood);
      const worker = new FloodedWorker([FLOOD]);
      const clock = new SimulatedClock();
      const heartbeat = { interval: 1000, timeout: 500 };
      const options = { concurrency, heartbeat, inbox: { messages: 16 } };
      await using client = startOn(clock, worker, double, options);
      await joined(worker, 1);
      const reply = worker.pushEvent(FLOOD, 'flood').reply();
      await worker.until('inbox.paused');
      clock.advance(4900);
      const read = worker.gauges?.bytesReceived ?? 0;

      expect(client.status).toMatchObject({ state: 'connected', close: null });
      expect(read).toBeLessThan(16 * MIB);
      expect(worker.gauges?.inbox).toBeLessThanOrEqual(16);

      worker.letGo();
      await worker.ended;
      expect(await reply).toMatchObject({ status: 'ok' });
      expect(worker.handled.get(FLOOD)).toBe(flood.messages);
      expect(worker.count('socket.lost')).toBe(0);
    });

    test('is read while a callback waits for a join and a reply, which come; what is shed is counted, and a trickle loses nothing', async () => {
      const flood = { messages: 20_000, size: 100, trickle: 50 };
      await using double = await serve(flood);
      const worker = new FloodedWorker([FLOOD, TRICKLE], async (self) => {
        self.joinTopic(LATE);
        replied = await self.pushEvent(LATE, 'ask').outcome();
        replied = await self.pushEvent(FLOOD, 'ask').outcome();
      });
      let replied: unknown = null;
      const options = { concurrency, inbox: { messages: 1000 } };
      await using _client = startOn(new SimulatedClock(), worker, double, options);
      await joined(worker, 2);
      worker.pushEvent(FLOOD, 'flood');
      await worker.ended;

      expect(replied).toMatchObject({ ok: true });
      expect(worker.dropped).toBeGreaterThan(0);
      expect((worker.handled.get(FLOOD) ?? 0) + worker.dropped).toBe(flood.messages);
      expect(worker.handled.get(TRICKLE)).toBe(flood.trickle);
      const crowded = worker.told.filter(({ name }) => name === 'inbox.crowded');
      expect(crowded).toMatchObject([{ topic: FLOOD, depth: 751 }]);
    });

    test('loses its connection when it is to, and the worker is told of the gap', async () => {
      await using double = await serve({ messages: 20_000, size: 100 });
      const clock = new SimulatedClock();
      const worker = new FloodedWorker([FLOOD], (self) => self.pushEvent(FLOOD, 'ask').outcome());
      const inbox = { messages: 1000, whenFull: 'disconnect' } as const;
      await using _client = startOn(clock, worker, double, { concurrency, inbox });
      await joined(worker, 1);
      worker.pushEvent(FLOOD, 'flood');
      const { close } = await worker.next('handleDisconnected');
      clock.advance(1000);
      const { gap } = await worker.next('handleJoined');

      expect(close).toMatchObject({ cause: 'inboxFull' });
      expect(gap).toMatchObject({ topic: FLOOD, dropped: null });
      expect(worker.count('inbox.shed')).toBe(0);
      expect(worker.count('inbox.crowded')).toBe(1);
    });
  },
);
