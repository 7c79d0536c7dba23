/** The callbacks of a worker: in the order of what happened, one at a time, each awaited. */

import { describe, expect, test } from 'vitest';
import { OK } from '../support/memory-phoenix.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

/** Holds up one kind of callback until it is let go, turn by turn. */
class Slow extends SimulatedWorker {
  readonly running: string[] = [];
  readonly #waiting: (() => void)[] = [];

  override handleMessage({ event }: { event: string }): Promise<void> {
    this.running.push(event);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  letGo(): void {
    this.#waiting.shift()?.();
  }
}

describe('callbacks run', () => {
  test('in the order in which things happened', async () => {
    const worker = new SimulatedWorker();
    await using sim = await simulate(worker);
    worker.join('room:1');
    await sim.quiet();
    sim.phoenix.push('room:1', 'first');
    sim.phoenix.broadcast('room:1', 'second');
    sim.phoenix.crash('room:1');
    sim.phoenix.cut();
    await sim.pass(0);
    worker.leave('room:1');
    await sim.quiet();

    expect(sim.story).toEqual([
      'init',
      'handleConnected',
      'handleJoined room:1',
      'handleMessage room:1 first',
      'handleMessage room:1 second',
      'handleChannelClosed room:1',
      'handleDisconnected',
      'handleConnected',
      'handleJoined room:1',
      'handleChannelClosed room:1',
    ]);
  });

  test('one at a time: the next one waits for the promise of the one before', async () => {
    const worker = new Slow();
    await using sim = await simulate(worker);
    worker.join('room:1');
    await sim.quiet();

    for (const event of ['a', 'b', 'c']) sim.phoenix.push('room:1', event);
    sim.phoenix.cut();
    await sim.pass(60_000);
    expect(worker.running).toEqual(['a']);

    worker.letGo();
    await sim.quiet();
    expect(worker.running).toEqual(['a', 'b']);

    worker.letGo();
    worker.letGo();
    await sim.quiet();
    worker.letGo();
    await sim.quiet();
    expect(sim.story.slice(-5)).toEqual([
      'handleMessage room:1 b',
      'handleMessage room:1 c',
      'handleDisconnected',
      'handleConnected',
      'handleJoined room:1',
    ]);
  });

  test('never inside the call of a command', async () => {
    class Chatty extends SimulatedWorker {
      readonly seen: string[] = [];

      override handlePushError(): void {
        this.seen.push('handlePushError');
      }

      override handleConnected(): void {
        this.push('room:9', 'unwanted');
        this.seen.push('pushed');
      }
    }
    const worker = new Chatty();
    await using _sim = await simulate(worker);

    expect(worker.seen).toEqual(['pushed', 'handlePushError']);
  });

  test('for 10 000 messages at once, all and in order', async () => {
    const worker = new SimulatedWorker();
    await using sim = await simulate(worker);
    worker.join('room:1');
    await sim.quiet();

    for (let n = 0; n < 10_000; n += 1) sim.phoenix.push('room:1', 'said', { n });
    await sim.quiet();

    const numbers = sim.given('handleMessage').map(({ payload }) => payload);
    expect(numbers).toEqual(Array.from({ length: 10_000 }, (_, n) => ({ n })));
  });
});

describe('what the server says right behind a join reply', () => {
  test('reaches handleMessage after handleJoined', async () => {
    const worker = new SimulatedWorker();
    await using sim = await simulate(worker, {
      script: {
        join: (message) => {
          sim.phoenix.reply(message, ['ok', { n: 1 }]);
          sim.phoenix.push('room:1', 'history');
          sim.phoenix.broadcast('room:1', 'said');
          return null;
        },
      },
    });
    worker.join('room:1');
    await sim.quiet();

    expect(sim.given('handleJoined')).toEqual([{ topic: 'room:1', response: { n: 1 }, gap: null }]);
    expect(sim.story.slice(-3)).toEqual([
      'handleJoined room:1',
      'handleMessage room:1 history',
      'handleMessage room:1 said',
    ]);
  });

  test('and right before it is not handled: it belongs to no join of ours', async () => {
    const worker = new SimulatedWorker();
    await using sim = await simulate(worker, {
      script: {
        join: (message) => {
          const { session, joinRef, topic } = message;
          session.send(JSON.stringify([joinRef, null, topic, 'early', {}]));
          session.send(JSON.stringify([null, null, topic, 'early', {}]));
          return OK;
        },
      },
    });
    worker.join('room:1');
    await sim.quiet();

    expect(sim.given('handleMessage')).toEqual([]);
    expect(sim.telemetry.filter(({ name }) => name === 'message.stale')).toHaveLength(2);
  });
});

describe('a frame that cannot be read', () => {
  test.each([['not json'], ['{}'], ['[]'], ['["1","1","room:1","phx_join",{}]'], ['[1,2,3,4,5]']])(
    'is reported and ends nothing: %s',
    async (frame) => {
      const worker = new SimulatedWorker();
      await using sim = await simulate(worker);
      worker.join('room:1');
      await sim.quiet();

      sim.phoenix.sendRaw(frame);
      sim.phoenix.sendRaw(new Uint8Array([9, 9, 9]));
      sim.phoenix.push('room:1', 'said');
      await sim.quiet();

      expect(sim.story.slice(-2)).toEqual(['handleJoined room:1', 'handleMessage room:1 said']);
      expect(sim.telemetry.filter(({ name }) => name === 'frame.misread')).toHaveLength(2);
    },
  );
});
