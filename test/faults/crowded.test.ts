/** A server that reads slowly, or not for a while: what it has not read waits where it is counted. */

import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.js';
import type { Connection, Transport } from '../../src/index.js';
import { PhoenixDouble } from '../../src/testing/index.js';
import { wsTransport } from '../../src/transport/ws-transport.js';
import { STILL } from '../support/fault-options.js';
import { RecordingWorker } from '../support/recording-worker.js';

const MIB = 1024 * 1024;
const PART = 'x'.repeat(256 * 1024);
/** What a frame has beside its part. */
const REST = 1024;
/** More than the kernel takes in for a peer that does not read. */
const COUNT = 120;

/** The WebSocket transport, and the most that it has had to hold at once. */
class Watched implements Transport {
  readonly name = 'websocket';
  readonly #transport = wsTransport({ writeTimeout: 3_600_000, closeTimeout: 50 }, systemClock);
  peak = 0;

  dial(...args: Parameters<Transport['dial']>): Connection {
    const connection = this.#transport.dial(...args);
    const { send } = connection;
    connection.send = (frame) => {
      send.call(connection, frame);
      this.peak = Math.max(this.peak, connection.bufferedAmount);
    };
    return connection;
  }
}

test('30 MiB for a server that does not read leave little over 1 MiB in the transport, and arrive in order', async () => {
  const seen: number[] = [];
  await using double = await PhoenixDouble.start({
    'bulk:1': {
      handle: {
        part: (payload) => {
          seen.push((payload as { n: number }).n);
          return {};
        },
      },
    },
  });
  const transport = new Watched();
  const worker = new RecordingWorker({ 'bulk:1': {} });
  await using _client = worker.start({
    ...STILL,
    url: double.url,
    transports: [transport],
    outbox: { size: '64MiB' },
  });
  await worker.next('handleJoined');

  double.faults.stall();
  const pushes = Array.from({ length: COUNT }, (_, n) =>
    worker.pushEvent('bulk:1', 'part', { n, text: PART }),
  );
  expect(transport.peak).toBeGreaterThan(MIB);
  double.faults.heal();
  await Promise.all(pushes.map((push) => push.ok()));

  expect(seen).toEqual(pushes.map((_, n) => n));
  expect(transport.peak).toBeLessThan(MIB + PART.length + REST);
}, 60_000);
