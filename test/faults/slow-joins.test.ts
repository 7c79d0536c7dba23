/** A join that takes its time holds up the whole socket, heartbeats too: Phoenix runs it in the transport process. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../../src/index.js';
import { type ChannelTable, PhoenixDouble } from '../../src/testing/index.js';
import { Arrivals } from '../../src/transport/arrivals.js';
import { STILL } from '../support/fault-options.js';
import { ClockedWorker } from '../support/fault-worker.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const INTERVAL = 300;
const TIMEOUT = 200;
const OPTIONS: ClientOptions = { ...STILL, heartbeat: { interval: INTERVAL, timeout: TIMEOUT } };

describe('while a join holds the server up,', () => {
  test('a connection that misses two heartbeats is kept, and the join succeeds', async () => {
    const gate = new JoinGate();
    await using double = await PhoenixDouble.start(gate.channels);
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ slow: {} });
    const options = { ...OPTIONS, url: double.url, timeouts: { join: 10 * INTERVAL } };
    await using client = worker.startOn(clock, options);
    const admit = await gate.asked('slow');

    clock.advance(INTERVAL + TIMEOUT + TIMEOUT);
    expect(client.status.state).toBe('connected');
    admit();
    await worker.next('handleJoined');
    // Its reply is behind those to the heartbeats.
    await worker.pushEvent('slow', 'ping').ok();
    clock.advance(INTERVAL - 1);

    expect(client.status.state).toBe('connected');
    expect(worker.callbacks).toEqual(['handleConnected', 'handleJoined']);
    expect(double.dials).toHaveLength(1);
  });

  test('the third heartbeat in a row that nobody answers ends the connection', async () => {
    const gate = new JoinGate();
    await using double = await PhoenixDouble.start(gate.channels);
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ slow: {} });
    const options = { ...OPTIONS, url: double.url, timeouts: { join: 10 * INTERVAL } };
    await using client = worker.startOn(clock, options);
    await gate.asked('slow');

    clock.advance(INTERVAL + TIMEOUT * 3 - 1);
    expect(client.status.state).toBe('connected');
    clock.advance(1);

    const { close, retryIn } = await worker.next('handleDisconnected');
    expect(close).toMatchObject({ cause: 'heartbeatTimeout' });
    clock.advance(retryIn!);
    (await gate.asked('slow'))();
    expect(await worker.next('handleJoined')).toMatchObject({ topic: 'slow' });
  });

  test('the join itself ends at its own timeout, and its late reply still counts', async () => {
    const gate = new JoinGate();
    await using double = await PhoenixDouble.start(gate.channels);
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ slow: {} });
    const options = { ...STILL, url: double.url, timeouts: { join: 1000 } };
    await using _client = worker.startOn(clock, options);
    const admit = await gate.asked('slow');

    clock.advance(1000);
    expect((await worker.next('handleJoinError')).error.code).toBe('PHX_JOIN_TIMEOUT');
    admit();

    expect(await worker.next('handleJoined')).toMatchObject({ topic: 'slow' });
  });

  test('those behind it do not time out: their clock starts again at each join reply', async () => {
    const gate = new JoinGate();
    await using double = await PhoenixDouble.start(gate.channels);
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ first: {}, second: {}, third: {} });
    const options = { ...STILL, url: double.url, timeouts: { join: 1000 } };
    await using _client = worker.startOn(clock, options);

    for (const topic of ['first', 'second', 'third']) {
      const admit = await gate.asked(topic);
      clock.advance(999);
      admit();
      expect(await worker.next('handleJoined')).toMatchObject({ topic });
    }

    expect(worker.untaken('handleJoinError')).toBe(0);
  });

  test('one behind it that gets no reply for a whole timeout after another join was answered is late', async () => {
    const gate = new JoinGate();
    await using double = await PhoenixDouble.start(gate.channels);
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ first: {}, second: {} });
    const options = { ...STILL, url: double.url, timeouts: { join: 1000 } };
    await using _client = worker.startOn(clock, options);

    const admit = await gate.asked('first');
    clock.advance(999);
    admit();
    await worker.next('handleJoined');
    clock.advance(999);
    expect(worker.untaken('handleJoinError')).toBe(0);
    clock.advance(1);

    const { topic, error } = await worker.next('handleJoinError');
    expect({ topic, code: error.code }).toEqual({ topic: 'second', code: 'PHX_JOIN_TIMEOUT' });
  });
});

type Asked = { readonly topic: string; readonly admit: () => void };

/** Channels whose joins wait for the test. */
class JoinGate {
  readonly #asked = new Arrivals<Asked>();
  readonly channels: ChannelTable = {
    '*': {
      join: (_params, { topic }) =>
        new Promise<void>((admit) => {
          this.#asked.put({ topic, admit });
        }),
      handle: { ping: () => undefined },
    },
  };

  /** What admits the next join, which is expected to be for this topic. */
  async asked(topic: string): Promise<() => void> {
    const next = await this.#asked.next();
    expect(next.topic).toBe(topic);
    return next.admit;
  }
}
