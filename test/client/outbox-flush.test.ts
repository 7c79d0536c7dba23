/** When what waits in the outbox goes out: after the join, and after the worker has handled it. */

import { describe, expect, test } from 'vitest';
import { OK, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const SCRIPT: Script = { push: ({ event }) => (event === 'ask' ? OK : null) };

/** What a worker does when it handles a join. */
type Greet = (worker: SimulatedWorker) => unknown;

class Greeter extends SimulatedWorker {
  readonly #greet: Greet;

  constructor(greet: Greet) {
    super();
    this.#greet = greet;
  }

  override async handleJoined({ topic }: { topic: string }): Promise<void> {
    if (topic === 'room:1') await this.#greet(this);
  }
}

/** Joined with two pushes that were made before: `waiting:1` and `waiting:2`. */
async function greeted(greet: Greet, script: Script = SCRIPT): Promise<Simulation> {
  const sim = await simulate(new Greeter(greet), { script });
  sim.worker.join('room:1');
  sim.worker.push('room:1', 'waiting:1');
  sim.worker.push('room:1', 'waiting:2');
  await sim.quiet();
  return sim;
}

function pushesOf({ phoenix }: Simulation): readonly string[] {
  return phoenix.received.map(({ event }) => event).filter((event) => event !== 'phx_join');
}

const never = new Promise<void>(() => undefined);

describe('what waits for a join goes out, in order,', () => {
  test('after handleJoined has returned', async () => {
    await using sim = await greeted(() => undefined);
    expect(pushesOf(sim)).toEqual(['waiting:1', 'waiting:2']);
  });

  test('after handleJoined has thrown', async () => {
    await using sim = await simulate(
      new Greeter(() => {
        throw new Error('no');
      }),
      { options: { onCallbackError: 'continue' } },
    );
    sim.worker.join('room:1');
    sim.worker.push('room:1', 'waiting:1');
    await sim.quiet();

    expect(pushesOf(sim)).toEqual(['waiting:1']);
  });

  test('behind what handleJoined has pushed', async () => {
    await using sim = await greeted((worker) => {
      worker.push('room:1', 'first');
      worker.push('room:1', 'second');
    });
    expect(pushesOf(sim)).toEqual(['first', 'second', 'waiting:1', 'waiting:2']);
  });

  test('behind all that handleJoined pushes while it awaits something of its own', async () => {
    let letGo = (): void => undefined;
    await using sim = await greeted(async (worker) => {
      worker.push('room:1', 'first');
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      worker.push('room:1', 'second');
    });
    await sim.pass(4999);
    expect(pushesOf(sim)).toEqual(['first']);

    letGo();
    await sim.quiet();
    expect(pushesOf(sim)).toEqual(['first', 'second', 'waiting:1', 'waiting:2']);
  });

  test('as soon as handleJoined awaits something of ours', async () => {
    await using sim = await greeted(async (worker) => {
      await worker.push('room:1', 'ask').ok();
      worker.push('room:1', 'after');
    });
    expect(pushesOf(sim)).toEqual(['ask', 'waiting:1', 'waiting:2', 'after']);
  });

  test.each<[string, Greet]>([
    ['a push is sent', (worker) => worker.push('room:1', 'silent').sent()],
    ['a join', (worker) => worker.join('room:2').ok()],
    ['a leave', (worker) => worker.leave('room:9').ok()],
  ])('and for that counts: %s', async (_, greet) => {
    await using sim = await greeted(async (worker) => {
      await greet(worker);
      await never;
    });
    expect(pushesOf(sim)).toEqual(expect.arrayContaining(['waiting:1', 'waiting:2']));
  });

  test('behind what handleJoined pushes, whoever awaits it outside of the callbacks', async () => {
    const worker = new Greeter((self) => self.push('room:1', 'first'));
    await using sim = await simulate(worker, { script: SCRIPT });
    worker.join('room:1');
    const asked = worker.push('room:1', 'ask').ok();
    await sim.quiet();

    await expect(asked).resolves.toEqual({});
    expect(pushesOf(sim)).toEqual(['first', 'ask']);
  });

  test('after 5 s when handleJoined hangs', async () => {
    await using sim = await greeted(() => never);
    await sim.pass(4999);
    expect(pushesOf(sim)).toEqual([]);
    await sim.pass(1);
    expect(pushesOf(sim)).toEqual(['waiting:1', 'waiting:2']);
  });

  test('once: a loss and a return send nothing again', async () => {
    await using sim = await greeted(() => undefined);
    sim.phoenix.cut();
    await sim.pass(0);
    expect(sim.worker.joined('room:1')).toBe(true);
    expect(pushesOf(sim)).toEqual(['waiting:1', 'waiting:2']);
  });

  test('after the next join when the connection fell while the first was handled', async () => {
    await using sim = await greeted(() => never);
    sim.phoenix.cut();
    await sim.pass(0);
    expect(sim.worker.joined('room:1')).toBe(true);
    expect(pushesOf(sim)).toEqual([]);
    await sim.pass(5000);

    expect(pushesOf(sim)).toEqual(['waiting:1', 'waiting:2']);
    expect(sim.phoenix.sent('waiting:1')).toMatchObject([
      { joinRef: sim.phoenix.sent('phx_join')[1]?.ref },
    ]);
  });
});
