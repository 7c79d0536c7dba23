/** How long a join may take, and how many may be under way: Phoenix runs the joins of a socket one by one. */

import { describe, expect, test } from 'vitest';
import { OK, type Received, refusal, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const SLOW: Script = { join: () => null };

async function joining(
  topics: readonly string[],
  script = SLOW,
  options = {},
): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), { script, options });
  for (const topic of topics) sim.worker.join(topic);
  await sim.quiet();
  return sim;
}

function joinOf(sim: Simulation, topic: string): Received {
  const join = sim.phoenix.sent('phx_join', topic).at(-1);
  if (join === undefined) throw new Error(`${topic} was not joined`);
  return join;
}

/** The times at which joins failed, in simulated milliseconds from now on. */
async function failuresWithin(ms: number, sim: Simulation): Promise<readonly number[]> {
  const times: number[] = [];
  let told = sim.given('handleJoinError').length;
  for (let at = 500; at <= ms; at += 500) {
    await sim.pass(500);
    for (; told < sim.given('handleJoinError').length; told += 1) times.push(at);
  }
  return times;
}

describe('a join without a reply', () => {
  test('fails after 10 s, and nothing is said to the server: it may still be at it', async () => {
    await using sim = await joining(['room:1']);
    await sim.pass(9999);
    expect(sim.given('handleJoinError')).toEqual([]);
    await sim.pass(1);

    expect(sim.given('handleJoinError')).toMatchObject([
      { attempt: 1, retryIn: 500, error: { code: 'PHX_JOIN_TIMEOUT' } },
    ]);
    expect(sim.phoenix.sent('phx_leave')).toEqual([]);
  });

  test('fails in time although its neighbours are refused and join again all the while', async () => {
    const script: Script = {
      join: ({ topic }) => (topic === 'room:silent' ? null : refusal('full')),
    };
    const options = { rejoin: { delays: ['1s'], jitter: 'none', refused: 100 } } as const;
    await using sim = await joining(['room:silent', 'room:1', 'room:2'], script, options);
    await sim.pass(12_000);
    expect(
      sim.given('handleJoinError').filter(({ topic }) => topic === 'room:silent'),
    ).toHaveLength(1);
  });

  test('is given twice the time at each try, up to a minute', async () => {
    const options = { heartbeat: false, rejoin: { delays: [0], jitter: 'none' } };
    await using sim = await joining(['room:1'], SLOW, options);

    await expect(failuresWithin(251_000, sim)).resolves.toEqual([
      10_000, 30_000, 70_000, 130_000, 190_000, 251_000,
    ]);
  });

  test('may take as long as its own timeout says', async () => {
    await using sim = await joining([]);
    sim.worker.join('room:1', {}, { timeout: '90s', rejoin: { delays: [0], jitter: 'none' } });
    await expect(failuresWithin(180_000, sim)).resolves.toEqual([90_000, 180_000]);
  });

  test('is forgiven when the reply comes before the next try', async () => {
    await using sim = await joining(['room:1']);
    const join = joinOf(sim, 'room:1');
    await sim.pass(10_200);
    sim.phoenix.reply(join, ['ok', { late: true }]);
    sim.phoenix.push('room:1', 'said');
    await sim.pass(60_000);

    expect(sim.story.slice(-3)).toEqual([
      'handleJoinError room:1',
      'handleJoined room:1',
      'handleMessage room:1 said',
    ]);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
  });

  test('is not when the reply comes after it: only the newest join counts', async () => {
    await using sim = await joining(['room:1']);
    const join = joinOf(sim, 'room:1');
    await sim.pass(10_500);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(2);
    sim.phoenix.reply(join, OK);
    await sim.quiet();

    expect(sim.worker.joined('room:1')).toBe(false);
    sim.phoenix.reply(joinOf(sim, 'room:1'), OK);
    await sim.quiet();
    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('that is left after it was given up tells the server, who may hold it as joined', async () => {
    await using sim = await joining(['room:1']);
    await sim.pass(10_000);
    await sim.worker.leave('room:1').ok();

    expect(sim.phoenix.sent('phx_leave')).toMatchObject([{ joinRef: joinOf(sim, 'room:1').ref }]);
  });

  test('settles the answer that somebody waits for', async () => {
    await using sim = await joining([]);
    const join = sim.worker.join('room:1').outcome();
    await sim.pass(10_000);

    await expect(join).resolves.toMatchObject({
      error: {
        code: 'PHX_JOIN_TIMEOUT',
        message: 'join room:1: no reply in time',
        retryable: true,
      },
    });
  });
});

describe('the clock of a join', () => {
  test('starts again at each join reply on its socket', async () => {
    await using sim = await joining(['room:1', 'room:2', 'room:3']);
    await sim.pass(9000);
    sim.phoenix.reply(joinOf(sim, 'room:1'), OK);
    await sim.pass(9000);
    sim.phoenix.reply(joinOf(sim, 'room:2'), refusal('full'));
    await sim.pass(9999);
    expect(sim.story.slice(2)).toEqual(['handleJoined room:1', 'handleJoinError room:2']);
    await sim.pass(1);

    expect(sim.story.at(-1)).toBe('handleJoinError room:3');
  });

  test('does not start again at other messages', async () => {
    await using sim = await joining(['room:1', 'room:2']);
    sim.phoenix.reply(joinOf(sim, 'room:1'), OK);
    await sim.quiet();
    for (let second = 0; second < 10; second += 1) {
      sim.phoenix.push('room:1', 'said');
      await sim.pass(1000);
    }

    expect(sim.story.at(-1)).toBe('handleJoinError room:2');
  });
});

describe('many joins', () => {
  const topics = Array.from({ length: 25 }, (_, n) => `room:${n}`);

  test('are ten in flight at most, each reply making room for the next', async () => {
    await using sim = await joining(topics);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(10);

    sim.phoenix.reply(joinOf(sim, 'room:3'), OK);
    sim.phoenix.reply(joinOf(sim, 'room:4'), refusal('full'));
    await sim.quiet();
    expect(sim.phoenix.sent('phx_join')).toHaveLength(12);
  });

  test('that are left while they wait for their turn are not joined', async () => {
    await using sim = await joining(topics);
    for (const topic of topics.slice(10)) sim.worker.leave(topic);
    for (const topic of topics.slice(0, 10)) sim.phoenix.reply(joinOf(sim, topic), OK);
    await sim.pass(10_000);

    expect(sim.phoenix.sent('phx_join')).toHaveLength(10);
  });

  test('keep to the bound when a slow answer of params holds a turn', async () => {
    await using sim = await joining([], {}, { rejoin: { concurrency: 2 } });
    const never = new Promise<never>(() => undefined);
    sim.worker.join('room:a', () => never);
    sim.worker.join('room:b', () => never);
    sim.worker.join('room:c');
    await sim.quiet();
    expect(sim.phoenix.sent('phx_join')).toEqual([]);

    await sim.pass(10_000);
    expect(sim.phoenix.sent('phx_join', 'room:c')).toHaveLength(1);
  });

  test('are as many in flight as the policy says', async () => {
    await using sim = await joining(topics, SLOW, { rejoin: { concurrency: false } });
    expect(sim.phoenix.sent('phx_join')).toHaveLength(25);
  });

  test('all come back after a loss, ten at a time', async () => {
    await using sim = await joining(topics, {});
    expect(sim.given('handleJoined')).toHaveLength(25);
    sim.phoenix.script.join = () => null;
    sim.phoenix.cut();
    await sim.pass(0);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(35);

    sim.phoenix.script.join = () => OK;
    for (const topic of topics.slice(0, 10)) sim.phoenix.reply(joinOf(sim, topic), OK);
    await sim.quiet();
    expect(sim.given('handleJoined')).toHaveLength(50);
  });
});
