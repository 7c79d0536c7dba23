/** When a failed channel is joined again: what is announced is what happens, and what keeps failing slows down. */

import { describe, expect, test } from 'vitest';
import { type Answer, OK, refusal } from '../support/memory-phoenix.js';
import {
  type Scene,
  type Simulation,
  simulate,
  SimulatedWorker,
} from '../support/worker-simulation.js';

const MINUTE = 60_000;

type Timed = Simulation & { readonly joins: number[] };

/** A worker that wants one topic, and the simulated time of each of its joins. */
async function timed(
  answer: (count: number, sim: Simulation) => Answer,
  scene: Scene = {},
): Promise<Timed> {
  const sim = await simulate(new SimulatedWorker(), scene);
  const joins: number[] = [];
  sim.phoenix.script.join = (_, count) => {
    joins.push(sim.clock.monotonic());
    return answer(count, sim);
  };
  sim.worker.join('room:1');
  await sim.quiet();
  return Object.assign(sim, { joins });
}

function between(times: readonly number[]): readonly number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

/** Accepts the join, and does the rest right behind it. */
function acceptThen(rest: (sim: Simulation) => void): (count: number, sim: Simulation) => Answer {
  return (_, sim) => {
    queueMicrotask(() => {
      rest(sim);
    });
    return OK;
  };
}

