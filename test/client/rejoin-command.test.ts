/** `rejoin(topic)`: the way to resynchronise. */

import { describe, expect, test } from 'vitest';
import { OK } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

class Worker extends SimulatedWorker {
  asked = 0;

  override init(): void {
    this.join('room:1', () => ({ asked: (this.asked += 1) }));
  }
}

function joins(sim: Simulation): readonly unknown[] {
  return sim.phoenix.sent('phx_join').map(({ payload }) => payload);
}

describe('rejoin', () => {
  test('leaves, and joins again with params asked afresh', async () => {
    await using sim = await simulate(new Worker());
    const join = sim.worker.rejoin('room:1');
    await sim.quiet();
    expect(await join.outcome()).toEqual({ ok: true, response: {} });
    expect(sim.phoenix.received.map(({ event }) => event)).toEqual([
      'phx_join',
      'phx_leave',
      'phx_join',
    ]);
    expect(joins(sim)).toEqual([{ asked: 1 }, { asked: 2 }]);
    expect(sim.given('handleChannelClosed')).toMatchObject([{ cause: 'left', retryIn: null }]);
    expect(sim.given('handleJoined').map(({ gap }) => gap !== null)).toEqual([false, true]);
  });

  test('keeps what is pushed meanwhile, and sends it after the join', async () => {
    await using sim = await simulate(new Worker());
    sim.worker.rejoin('room:1');
    sim.worker.push('room:1', 'say', {});
    await sim.quiet();
    expect(sim.phoenix.received.map(({ event }) => event)).toEqual([
      'phx_join',
      'phx_leave',
      'phx_join',
      'say',
    ]);
  });

  test('of a topic that waits for its back-off does not hurry it', async () => {
    await using sim = await simulate(new Worker(), {
      script: { join: (_, count) => (count === 1 ? ['error', {}] : OK) },
    });
    const join = sim.worker.rejoin('room:1');
    await sim.quiet();
    expect(joins(sim)).toHaveLength(1);
    await sim.pass(500);
    expect(await join.outcome()).toEqual({ ok: true, response: {} });
    expect(sim.phoenix.sent('phx_leave')).toEqual([]);
  });

  test('while the join is under way follows it with another', async () => {
    await using sim = await simulate(new Worker(), {
      script: { join: (_, count) => (count === 1 ? null : OK) },
    });
    const join = sim.worker.rejoin('room:1');
    await sim.quiet();
    expect(await join.outcome()).toMatchObject({ ok: true });
    expect(joins(sim)).toEqual([{ asked: 1 }, { asked: 2 }]);
  });

  test('while down is the join to come', async () => {
    await using sim = await simulate(new Worker());
    sim.phoenix.cut();
    await sim.quiet();
    const join = sim.worker.rejoin('room:1');
    await sim.pass(2000);
    expect(await join.outcome()).toMatchObject({ ok: true });
    expect(sim.phoenix.sent('phx_leave')).toEqual([]);
  });

  test.each([
    ['of a topic that nobody wants', () => undefined],
    [
      'of a topic that is being left',
      (sim: Simulation) => {
        sim.worker.leave('room:1');
      },
    ],
  ])('%s fails, and wants nothing', async (_, prepare) => {
    await using sim = await simulate(new SimulatedWorker(), { script: { leave: () => null } });
    sim.worker.join('room:1');
    await sim.quiet();
    prepare(sim);
    const topic =
      sim.phoenix.sent('phx_leave').length === 0 && prepare.length === 0 ? 'room:2' : 'room:1';
    const outcome = await sim.worker.rejoin(topic).outcome();
    expect(!outcome.ok && outcome.error.code).toBe('PHX_JOIN_LOST');
    await sim.pass(10_000);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
  });
});
