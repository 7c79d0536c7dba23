/** Join params that a function gives: asked before every join, beside the mailbox, and never waited for without end. */

import { describe, expect, test } from 'vitest';
import type { JoinParams } from '../../src/index.js';
import { OK, type Received, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

type Asked = Parameters<JoinParams<unknown>>[0];

/** Joins with these params, which are noted each time that they are asked for. */
async function joining(
  params: (asked: Asked) => unknown,
  script: Script = {},
): Promise<Simulation & { asked: Asked[] }> {
  const asked: Asked[] = [];
  const sim = await simulate(new SimulatedWorker(), { script });
  sim.worker.join('room:1', (join: Asked) => {
    asked.push(join);
    return params(join);
  });
  await sim.quiet();
  return Object.assign(sim, { asked });
}

const payloads = ({ phoenix }: Simulation): readonly unknown[] =>
  phoenix.sent('phx_join').map(({ payload }) => payload);

describe('a params function', () => {
  test('that throws fails the attempt, and is asked again for the next one', async () => {
    const problem = new Error('no cursor');
    await using sim = await joining(({ attempt }) => {
      if (attempt === 1) throw problem;
      return { attempt };
    });
    expect(sim.given('handleJoinError')).toMatchObject([
      {
        topic: 'room:1',
        attempt: 1,
        retryIn: 500,
        error: {
          code: 'PHX_JOIN_PARAMS',
          message: 'join room:1: its params could not be had or sent: no cursor',
          cause: problem,
        },
      },
    ]);

    await sim.pass(500);
    expect(payloads(sim)).toEqual([{ attempt: 2 }]);
    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('that rejects fails the attempt in the same way', async () => {
    await using sim = await joining(() => Promise.reject(new Error('no cursor')));

    expect(sim.given('handleJoinError')).toMatchObject([{ error: { code: 'PHX_JOIN_PARAMS' } }]);
    expect(payloads(sim)).toEqual([]);
  });

  test('that gives what cannot be sent fails the attempt in the same way', async () => {
    await using sim = await joining(() => ({ big: 1n }));

    expect(sim.given('handleJoinError')).toMatchObject([
      { error: { code: 'PHX_JOIN_PARAMS', cause: { code: 'PHX_ENCODING' } } },
    ]);
    expect(payloads(sim)).toEqual([]);
  });

  test('that never answers fails the attempt after 10 s', async () => {
    await using sim = await joining(() => new Promise(() => undefined));
    await sim.pass(9999);
    expect(sim.given('handleJoinError')).toEqual([]);
    await sim.pass(1);

    expect(sim.given('handleJoinError')).toMatchObject([
      {
        error: {
          code: 'PHX_JOIN_PARAMS',
          message: 'join room:1: its params function gave no answer in time',
        },
      },
    ]);
  });

  test('that answers too late is not heard: a newer join has its own answer', async () => {
    const answers: ((params: unknown) => void)[] = [];
    await using sim = await joining(() => new Promise((resolve) => answers.push(resolve)));
    await sim.pass(10_500);
    expect(answers).toHaveLength(2);

    answers[0]?.({ late: true });
    await sim.quiet();
    expect(payloads(sim)).toEqual([]);
    answers[1]?.({ late: false });
    await sim.quiet();
    expect(payloads(sim)).toEqual([{ late: false }]);
  });

  test('that answers after the topic was left, or the connection fell, is not heard', async () => {
    const answers: ((params: unknown) => void)[] = [];
    await using sim = await joining(() => new Promise((resolve) => answers.push(resolve)));
    sim.phoenix.cut();
    await sim.pass(0);
    sim.worker.leave('room:1');
    for (const answer of answers) answer({});
    await sim.quiet();

    expect(answers).toHaveLength(2);
    expect(payloads(sim)).toEqual([]);
    expect(sim.given('handleJoinError')).toEqual([]);
  });

  test('that answers after its policy has ended the topic is not heard', async () => {
    let answer: (params: unknown) => void = () => undefined;
    const params = () => new Promise((resolve) => void (answer = resolve));
    await using sim = await simulate(new SimulatedWorker(), { options: { rejoin: false } });
    sim.worker.join('room:1', params);
    await sim.pass(10_000);
    expect(sim.given('handleJoinError')).toMatchObject([{ retryIn: null }]);
    answer({});
    await sim.quiet();

    expect(payloads(sim)).toEqual([]);
  });

  test('may answer at once or later', async () => {
    await using sim = await joining(({ attempt }) => (attempt > 1 ? {} : { cursor: null }));
    sim.worker.join('room:2', async () => {
      await Promise.resolve();
      return { cursor: 'x' };
    });
    await sim.quiet();

    expect(payloads(sim)).toEqual([{ cursor: null }, { cursor: 'x' }]);
  });

  test('that gives nothing joins without params', async () => {
    await using sim = await joining(() => undefined);
    expect(payloads(sim)).toEqual([{}]);
  });

  test('is asked before each join, with the gap that the join will tell of', async () => {
    await using sim = await joining(() => ({}));
    const from = new Date(sim.clock.now());
    await sim.pass(4000);
    sim.phoenix.cut();
    await sim.pass(0);

    const gap = { topic: 'room:1', from, to: new Date(sim.clock.now()), dropped: null };
    expect(sim.asked).toEqual([
      { attempt: 1, refused: false, gap: null },
      { attempt: 1, refused: false, gap },
    ]);
    expect(sim.given('handleJoined')[1]?.gap).toEqual(gap);
  });

  test('is told the attempt, which counts failures until they are forgotten', async () => {
    const script: Script = { join: (_, count) => (count <= 2 ? ['error', {}] : ['ok', {}]) };
    await using sim = await joining(() => ({}), script);
    await sim.pass(500);
    await sim.pass(1000);
    sim.phoenix.crash('room:1');
    await sim.pass(2500);
    await sim.pass(10_000);
    sim.phoenix.crash('room:1');
    await sim.pass(500);

    expect(sim.asked.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 2]);
  });

  test('runs while a callback does: what it needs must not come from the mailbox', async () => {
    let letGo = (): void => undefined;
    class Busy extends SimulatedWorker {
      override handleConnected(): Promise<void> {
        return new Promise((resolve) => {
          letGo = resolve;
        });
      }
    }
    await using sim = await simulate(new Busy());
    sim.worker.join('room:1', () => ({ cursor: 1 }));
    await sim.quiet();

    expect(payloads(sim)).toEqual([{ cursor: 1 }]);
    letGo();
  });
});

describe('params that are no function', () => {
  test('and cannot be sent fail the join, not the call: they may wait for long', async () => {
    await using sim = await simulate(new SimulatedWorker());
    const join = sim.worker.join('room:1', { big: 1n });

    await expect(join.outcome()).resolves.toMatchObject({
      error: { code: 'PHX_JOIN_PARAMS', cause: { code: 'PHX_ENCODING' } },
    });
  });
});

describe('while the params of the next join are awaited, a join that timed out is not forgotten', () => {
  /** The first join was given up, and may yet be accepted; the params function was asked again. */
  async function askedAgain(
    again: unknown = new Promise(() => undefined),
  ): Promise<Simulation & { first: Received }> {
    const params = ({ attempt }: Asked) => (attempt === 1 ? {} : again);
    const join: Script['join'] = ({ topic }) => (topic === 'room:1' ? null : OK);
    const sim = await joining(params, { join, leave: () => OK });
    await sim.pass(10_500);
    expect(sim.asked).toHaveLength(2);
    const [first] = sim.phoenix.sent('phx_join');
    if (first === undefined) throw new Error('no join was sent');
    return Object.assign(sim, { first });
  }

  test('by a leave: the server may hold the channel', async () => {
    await using sim = await askedAgain();
    const leave = sim.worker.leave('room:1');
    await sim.quiet();

    expect(sim.phoenix.sent('phx_leave')).toMatchObject([{ joinRef: sim.first.ref }]);
    await expect(leave.outcome()).resolves.toMatchObject({ ok: true });
  });

  test('by its late ok, which frees its turn and needs no other join', async () => {
    await using sim = await askedAgain();
    sim.phoenix.reply(sim.first, OK);
    await sim.quiet();

    expect(sim.given('handleJoined')).toHaveLength(1);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
    sim.worker.push('room:1', 'ping');
    await sim.quiet();
    expect(sim.phoenix.sent('ping')).toMatchObject([{ joinRef: sim.first.ref }]);
  });

  test('by a late "too many channels", which moves no channel that is not asking', async () => {
    await using sim = await askedAgain();
    sim.worker.join('room:2');
    await sim.quiet();
    expect(sim.worker.joined('room:2')).toBe(true);
    sim.phoenix.reply(sim.first, ['error', { reason: 'too many channels joined' }]);
    await sim.quiet();

    expect(sim.phoenix.dials).toHaveLength(1);
    expect(sim.worker.joined('room:1')).toBe(false);
  });

  test('when those cannot be sent', async () => {
    await using sim = await askedAgain({ big: 1n });
    expect(sim.given('handleJoinError').at(-1)?.error.code).toBe('PHX_JOIN_PARAMS');
    sim.phoenix.reply(sim.first, OK);
    await sim.quiet();

    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('when those do not come in time', async () => {
    await using sim = await askedAgain();
    await sim.pass(10_000);
    expect(sim.given('handleJoinError').at(-1)?.error.code).toBe('PHX_JOIN_PARAMS');
    sim.phoenix.reply(sim.first, OK);
    await sim.quiet();

    expect(sim.worker.joined('room:1')).toBe(true);
  });
});
