/** Loops of success and failure, which a retry counter that forgets at each success turns into storms. */

import { describe, expect, test } from 'vitest';
import type { Connected, Disconnected } from '../../src/index.js';
import { type ChannelTable, PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { STILL } from '../support/fault-options.js';
import { ClockedWorker } from '../support/fault-worker.js';
import { RecordingWorker } from '../support/recording-worker.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const TOPIC = 'ping:1';
/** The draw that makes every delay as short as it can be. */
const SHORTEST = 0;
const ROUNDS = 12;
/** From the sixth dial on, nobody dials more than once a second. */
const CALM_FROM = 5;

const kicksWhoJoins: ChannelTable = {
  [TOPIC]: {
    joined: (channel) => {
      channel.disconnectSocket();
    },
  },
};

describe('a server that closes each connection as soon as its topic is joined', () => {
  test('is dialed at most once a second from the sixth dial on, however the delays are drawn', async () => {
    await using double = await PhoenixDouble.start(kicksWhoJoins);
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ [TOPIC]: {} });
    const options = { ...STILL, url: double.url, params: { uid: '1' } };
    await using client = worker.startOn(clock, options, SHORTEST);

    const delays: (number | null)[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { attempt, retryIn, close } = await worker.next('handleDisconnected');
      expect({ attempt, code: close.code }).toEqual({ attempt: round, code: 1001 });
      expect(double.dials).toHaveLength(round);
      delays.push(retryIn);
      clock.advance(Math.max(0, retryIn! - 1));
      if (retryIn! > 0) expect(client.status.state).toBe('backingOff');
      clock.advance(1);
    }

    expect(delays.slice(0, CALM_FROM - 1)).toEqual([0, 0, 0, 0]);
    expect(delays.slice(CALM_FROM - 1).every((delay) => delay! >= 1000)).toBe(true);
    expect(worker.untaken('handleJoined')).toBeGreaterThanOrEqual(ROUNDS);
  });

  test('is dialed as calmly by a worker that calls connect() at each loss', async () => {
    await using double = await PhoenixDouble.start(kicksWhoJoins);
    const clock = new SimulatedClock();
    const worker = new HastyWorker({ [TOPIC]: {} });
    const options = { ...STILL, url: double.url, params: { uid: '1' }, reconnect: false } as const;
    await using client = worker.startOn(clock, options);

    for (let round = 1; round <= ROUNDS; round += 1) {
      await worker.next('handleDisconnected');
      const floor = round < CALM_FROM ? 0 : 1000;
      clock.advance(Math.max(0, floor - 1));
      if (floor > 0) expect(client.status.state).toBe('backingOff');
      expect(double.dials).toHaveLength(round);
      clock.advance(1);
    }
  });
});

describe('a server that refuses, or closes what it has joined,', () => {
  test.each<[string, ChannelTable, (double: PhoenixDouble) => void]>([
    ['after each join', kicksWhoJoins, () => undefined],
    [
      'with 503 each time',
      {},
      (double) => {
        double.faults.refuse(503);
      },
    ],
  ])('%s is dialed calmly for a function that answers 0', async (_, channels, spoil) => {
    await using double = await PhoenixDouble.start(channels);
    spoil(double);
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ [TOPIC]: {} });
    const options = { ...STILL, url: double.url, params: { uid: '1' }, reconnect: () => 0 };
    await using client = worker.startOn(clock, options, SHORTEST);

    for (let round = 1; round <= ROUNDS; round += 1) {
      const { retryIn } = await worker.next('handleDisconnected');
      const floor = round < CALM_FROM ? 0 : 1000;
      expect(retryIn).toBe(floor);
      clock.advance(Math.max(0, floor - 1));
      if (floor > 0) expect(client.status.state).toBe('backingOff');
      expect(double.dials).toHaveLength(round);
      clock.advance(1);
    }
  });
});

describe('a channel that crashes as soon as it is joined', () => {
  test('is joined ever more slowly, and the connection stays', async () => {
    await using double = await PhoenixDouble.start({
      [TOPIC]: {
        joined: (channel) => {
          channel.stop('error');
        },
      },
    });
    const clock = new SimulatedClock();
    const worker = new ClockedWorker({ [TOPIC]: {} });
    await using client = worker.startOn(clock, { ...STILL, url: double.url }, SHORTEST);

    const delays: (number | null)[] = [];
    for (let round = 1; round <= 6; round += 1) {
      const { cause, retryIn } = await worker.next('handleChannelClosed');
      expect(cause).toBe('crashed');
      delays.push(retryIn);
      clock.advance(retryIn!);
    }

    expect(delays).toEqual([500, 1000, 2500, 5000, 5000, 5000]);
    expect(client.status.state).toBe('connected');
    expect(double.dials).toHaveLength(1);
  });
});

describe('a worker whose handleConnected', () => {
  test('calls connect() keeps the one connection it has', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const worker = new EagerWorker({ [TOPIC]: {} });
    await using _client = worker.start({ url: double.url });

    await worker.next('handleJoined');
    await worker.pushEvent(TOPIC, 'ping').ok();

    expect(double.dials).toHaveLength(1);
    expect(worker.callbacks).toEqual(['handleConnected', 'handleJoined']);
  });

  test('disconnects and connects again dials at most once a second from the sixth dial on', async () => {
    await using double = await PhoenixDouble.start(seedChannels());
    const clock = new SimulatedClock();
    const worker = new RestlessWorker();
    await using client = worker.startOn(clock, { ...STILL, url: double.url });

    for (let round = 1; round <= ROUNDS; round += 1) {
      await worker.next('handleDisconnected');
      const floor = round < CALM_FROM ? 0 : 1000;
      clock.advance(Math.max(0, floor - 1));
      if (floor > 0) expect(client.status.state).toBe('backingOff');
      expect(double.dials).toHaveLength(round);
      clock.advance(1);
    }
  });
});

class EagerWorker extends RecordingWorker {
  override handleConnected(fact: Connected): void {
    super.handleConnected(fact);
    this.connectNow();
  }
}

class RestlessWorker extends ClockedWorker {
  override handleConnected(fact: Connected): void {
    super.handleConnected(fact);
    this.disconnectNow();
    this.connectNow();
  }
}

class HastyWorker extends ClockedWorker {
  override handleDisconnected(fact: Disconnected): void {
    super.handleDisconnected(fact);
    this.connectNow();
  }
}
