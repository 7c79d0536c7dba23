/** A worker that falls behind: the server is made to wait, then messages are shed, and that is said. */

import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/index.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

/** Is busy with its first message until it is let go. */
class SlowWorker extends SimulatedWorker {
  readonly handled: string[] = [];
  #letGo: (() => void) | null = null;
  #isFree = false;

  override init(): void {
    this.join('room:1');
    this.join('room:2');
  }

  override async handleMessage({ topic, event }: Message): Promise<void> {
    this.handled.push(`${topic} ${event}`);
    if (!this.#isFree) await this.busy();
  }

  letGo(): void {
    this.#isFree = true;
    this.#letGo?.();
  }

  busy(): Promise<void> {
    return new Promise((resolve) => {
      this.#letGo = resolve;
    });
  }
}

/** `count` messages to a topic, named by their numbers. */
async function flood(sim: Simulation, count: number, topic = 'room:1', from = 1): Promise<void> {
  for (let number = from; number < from + count; number += 1) {
    sim.phoenix.broadcast(topic, `e${number}`);
  }
  await sim.quiet();
}

function isPaused(sim: Simulation): boolean | undefined {
  return sim.phoenix.sessions.at(-1)?.paused;
}

function events(from: number, to: number, topic = 'room:1'): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${topic} e${from + index}`);
}

const SMALL = { options: { inbox: { messages: 8 } } };

describe('a worker that falls behind', () => {
  test('makes the server wait, and is read from again when it has caught up', async () => {
    await using sim = await simulate(new SlowWorker(), SMALL);
    await flood(sim, 1);
    await flood(sim, 6, 'room:1', 2);
    expect(isPaused(sim)).toBe(false);
    await flood(sim, 1, 'room:1', 8);
    expect(isPaused(sim)).toBe(true);
    await flood(sim, 92, 'room:1', 9);
    sim.worker.letGo();
    await sim.quiet();
    expect(isPaused(sim)).toBe(false);
    expect(sim.worker.handled).toEqual(events(1, 100));
    expect(sim.given('handleGap')).toEqual([]);
  });

  test('makes the server wait for 5 s at most; then the oldest messages are shed, and it is told', async () => {
    await using sim = await simulate(new SlowWorker(), SMALL);
    const begun = sim.clock.now();
    await flood(sim, 8);
    await flood(sim, 92, 'room:1', 9);
    await sim.pass(4999);
    expect(isPaused(sim)).toBe(true);
    await sim.pass(1);
    expect(isPaused(sim)).toBe(false);
    sim.worker.letGo();
    await sim.quiet();
    expect(sim.worker.handled).toEqual(['room:1 e1', ...events(93, 100)]);
    expect(sim.given('handleGap')).toEqual([
      { topic: 'room:1', from: new Date(begun), to: new Date(begun + 5000), dropped: 91 },
    ]);
    expect(sim.story.indexOf('handleGap room:1')).toBe(
      sim.story.indexOf('handleMessage room:1 e93') - 1,
    );
  });

  test('is paused anew only after it has caught up', async () => {
    await using sim = await simulate(new SlowWorker(), SMALL);
    await flood(sim, 8);
    await sim.pass(5000);
    await flood(sim, 20, 'room:1', 9);
    expect(isPaused(sim)).toBe(false);
  });

  test('loses nothing of a quiet topic, no reply, and no life-cycle fact', async () => {
    await using sim = await simulate(new SlowWorker(), SMALL);
    sim.worker.push('room:2', 'ask', {});
    await flood(sim, 8);
    await flood(sim, 50, 'room:1', 9);
    await flood(sim, 1, 'room:2', 1);
    await sim.pass(5000);
    const [ask] = sim.phoenix.sent('ask');
    if (ask === undefined) throw new Error('nothing was pushed');
    sim.phoenix.reply(ask, ['ok', {}]);
    sim.phoenix.crash('room:2');
    await flood(sim, 50, 'room:1', 59);
    sim.worker.letGo();
    await sim.quiet();
    expect(sim.worker.handled).toContain('room:2 e1');
    expect(sim.given('handleReply')).toMatchObject([{ topic: 'room:2', status: 'ok' }]);
    expect(sim.given('handleChannelClosed')).toMatchObject([{ topic: 'room:2', cause: 'crashed' }]);
    expect(sim.given('handleGap').map(({ topic }) => topic)).toEqual(['room:1']);
  });

  test('with disconnect loses the connection instead, and what waited is still handled', async () => {
    const options = { inbox: { messages: 8, whenFull: 'disconnect' } } as const;
    await using sim = await simulate(new SlowWorker(), { options });
    await flood(sim, 8);
    await flood(sim, 50, 'room:1', 9);
    await sim.pass(5000);
    expect(sim.client.status.close).toMatchObject({ cause: 'inboxFull', code: 1006 });
    sim.worker.letGo();
    await sim.pass(1000);
    expect(sim.worker.handled).toEqual(events(1, 10));
    expect(sim.given('handleGap')).toEqual([]);
    expect(sim.given('handleJoined').at(-1)?.gap).not.toBeNull();
  });

  test('is judged dead by no heartbeat while nothing is read', async () => {
    const options = {
      inbox: { messages: 8 },
      heartbeat: { interval: '2s', timeout: '1s' },
    } as const;
    await using sim = await simulate(new SlowWorker(), { options });
    await flood(sim, 8);
    await sim.pass(4999);
    expect(isPaused(sim)).toBe(true);
    await sim.pass(10_000);
    expect(sim.client.status).toMatchObject({ state: 'connected', close: null });
  });
});

describe('a worker that waits for something of ours', () => {
  /** Waits for a reply in its first message. */
  class Asking extends SlowWorker {
    asked = 'no';

    override async handleMessage({ topic, event }: Message): Promise<void> {
      this.handled.push(`${topic} ${event}`);
      if (this.handled.length > 1) return;
      const outcome = await this.push('room:1', 'ask', {}).outcome();
      this.asked = outcome.ok ? 'ok' : outcome.error.code;
    }
  }

  test('is read from all the while, so that it can have its answer', async () => {
    await using sim = await simulate(new Asking(), SMALL);
    await flood(sim, 1);
    await flood(sim, 50, 'room:1', 2);
    expect(isPaused(sim)).toBe(false);
    const [ask] = sim.phoenix.sent('ask');
    if (ask === undefined) throw new Error('nothing was pushed');
    sim.phoenix.reply(ask, ['ok', {}]);
    await sim.quiet();
    expect(sim.worker.asked).toBe('ok');
    expect(sim.given('handleGap')).toMatchObject([{ topic: 'room:1', dropped: 42 }]);
  });

  test('is read from again as soon as it begins to wait', async () => {
    const worker = new (class extends SlowWorker {
      asked = 'no';

      override async handleMessage({ event }: Message): Promise<void> {
        this.handled.push(event);
        if (this.handled.length > 1) return;
        await this.busy();
        const outcome = await this.push('room:1', 'ask', {}).outcome();
        this.asked = outcome.ok ? 'ok' : outcome.error.code;
      }
    })();
    await using sim = await simulate(worker, { ...SMALL, script: { push: () => ['ok', {}] } });
    await flood(sim, 8);
    expect(isPaused(sim)).toBe(true);
    worker.letGo();
    await sim.quiet();
    expect(isPaused(sim)).toBe(false);
    expect(worker.asked).toBe('ok');
  });
});
