/** The rejoin policy as a function: shown what the default would do, and harmless whatever it does. */

import { describe, expect, test } from 'vitest';
import type { ChannelClosed, Duration, JoinFailed, TopicRejoinPolicy } from '../../src/index.js';
import { type Answer, OK, type Received, refusal } from '../support/memory-phoenix.js';
import { NO_ANSWERS } from '../support/no-answers.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

type Failed = (failed: JoinFailed | ChannelClosed) => Duration | null;

/** A worker that wants one topic, by a policy that may give its commands. */
async function failing(
  rejoin: (worker: SimulatedWorker) => Failed,
  join: (message: Received) => Answer = () => refusal('full'),
): Promise<Simulation> {
  const worker = new SimulatedWorker();
  const sim = await simulate(worker, { script: { join }, options: { rejoin: rejoin(worker) } });
  worker.join('room:1');
  await sim.quiet();
  return sim;
}

function failures(sim: Simulation): readonly unknown[] {
  return sim.telemetry.filter(({ name }) => name === 'callback.failed');
}

describe('a rejoin function', () => {
  test('is given what handleJoinError is told, with the default’s own delay', async () => {
    const asked: unknown[] = [];
    await using sim = await failing(() => (failed) => {
      asked.push(failed);
      return failed.retryIn;
    });
    await sim.pass(60_000);

    expect(sim.given('handleJoinError').map(({ retryIn }) => retryIn)).toEqual([
      500, 1000, 2500, 5000, 5000, 30_000, 60_000,
    ]);
    expect(asked).toEqual(sim.given('handleJoinError'));
  });

  test('is given what handleChannelClosed is told', async () => {
    const asked: unknown[] = [];
    await using sim = await failing(
      () => (failed) => {
        asked.push(failed);
        return '3s';
      },
      () => OK,
    );
    sim.phoenix.crash('room:1');
    await sim.pass(3000);
    sim.phoenix.close('room:1');
    await sim.pass(2999);

    const told = sim.given('handleChannelClosed');
    expect(told).toMatchObject([
      { cause: 'crashed', retryIn: 3000 },
      { cause: 'closed', retryIn: 3000 },
    ]);
    expect(asked).toEqual([
      { ...told[0], retryIn: 500 },
      { ...told[1], retryIn: 2500 },
    ]);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(2);
  });

  test('may tell failures apart, and end the wish by null', async () => {
    await using sim = await failing(
      () => (failed) => ('error' in failed && failed.error.code === 'PHX_JOIN_REFUSED' ? null : 0),
    );
    expect(sim.given('handleJoinError')).toMatchObject([{ attempt: 1, retryIn: null }]);
    expect(sim.client.status.channels.size).toBe(0);
  });

  test('that answers 0 joins at most once a second from the sixth time on', async () => {
    const joins: number[] = [];
    await using sim = await simulate(new SimulatedWorker(), { options: { rejoin: () => 0 } });
    sim.phoenix.script.join = () => {
      joins.push(sim.clock.monotonic());
      return refusal('full');
    };
    sim.worker.join('room:1');
    await sim.pass(3500);

    expect(joins.map((at) => at - (joins[0] ?? 0))).toEqual([0, 0, 0, 0, 0, 1000, 2000, 3000]);
  });

  test('is not asked about a topic that fell with its socket: that stays wanted', async () => {
    const asked: unknown[] = [];
    await using sim = await failing(
      () => (failed) => {
        asked.push(failed);
        return null;
      },
      () => OK,
    );
    sim.phoenix.cut();
    await sim.pass(0);
    expect(sim.worker.joined('room:1')).toBe(true);
    sim.worker.leave('room:1');
    await sim.quiet();
    expect(asked).toEqual([]);
  });

  test('of one topic is asked in place of the client’s own policy, and shown what that would do', async () => {
    const shown: (number | null)[] = [];
    const rejoin: TopicRejoinPolicy = ({ retryIn }) => {
      shown.push(retryIn);
      return '4s';
    };
    await using sim = await simulate(new SimulatedWorker(), {
      script: { join: () => refusal('full') },
      options: { rejoin: { delays: ['3s'], jitter: 'none' } },
    });
    sim.worker.join('room:1', {}, { rejoin });
    sim.worker.join('room:2');
    await sim.quiet();

    expect(shown).toEqual([3000]);
    expect(sim.given('handleJoinError').map(({ topic, retryIn }) => [topic, retryIn])).toEqual([
      ['room:1', 4000],
      ['room:2', 3000],
    ]);
  });

  test.each(NO_ANSWERS)('that %s leaves the default’s delay, and is told', async (_, answer) => {
    await using sim = await failing(() => answer as Failed);
    await sim.pass(4000);

    const announced = sim.given('handleJoinError').map(({ retryIn }) => retryIn);
    expect(announced).toEqual([500, 1000, 2500, 5000]);
    expect(failures(sim)).toHaveLength(4);
    expect(failures(sim)[0]).toMatchObject({ callback: 'rejoin', verdict: 'continue' });
    expect(sim.client.status.state).toBe('connected');
  });
});

describe('a rejoin function that gives commands:', () => {
  test.each<[string, Duration | null]>([
    ['a delay', '1s'],
    ['null', null],
  ])('leave ends the wish and settles, whatever it answers: %s', async (_, answer) => {
    const left: unknown[] = [];
    await using sim = await failing((worker) => ({ topic }) => {
      left.push(worker.leave(topic).outcome());
      return answer;
    });
    await sim.pass(5000);

    expect(sim.client.status.channels.size).toBe(0);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
    expect(await Promise.all(left)).toEqual([{ ok: true, response: undefined }]);
  });

  test('join of another topic joins it, and of the same one replaces its params', async () => {
    await using sim = await failing(
      (worker) =>
        ({ topic }) => {
          worker.join(topic, { second: true });
          worker.join('room:2', { second: false });
          return 100;
        },
      ({ payload }) => ('second' in (payload as object) ? OK : refusal('full')),
    );
    await sim.pass(100);

    expect(sim.phoenix.sent('phx_join').map(({ topic, payload }) => [topic, payload])).toEqual([
      ['room:1', {}],
      ['room:2', { second: false }],
      ['room:1', { second: true }],
    ]);
  });

  test('disconnect and connect are done', async () => {
    let failedOnce = false;
    await using sim = await failing(
      (worker) => () => {
        failedOnce = true;
        worker.disconnect();
        worker.connect();
        return '1h';
      },
      () => (failedOnce ? OK : refusal('full')),
    );
    await sim.pass(0);
    expect(sim.dialedAt).toHaveLength(2);
    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('stop ends the worker', async () => {
    await using sim = await failing((worker) => () => {
      worker.stop('enough');
      return 0;
    });
    await sim.pass(0);
    await expect(sim.client.stopped).resolves.toEqual({ kind: 'requested', reason: 'enough' });
  });
});
