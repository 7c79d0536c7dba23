/** What still waits for the worker when it leaves a topic, or joins it again. */

import { expect, test } from 'vitest';
import type { Gap, Message } from '../../src/index.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

/** Is busy with its first message until it is let go. */
class Busy extends SimulatedWorker {
  readonly handled: string[] = [];
  letGo: () => void = () => undefined;

  override init(): void {
    this.join('room:1');
    this.join('room:2');
  }

  override handleMessage({ topic, event }: Message): void | Promise<void> {
    this.handled.push(`${topic} ${event}`);
    if (this.handled.length > 1) return undefined;
    return new Promise((resolve) => (this.letGo = resolve));
  }
}

async function say(sim: Simulation, topic: string, ...events: readonly string[]): Promise<void> {
  for (const event of events) sim.phoenix.broadcast(topic, event);
  await sim.quiet();
}

test('is not handled after a leave, and other topics lose nothing', async () => {
  await using sim = await simulate(new Busy());
  await say(sim, 'room:1', 'a', 'b');
  await say(sim, 'room:2', 'c');
  await say(sim, 'room:1', 'd');
  sim.worker.leave('room:1');
  sim.worker.letGo();
  await sim.quiet();
  expect(sim.worker.handled).toEqual(['room:1 a', 'room:2 c']);
});

test('is not handled after a rejoin, whose gap begins with it', async () => {
  await using sim = await simulate(new Busy());
  await say(sim, 'room:1', 'a', 'b');
  const arrived = sim.clock.now();
  await sim.pass(1000);
  await say(sim, 'room:1', 'c');
  sim.worker.rejoin('room:1');
  sim.worker.letGo();
  await sim.quiet();
  await say(sim, 'room:1', 'd');
  expect(sim.worker.handled).toEqual(['room:1 a', 'room:1 d']);
  expect(sim.given('handleJoined').at(-1)?.gap).toEqual({
    topic: 'room:1',
    from: new Date(arrived),
    to: new Date(arrived + 1000),
    dropped: null,
  });
});

test('is not handled after handleGap has joined again, so that a cursor never passes the gap', async () => {
  const worker = new (class extends Busy {
    override handleGap({ topic }: Gap): void {
      this.rejoin(topic);
    }
  })();
  await using sim = await simulate(worker, { options: { inbox: { messages: 4 } } });
  await say(sim, 'room:1', 'a');
  await say(sim, 'room:1', 'b', 'c', 'd', 'e');
  const paused = sim.clock.now();
  await sim.pass(5000);
  await say(sim, 'room:1', 'f', 'g', 'h');
  worker.letGo();
  await sim.quiet();
  await say(sim, 'room:1', 'i');
  expect(worker.handled).toEqual(['room:1 a', 'room:1 i']);
  expect(sim.given('handleGap')).toHaveLength(1);
  expect(sim.given('handleJoined').at(-1)?.gap?.from.getTime()).toBe(paused);
});

test('a worker that forgets much is read from again', async () => {
  await using sim = await simulate(new Busy(), { options: { inbox: { messages: 4 } } });
  await say(sim, 'room:1', 'a');
  await say(sim, 'room:1', 'b', 'c', 'd', 'e');
  expect(sim.phoenix.sessions.at(-1)?.paused).toBe(true);
  sim.worker.leave('room:1');
  expect(sim.phoenix.sessions.at(-1)?.paused).toBe(false);
});
