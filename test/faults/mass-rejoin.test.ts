/** The return of ten thousand channels: all of them come back, and no more at a time than allowed. */

import { expect, test } from 'vitest';
import type { Connection, DialRequest, Frame, Transport, TransportSink } from '../../src/index.js';
import { PhoenixDouble } from '../../src/testing/index.js';
import { wsTransport } from '../../src/transport/ws-transport.js';
import { STILL } from '../support/fault-options.js';
import { ClockedWorker } from '../support/fault-worker.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const MANY = 10_000;
/** Seconds on an idle machine; it may not be idle. */
const PATIENCE = 60_000;
const AT_A_TIME = 100;

test(
  '10 000 channels rejoin after a loss, a hundred at a time, and each says what it may have missed',
  async () => {
    await using double = await PhoenixDouble.start({ '*': {} }, { maxChannelsPerSocket: 20_000 });
    const clock = new SimulatedClock();
    const transport = new JoinCounter(clock);
    const topics = Array.from({ length: MANY }, (_, index) => `room:${index}`);
    const worker = new ClockedWorker(Object.fromEntries(topics.map((topic) => [topic, {}])));
    await using client = worker.startOn(clock, {
      ...STILL,
      url: double.url,
      rejoin: { concurrency: AT_A_TIME },
      transports: [transport],
    });
    for (const topic of topics) {
      expect(await worker.next('handleJoined')).toMatchObject({ topic, gap: null });
    }

    double.cut();
    const { retryIn } = await worker.next('handleDisconnected');
    clock.advance(retryIn!);
    const rejoined = new Set<string>();
    for (const _topic of topics) {
      const { topic, gap } = await worker.next('handleJoined');
      if (gap?.topic === topic) rejoined.add(topic);
    }

    expect(rejoined.size).toBe(MANY);
    expect(double.topics()).toHaveLength(MANY);
    expect(transport.joins).toEqual({ asked: 2 * MANY, peak: AT_A_TIME });
    expect(worker.untaken('handleJoinError')).toBe(0);

    await client.stop();
    expect(clock.pending).toBe(0);
  },
  PATIENCE,
);

/** The WebSocket transport, with a count of the joins that were written and not yet answered. */
class JoinCounter implements Transport {
  readonly name = 'counted';
  readonly #inner: Transport;
  #asked = 0;
  #answered = 0;
  #peak = 0;

  constructor(clock: SimulatedClock) {
    this.#inner = wsTransport({ closeTimeout: 50 }, clock);
  }

  get joins(): { readonly asked: number; readonly peak: number } {
    return { asked: this.#asked, peak: this.#peak };
  }

  dial(request: DialRequest, sink: TransportSink): Connection {
    const counted: TransportSink = {
      opened: () => sink.opened(),
      closed: (close) => sink.closed(close),
      frame: (frame) => {
        if (String(frame).includes('"phx_reply"')) this.#answered += 1;
        sink.frame(frame);
      },
    };
    const connection = this.#inner.dial(request, counted);
    const send = connection.send.bind(connection);
    connection.send = (frame) => {
      this.#count(frame);
      send(frame);
    };
    return connection;
  }

  #count(frame: Frame): void {
    if (!String(frame).includes('"phx_join"')) return;
    this.#asked += 1;
    this.#peak = Math.max(this.#peak, this.#asked - this.#answered);
  }
}
