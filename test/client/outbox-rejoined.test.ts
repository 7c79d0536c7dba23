/** What waits in the outbox when a topic is joined again before the worker has handled the join before. */

import { describe, expect, test } from 'vitest';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

/** Greets each join with a push that tells which it is, when it is let go on, and dwells on messages likewise. */
class Greeter extends SimulatedWorker {
  readonly #letGo: (() => void)[] = [];
  #joins = 0;

  override async handleJoined(): Promise<void> {
    this.#joins += 1;
    const greeting = `greeting:${this.#joins}`;
    await this.#released();
    this.push('room:1', greeting);
  }

  override handleMessage(): Promise<void> {
    return this.#released();
  }

  /** Lets the callback that runs go on. */
  release(): void {
    this.#letGo.shift()?.();
  }

  #released(): Promise<void> {
    return new Promise((resolve) => this.#letGo.push(resolve));
  }
}

async function joined(): Promise<Simulation<Greeter>> {
  const sim = await simulate(new Greeter());
  sim.worker.join('room:1');
  await sim.quiet();
  return sim;
}

async function lostAndJoinedAgain(sim: Simulation<Greeter>): Promise<void> {
  sim.phoenix.cut();
  await sim.pass(0);
  expect(sim.worker.joined('room:1')).toBe(true);
}

async function release(sim: Simulation<Greeter>): Promise<void> {
  sim.worker.release();
  await sim.quiet();
}

function pushesOf({ phoenix }: Simulation): readonly string[] {
  return phoenix.received.map(({ event }) => event).filter((event) => event !== 'phx_join');
}

describe('what waits goes out behind what the newest handleJoined pushes', () => {
  test('when the connection fell and returned while an earlier one ran', async () => {
    await using sim = await joined();
    await lostAndJoinedAgain(sim);
    sim.worker.push('room:1', 'waiting');
    await release(sim);
    expect(sim.given('handleJoined')).toHaveLength(2);
    expect(pushesOf(sim)).toEqual([]);

    await release(sim);
    expect(pushesOf(sim)).toEqual(['greeting:2', 'waiting', 'greeting:1']);
  });

  test('when several joins of the topic were handled late, behind a slow handleMessage', async () => {
    await using sim = await joined();
    await release(sim);
    sim.phoenix.push('room:1', 'slow');
    await sim.quiet();
    await lostAndJoinedAgain(sim);
    await lostAndJoinedAgain(sim);
    sim.worker.push('room:1', 'waiting');
    await release(sim);
    await release(sim);
    expect(sim.given('handleJoined')).toHaveLength(3);
    expect(pushesOf(sim)).toEqual(['greeting:1']);

    await release(sim);
    expect(pushesOf(sim)).toEqual(['greeting:1', 'greeting:3', 'waiting', 'greeting:2']);
  });
});

describe('what waits does not wait for the newest handleJoined', () => {
  test('when an earlier one takes more than 5 s', async () => {
    await using sim = await joined();
    await lostAndJoinedAgain(sim);
    sim.worker.push('room:1', 'waiting');
    await sim.pass(4999);
    expect(pushesOf(sim)).toEqual([]);
    await sim.pass(1);

    expect(pushesOf(sim)).toEqual(['waiting']);
  });

  test('when an earlier one awaits something of ours', async () => {
    await using sim = await joined();
    await lostAndJoinedAgain(sim);
    const push = sim.worker.push('room:1', 'waiting');
    await sim.quiet();
    expect(pushesOf(sim)).toEqual([]);
    await push.sent();
    await sim.quiet();

    expect(pushesOf(sim)).toEqual(['waiting']);
  });

  test('when a callback before it awaits something of ours', async () => {
    await using sim = await joined();
    await release(sim);
    sim.phoenix.push('room:1', 'slow');
    await sim.quiet();
    await lostAndJoinedAgain(sim);
    const push = sim.worker.push('room:1', 'waiting');
    await sim.quiet();
    expect(pushesOf(sim)).toEqual(['greeting:1']);
    await push.sent();
    await sim.quiet();

    expect(pushesOf(sim)).toEqual(['greeting:1', 'waiting']);
  });

  test('and the next join after that is greeted as any other', async () => {
    await using sim = await joined();
    await lostAndJoinedAgain(sim);
    await sim.pass(5000);
    await release(sim);
    await release(sim);
    sim.worker.disconnect();
    sim.worker.push('room:1', 'waiting');
    sim.worker.connect();
    await sim.pass(1000);
    expect(sim.given('handleJoined')).toHaveLength(3);
    expect(pushesOf(sim)).not.toContain('waiting');
    await release(sim);

    expect(pushesOf(sim).slice(-2)).toEqual(['greeting:3', 'waiting']);
  });
});

test('what waits goes out 5 s after the join, however many short callbacks are before its handleJoined', async () => {
  const worker = new (class extends SimulatedWorker {
    override handleInfo(): Promise<void> {
      return new Promise((resolve) => void sim.clock.setTimeout(resolve, 4000));
    }
  })();
  await using sim = await simulate(worker, { options: { inbox: { messages: 100 } } });
  for (let count = 0; count < 30; count += 1) sim.client.notify(count);
  worker.push('room:1', 'dropped', {});
  worker.join('room:1');
  worker.push('room:1', 'say', {});
  await sim.pass(4999);
  expect(sim.phoenix.sent('say')).toEqual([]);
  await sim.pass(1);
  expect(sim.phoenix.sent('say')).toHaveLength(1);
  await sim.pass(120_000);
});