describe('a refused join', () => {
  test('is told with what the server said and when it is tried again', async () => {
    await using sim = await timed(() => refusal('full'));

    expect(sim.given('handleJoinError')).toMatchObject([
      {
        topic: 'room:1',
        attempt: 1,
        retryIn: 500,
        error: {
          code: 'PHX_JOIN_REFUSED',
          message: 'join room:1: the server refused',
          topic: 'room:1',
          response: { reason: 'full' },
          retryable: true,
        },
      },
    ]);
    expect(sim.client.status.channels.get('room:1')).toMatchObject({
      state: 'errored',
      error: { code: 'PHX_JOIN_REFUSED' },
    });
  });

  test('is tried five times at the usual pace, then every minute, then every five', async () => {
    await using sim = await timed(() => refusal('full'), {
      options: { rejoin: { jitter: 'none' } },
    });
    await sim.pass(60 * MINUTE);

    const usual = [1000, 2000, 5000, 10_000, 10_000];
    expect(between(sim.joins).slice(0, 10)).toEqual([
      ...usual,
      // The slow pace keeps its jitter, at its least here.
      ...[30_000, MINUTE, 2 * MINUTE, 2.5 * MINUTE, 2.5 * MINUTE],
    ]);
    expect(between(sim.joins)).toEqual(
      sim
        .given('handleJoinError')
        .slice(0, -1)
        .map(({ retryIn }) => retryIn),
    );
  });

  test('that is final ends the wish: the topic may be wanted anew', async () => {
    await using sim = await timed((count) => (count === 1 ? refusal('no') : OK), {
      options: { rejoin: { refused: false } },
    });
    await sim.pass(10 * MINUTE);
    expect(sim.given('handleJoinError')).toMatchObject([{ attempt: 1, retryIn: null }]);
    expect(sim.client.status.channels.size).toBe(0);

    sim.worker.join('room:1');
    await sim.quiet();
    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('with a status that is neither ok nor error is one as well', async () => {
    await using sim = await timed(() => ['maybe', 'text']);
    expect(sim.given('handleJoinError')).toMatchObject([
      { error: { code: 'PHX_JOIN_REFUSED', response: 'text' } },
    ]);
  });

  test('of one topic with a policy of its own follows that', async () => {
    await using sim = await simulate(new SimulatedWorker(), {
      script: { join: () => refusal('full') },
    });
    sim.worker.join('room:2', {}, { rejoin: { delays: ['3s'], jitter: 'none', attempts: 2 } });
    await sim.pass(10 * MINUTE);

    const tries = sim.given('handleJoinError').map(({ retryIn }) => retryIn);
    expect(tries).toEqual([3000, null]);
  });
});

describe('a channel that', () => {
  test('crashes after each join slows down', async () => {
    await using sim = await timed(acceptThen(({ phoenix }) => phoenix.crash('room:1')));
    await sim.pass(MINUTE);

    expect(between(sim.joins).slice(0, 6)).toEqual([500, 1000, 2500, 5000, 5000, 5000]);
    expect(sim.given('handleChannelClosed')[0]).toEqual({
      topic: 'room:1',
      cause: 'crashed',
      payload: { reason: 'channel_crash' },
      retryIn: 500,
    });
  });

  test('the server closes each time is joined after 1, 5, 30, then 60 s', async () => {
    await using sim = await timed(
      acceptThen(({ phoenix }) => phoenix.close('room:1')),
      { chance: 0.9999 },
    );
    await sim.pass(5 * MINUTE);

    const waits = between(sim.joins)
      .slice(0, 5)
      .map((ms) => Math.round(ms / 1000));
    expect(waits).toEqual([1, 5, 30, 60, 60]);
    expect(sim.given('handleChannelClosed')[0]).toMatchObject({ cause: 'closed', payload: {} });
  });

  test('the server closes is forgotten when the policy takes that as final', async () => {
    await using sim = await timed(
      acceptThen(({ phoenix }) => phoenix.close('room:1')),
      { options: { rejoin: { closed: false } } },
    );
    await sim.pass(5 * MINUTE);

    expect(sim.joins).toHaveLength(1);
    expect(sim.given('handleChannelClosed')).toMatchObject([{ cause: 'closed', retryIn: null }]);
    expect(sim.client.status.channels.size).toBe(0);
  });

  test('stays joined for 10 s starts from the first delay again', async () => {
    await using sim = await timed((count) => (count <= 3 ? refusal('full') : OK));
    await sim.pass(4000);
    await sim.pass(9000);
    sim.phoenix.crash('room:1');
    await sim.quiet();
    expect(sim.given('handleChannelClosed')).toMatchObject([{ retryIn: 5000 }]);

    await sim.pass(5000);
    await sim.pass(10_000);
    sim.phoenix.crash('room:1');
    await sim.quiet();
    expect(sim.given('handleChannelClosed')[1]).toMatchObject({ retryIn: 500 });
  });

  test('ends before it has answered its join has failed that join', async () => {
    await using sim = await timed((count, { phoenix }) => {
      const [join] = phoenix.sent('phx_join').slice(-1);
      if (join !== undefined && count === 1) phoenix.crash('room:1', join);
      if (join !== undefined && count === 2) phoenix.close('room:1', join);
      return count < 3 ? null : OK;
    });
    await sim.pass(5000);

    expect(sim.given('handleJoinError')).toMatchObject([
      { attempt: 1, error: { code: 'PHX_CHANNEL_CRASHED', response: { reason: 'channel_crash' } } },
      { attempt: 2, error: { code: 'PHX_CHANNEL_CRASHED', response: {} } },
    ]);
    expect(sim.given('handleChannelClosed')).toEqual([]);
    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('waits for its next try is left at once, and tried no more', async () => {
    await using sim = await timed(() => refusal('full'));
    await expect(sim.worker.leave('room:1').ok()).resolves.toBeUndefined();
    await sim.pass(MINUTE);

    expect(sim.joins).toHaveLength(1);
    expect(sim.phoenix.sent('phx_leave')).toEqual([]);
  });

  test('waits for its next try is joined at once after a new connection, with its failures forgotten', async () => {
    await using sim = await timed((count) => (count <= 3 ? refusal('full') : OK));
    await sim.pass(1500);
    expect(sim.given('handleJoinError')).toHaveLength(3);
    sim.phoenix.cut();
    await sim.pass(0);

    expect(sim.joins).toHaveLength(4);
    sim.phoenix.crash('room:1');
    await sim.quiet();
    expect(sim.given('handleChannelClosed')).toMatchObject([{ retryIn: 500 }]);
  });
});
