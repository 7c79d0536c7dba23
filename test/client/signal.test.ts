/** The signal of a push: what becomes of the push when it aborts, and what is left on the signal when it does not. */

import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { PushOptions } from '../../src/index.js';
import { OK, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

async function joined(script: Script = {}): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), { script });
  sim.worker.join('room:1');
  await sim.quiet();
  return sim;
}

async function down(): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), { options: { autoConnect: false } });
  sim.worker.join('room:1');
  return sim;
}

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

const DROPPED = { code: 'PHX_PUSH_DROPPED', delivered: 'no', retryable: true };
const ABORTED = { code: 'PHX_PUSH_ABORTED', delivered: 'unknown', retryable: false };

describe.each<PushOptions>([{ delivery: 'buffered' }, { delivery: 'volatile' }])(
  '%o',
  (options) => {
    test('is never sent when its signal was aborted before', async () => {
      await using sim = await joined();
      const signal = AbortSignal.abort();
      const push = sim.worker.push('room:1', 'ping', {}, { ...options, signal });

      await expect(push.outcome()).resolves.toMatchObject({
        error: {
          ...DROPPED,
          message: 'push ping to room:1: its signal was aborted before the call',
        },
      });
      await sim.pass(1000);
      expect(sim.phoenix.sent('ping')).toEqual([]);
    });

    test('settles at once when its signal aborts after it was sent', async () => {
      await using sim = await joined();
      const controller = new AbortController();
      const push = sim.worker.push('room:1', 'ping', {}, { ...options, signal: controller.signal });
      await sim.quiet();
      controller.abort();

      await expect(push.outcome()).resolves.toMatchObject({
        error: {
          ...ABORTED,
          message: 'push ping to room:1: its signal was aborted before the reply',
        },
      });
      await expect(push.sent()).resolves.toBeUndefined();
    });
  },
);

describe('a push whose signal aborts', () => {
  test('while it waits is dropped and never sent', async () => {
    await using sim = await down();
    const controller = new AbortController();
    const push = sim.worker.push('room:1', 'ping', {}, { signal: controller.signal });
    controller.abort();
    await expect(push.outcome()).resolves.toMatchObject({ error: DROPPED });

    sim.worker.connect();
    await sim.quiet();
    expect(sim.phoenix.sent('ping')).toEqual([]);
  });

  test('while it waits is told to handlePushError, if nobody has asked', async () => {
    await using sim = await down();
    const controller = new AbortController();
    sim.worker.push('room:1', 'ping', {}, { signal: controller.signal });
    controller.abort();
    await sim.quiet();

    expect(sim.given('handlePushError')).toMatchObject([{ event: 'ping', error: DROPPED }]);
  });

  test('after it was sent is only counted, if nobody has asked, and its late reply is stale', async () => {
    await using sim = await joined();
    const controller = new AbortController();
    sim.worker.push('room:1', 'ping', {}, { signal: controller.signal });
    await sim.quiet();
    controller.abort();
    sim.phoenix.reply(sim.phoenix.sent('ping')[0]!, OK);
    await sim.pass(10_000);

    expect(sim.story).not.toContain('handleReply room:1 ping');
    expect(sim.given('handlePushError')).toEqual([]);
    const names = ['push.unanswered', 'message.stale'];
    expect(sim.telemetry.filter(({ name }) => names.includes(name))).toMatchObject([
      { name: 'push.unanswered', topic: 'room:1', event: 'ping', why: 'aborted' },
      { name: 'message.stale', topic: 'room:1' },
    ]);
  });

  test('after it was replied to keeps its reply', async () => {
    await using sim = await joined({ push: () => OK });
    const controller = new AbortController();
    const push = sim.worker.push('room:1', 'ping', {}, { signal: controller.signal });
    await sim.quiet();
    controller.abort();

    await expect(push.ok()).resolves.toEqual({});
  });
});

describe('a signal that lives long', () => {
  test('has one listener, however many pushes share it, and none when all have settled', async () => {
    await using sim = await joined({ push: ({ event }) => (event === 'ask' ? OK : null) });
    sim.worker.join('room:2');
    await sim.quiet();
    const { signal } = new AbortController();
    for (let n = 0; n < 30; n += 1) {
      sim.worker.push('room:1', 'ask', {}, { signal });
      sim.worker.push('room:2', 'ask', {}, { signal });
    }
    sim.worker.push('room:1', 'silent', {}, { signal });
    expect(listeners(signal)).toBe(1);
    await sim.quiet();
    expect(listeners(signal)).toBe(1);
    await sim.pass(10_000);

    expect(listeners(signal)).toBe(0);
  });

  test.each<[string, (sim: Simulation, signal: AbortSignal) => unknown]>([
    ['cancelled', ({ worker }, signal) => worker.push('room:1', 'a', {}, { signal }).cancel()],
    [
      'too late',
      async (sim, signal) => {
        sim.worker.push('room:1', 'a', {}, { signal, ttl: 1 });
        await sim.pass(1);
      },
    ],
    [
      'refused at once',
      ({ worker }, signal) => worker.push('room:1', 'a', {}, { signal, delivery: 'volatile' }),
    ],
    ['for nobody', ({ worker }, signal) => worker.push('room:9', 'a', {}, { signal })],
    [
      'impossible',
      ({ worker }, signal) => {
        expect(() => worker.push('room:1', 'a', 1n, { signal })).toThrow('room:1');
      },
    ],
    [
      'left',
      ({ worker }, signal) => {
        worker.push('room:1', 'a', {}, { signal });
        worker.leave('room:1');
      },
    ],
    [
      'stopped',
      async (sim, signal) => {
        sim.worker.push('room:1', 'a', {}, { signal });
        await sim.client.stop();
      },
    ],
  ])('has no listener left of a push that was %s', async (_, happens) => {
    await using sim = await down();
    const { signal } = new AbortController();
    await happens(sim, signal);

    expect(listeners(signal)).toBe(0);
  });

  test('has no listener left of a push whose connection fell', async () => {
    await using sim = await joined();
    const { signal } = new AbortController();
    sim.worker.push('room:1', 'a', {}, { signal });
    await sim.quiet();
    sim.phoenix.cut();
    await sim.quiet();

    expect(listeners(signal)).toBe(0);
  });
});

test.each([null, 'soon', { aborted: false }])(
  'a signal that is none is refused: %o',
  async (signal) => {
    await using sim = await down();
    expect(() => sim.worker.push('room:1', 'a', {}, { signal } as unknown as PushOptions)).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: expect.stringMatching(/^signal is .*: give the signal of an AbortController$/),
      }),
    );
  },
);
