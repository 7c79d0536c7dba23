/** A connection of limited age: it gives way to a new one in a quiet moment, and that is no failure. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions, CredentialsRequest } from '../../src/index.js';
import { OK, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const AGE = 100_000;
/** With the least chance a connection has three quarters of it. */
const LEAST = 75_000;

class Member extends SimulatedWorker {
  override init(): void {
    this.join('room:1');
  }
}

async function aging(
  options: ClientOptions = {},
  script: Script = {},
  chance = 0,
): Promise<Simulation<Member>> {
  const all = { maxConnectionAge: AGE, heartbeat: false, ...options } as const;
  return simulate(new Member(), { options: all, script, chance });
}

describe('a connection that is as old as it may be', () => {
  test('gives way to a new one: no failure, no back-off, and the topics are joined again', async () => {
    await using sim = await aging();
    await sim.pass(LEAST - 1);
    expect(sim.dialedAt).toHaveLength(1);
    await sim.pass(100);

    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { cause: 'renewed', code: 1000, status: null }, attempt: 0, retryIn: 0 },
    ]);
    expect(sim.given('handleConnected')).toMatchObject([{ attempt: 1 }, { attempt: 1 }]);
    expect(sim.given('handleJoined')).toMatchObject([
      { topic: 'room:1', gap: null },
      { topic: 'room:1', gap: { dropped: null } },
    ]);
    expect(sim.dialedAt).toEqual([0, LEAST + 50]);
  });

  test('ends in good order: the server is told by a Close frame', async () => {
    await using sim = await aging();
    await sim.pass(LEAST + 100);
    await expect(sim.phoenix.sessions[0]?.closed).resolves.toMatchObject({ code: 1000 });
  });

  test.each([
    [0, 75_000],
    [0.5, 87_500],
    [0.9999, 99_997],
  ])('is drawn between three quarters and the whole: chance %d, %d ms', async (chance, age) => {
    await using sim = await aging({}, {}, chance);
    await sim.pass(age - 1);
    expect(sim.dialedAt).toHaveLength(1);
    await sim.pass(100);
    expect(sim.dialedAt).toHaveLength(2);
  });

  test('is one of many: each new one ages, too', async () => {
    await using sim = await aging();
    await sim.pass(4 * LEAST);
    expect(sim.dialedAt).toHaveLength(4);
  });

  test('is dialed anew with credentials that are asked for', async () => {
    const asked: CredentialsRequest[] = [];
    const credentials = (request: CredentialsRequest) => {
      asked.push(request);
      return { authToken: `token-${asked.length}` };
    };
    await using sim = await aging({ credentials });
    await sim.pass(LEAST + 100);

    expect(asked.map(({ refused }) => refused)).toEqual([false, false]);
    expect(sim.phoenix.dials.map(({ request }) => request.authToken)).toEqual([
      'token-1',
      'token-2',
    ]);
  });

  test('is told to telemetry as what was wished for', async () => {
    await using sim = await aging();
    await sim.pass(LEAST + 100);
    const lost = sim.telemetry.filter(({ name }) => name === 'socket.lost');
    expect(lost).toMatchObject([{ cause: 'renewed', attempt: 0, retryIn: 0 }]);
  });

  test('lasts for ever by default', async () => {
    await using sim = await simulate(new Member(), { options: { heartbeat: false } });
    await sim.pass(7 * 24 * 3_600_000);
    expect(sim.dialedAt).toHaveLength(1);
  });

  test('does not come back when the worker disconnects meanwhile', async () => {
    await using sim = await aging({}, { push: () => null });
    sim.worker.push('room:1', 'slow');
    await sim.pass(LEAST - 5000);
    sim.worker.push('room:1', 'slow');
    await sim.pass(5100);
    sim.worker.disconnect();
    await sim.pass(2 * AGE);
    expect(sim.dialedAt).toHaveLength(1);
  });
});

