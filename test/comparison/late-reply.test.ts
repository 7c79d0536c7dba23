/** A reply that comes after the push was given up. */

import { expect, test, vi } from 'vitest';
import type { TelemetryFact } from '../../src/index.js';
import {
  type ChannelTable,
  noReply,
  PhoenixDouble,
  type HandledPush,
} from '../../src/testing/index.js';
import { Arrivals } from '../../src/transport/arrivals.js';
import { OfficialClient } from '../conformance/official-client.js';
import { OurClient } from './our-client.js';
import { simulateTime } from './simulated-time.js';

const TOPIC = 'desk:1';
const PATIENCE = 500;

/** A server that answers when the test does. */
class Desk {
  readonly asked = new Arrivals<HandledPush>();
  readonly channels: ChannelTable = {
    [TOPIC]: {
      handle: {
        ask: (_payload, _channel, push) => {
          this.asked.put(push);
          return noReply;
        },
      },
    },
  };
}

test('phoenix.js tells of the timeout, and drops the reply without a word', async () => {
  simulateTime();
  const desk = new Desk();
  await using double = await PhoenixDouble.start(desk.channels);
  const logged: string[] = [];
  await using client = new OfficialClient(double.url, {
    logger: (_kind, message) => void logged.push(message),
  });
  await client.connect();
  const channel = await client.join(TOPIC);
  const told: string[] = [];
  const push = channel.push('ask', {}, PATIENCE);
  for (const status of ['ok', 'timeout'] as const) push.receive(status, () => told.push(status));
  const asked = await desk.asked.next();
  vi.advanceTimersByTime(PATIENCE);
  expect(told).toEqual(['timeout']);

  const heard = client.heard.length;
  const lines = logged.length;
  asked.reply('ok', { late: true });
  await client.until(() => client.heard.length > heard);
  expect(told).toEqual(['timeout']);
  expect(logged.slice(lines)).toEqual([`ok ${TOPIC} phx_reply (${String(asked.ref)})`]);
});

test('ours says that nobody knows whether the push took effect, and counts the late reply', async () => {
  const desk = new Desk();
  await using double = await PhoenixDouble.start(desk.channels);
  const stale = new Arrivals<TelemetryFact>();
  const telemetry = {
    fact: (fact: TelemetryFact) => {
      if (fact.name === 'message.stale') stale.put(fact);
    },
  };
  await using ours = new OurClient({ [TOPIC]: {} }, { url: double.url, telemetry });
  await ours.worker.next('handleJoined');
  const outcome = ours.worker.pushEvent(TOPIC, 'ask', {}, { timeout: PATIENCE }).outcome();
  const asked = await desk.asked.next();
  ours.clock.advance(PATIENCE);
  await expect(outcome).resolves.toMatchObject({
    ok: false,
    error: { code: 'PHX_PUSH_TIMEOUT', delivered: 'unknown', topic: TOPIC, event: 'ask' },
  });

  asked.reply('ok', { late: true });
  expect(await stale.next()).toMatchObject({ topic: TOPIC });
  expect(ours.worker.untaken('handleReply')).toBe(0);
});
