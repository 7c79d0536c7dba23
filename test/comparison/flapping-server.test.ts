/** A server that lets a client join and closes each connection after 100 ms. */

import { expect, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { OfficialClient } from '../conformance/official-client.js';
import { OurClient } from './our-client.js';
import { simulateTime } from './simulated-time.js';

const TOPIC = 'ping:1';
const LIFE = 100;
const SPAN = 10_000;

test.each([1000, 1001, 1008])(
  'phoenix.js comes back 10 ms after every close with %i: 91 connections in 10 s',
  async (code) => {
    simulateTime();
    await using double = await PhoenixDouble.start(seedChannels());
    await using client = new OfficialClient(double.url);
    const channel = client.channel(TOPIC);
    client.socket.connect();
    channel.join();
    while (Date.now() < SPAN) {
      await client.until(() => channel.state === 'joined');
      vi.advanceTimersByTime(LIFE);
      const losses = client.codes.length;
      double.kick(code);
      await client.until(() => client.codes.length > losses);
      vi.advanceTimersToNextTimer();
    }
    const dialedAt = double.dials.map(({ at }) => at).filter((at) => at < SPAN);
    expect(dialedAt).toEqual(Array.from({ length: 91 }, (_, index) => index * (LIFE + 10)));
    expect(new Set(client.codes)).toEqual(new Set([code]));
  },
);

test.each([1000, 1001, 1008])(
  'ours waits twice as long after each close with %i: 6 connections in 10 s',
  async (code) => {
    await using double = await PhoenixDouble.start(seedChannels());
    await using ours = new OurClient({ [TOPIC]: {} }, { url: double.url });
    const delays: (number | null)[] = [];
    while (ours.clock.monotonic() < SPAN) {
      await ours.worker.next('handleJoined');
      ours.clock.advance(LIFE);
      double.kick(code);
      const { close, retryIn } = await ours.worker.next('handleDisconnected');
      expect(close.code).toBe(code);
      delays.push(retryIn);
      ours.clock.advance(retryIn ?? 0);
    }
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000]);
    expect(ours.dialedAt).toEqual([0, 350, 950, 2050, 4150, 8250, 16_350]);
  },
);