describe('a renewal waits for a quiet moment', () => {
  test('no push that is answered in time ends without its reply', async () => {
    await using sim = await aging({}, { push: () => null });
    await sim.pass(LEAST - 10);
    const push = sim.worker.push('room:1', 'slow');
    await sim.pass(3000);
    expect(sim.dialedAt).toHaveLength(1);
    const [message] = sim.phoenix.sent('slow');
    sim.phoenix.reply(message!, OK);
    await sim.pass(100);

    await expect(push.ok()).resolves.toEqual({});
    expect(sim.dialedAt).toHaveLength(2);
  });

  test('a confirmed push in flight is not interrupted, and so is sent once', async () => {
    await using sim = await aging({}, { push: () => null });
    await sim.pass(LEAST - 10);
    const push = sim.worker.push('room:1', 'slow', {}, { delivery: 'confirmed' });
    await sim.pass(3000);
    expect(sim.dialedAt).toHaveLength(1);
    const [message] = sim.phoenix.sent('slow');
    sim.phoenix.reply(message!, OK);
    await sim.pass(100);

    await expect(push.ok()).resolves.toEqual({});
    expect(sim.dialedAt).toHaveLength(2);
    expect(sim.phoenix.sent('slow')).toHaveLength(1);
  });

  test('a confirmed push that rests until it is sent again does not hold it up', async () => {
    await using sim = await aging({ confirmed: { min: '1m', max: '1m' } }, { push: () => null });
    await sim.pass(LEAST - 15_000);
    const push = sim.worker.push('room:1', 'slow', {}, { delivery: 'confirmed', timeout: '10s' });
    await sim.pass(15_100);
    expect(sim.dialedAt).toHaveLength(2);
    expect(sim.phoenix.sent('slow')).toHaveLength(2);
    sim.phoenix.reply(sim.phoenix.sent('slow').at(-1)!, OK);
    await expect(push.ok()).resolves.toEqual({});
  });

  test('no join is broken off', async () => {
    await using sim = await aging({}, { join: (_, count) => (count === 1 ? OK : null) });
    await sim.pass(LEAST - 10);
    const join = sim.worker.join('room:2');
    sim.phoenix.script.join = () => null;
    await sim.pass(3000);
    expect(sim.dialedAt).toHaveLength(1);
    sim.phoenix.reply(sim.phoenix.sent('phx_join', 'room:2')[0]!, OK);
    sim.phoenix.script = {};
    await sim.pass(100);

    await expect(join.ok()).resolves.toEqual({});
    expect(sim.dialedAt).toHaveLength(2);
  });

  test('at most for timeouts.push, and what is pushed in its last second goes over the new connection', async () => {
    const options = { timeouts: { push: '20s' } } as const;
    await using sim = await aging(options, { push: () => null });
    await sim.pass(LEAST);
    const unanswered = sim.worker.push('room:1', 'never', {}, { timeout: '1m' });
    await sim.pass(19_100);
    const held = sim.worker.push('room:1', 'held');
    const refused = sim.worker.push('room:1', 'refused', {}, { delivery: 'volatile' });
    await sim.quiet();
    expect(sim.phoenix.sent('held')).toEqual([]);
    await sim.pass(1000);

    await expect(unanswered.outcome()).resolves.toMatchObject({
      error: { code: 'PHX_PUSH_LOST', delivered: 'unknown' },
    });
    await expect(refused.outcome()).resolves.toMatchObject({
      error: { code: 'PHX_PUSH_DROPPED', message: expect.stringContaining('about to be renewed') },
    });
    const [message] = sim.phoenix.sent('held');
    expect(message?.session).toBe(sim.phoenix.sessions[1]);
    sim.phoenix.reply(message!, OK);
    await expect(held.ok()).resolves.toEqual({});
  });
});

describe('several sockets of a client', () => {
  test('are renewed one after the other, and never while one of them is away', async () => {
    class Members extends SimulatedWorker {
      override init(): void {
        for (const topic of ['room:1', 'room:2', 'room:3']) this.join(topic);
      }
    }
    const options = { maxConnectionAge: AGE, maxChannelsPerSocket: 1, heartbeat: false } as const;
    await using sim = await simulate(new Members(), { options });
    expect(sim.dialedAt).toHaveLength(3);
    sim.phoenix.script.dial = () => null;
    await sim.pass(LEAST + 200);
    const lost = () => sim.telemetry.filter(({ name }) => name === 'socket.lost');
    expect(lost()).toHaveLength(1);
    await sim.pass(5000);
    expect(lost()).toHaveLength(1);

    sim.phoenix.script = {};
    sim.phoenix.accept(sim.phoenix.dials.at(-1)!);
    await sim.pass(5000);
    expect(lost()).toHaveLength(3);
    expect(sim.given('handleDisconnected')).toEqual([]);
    expect(sim.client.status.channels.get('room:3')?.state).toBe('joined');
  });

  test('go on joining when the turn to be renewed is lost meanwhile', async () => {
    class Members extends SimulatedWorker {
      override init(): void {
        for (const topic of ['room:1', 'room:2', 'room:3']) this.join(topic);
      }
    }
    const options = { maxConnectionAge: AGE, maxChannelsPerSocket: 2, heartbeat: false } as const;
    const script: Script = { push: () => null };
    await using sim = await simulate(new Members(), { options, script });
    await sim.pass(LEAST - 1000);
    sim.worker.push('room:1', 'never', {}, { timeout: '5m' });
    await sim.pass(1000 + 9500);
    const rejoin = sim.worker.rejoin('room:2');
    await sim.quiet();
    expect(sim.phoenix.sent('phx_join', 'room:2')).toHaveLength(1);
    sim.phoenix.script.dial = () => null;
    sim.phoenix.cut();
    await sim.pass(200);
    await expect(rejoin.ok()).resolves.toEqual({});
  });
});
