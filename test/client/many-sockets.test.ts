/** Topics over several sockets, because Phoenix admits only so many channels to each. */

import { describe, expect, test } from 'vitest';
import { OK, type Received, refusal, type Script } from '../support/memory-phoenix.js';
import {
  type Scene,
  type Simulation,
  simulate,
  SimulatedWorker,
} from '../support/worker-simulation.js';

const TOO_MANY = refusal('too many channels joined');

/** A server that admits so many channels to each socket. */
function admitting(most: number): Script {
  const members = new Map<object, number>();
  return {
    join: ({ session }: Received) => {
      const count = members.get(session) ?? 0;
      if (count >= most) return TOO_MANY;
      members.set(session, count + 1);
      return OK;
    },
  };
}

function topics(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `room:${n}`);
}

async function joined(count: number, scene: Scene = {}): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), scene);
  for (const topic of topics(count)) sim.worker.join(topic);
  await sim.pass(0);
  return sim;
}

/** The topics that each session has joined, in the order of the sessions. */
function spread({ phoenix }: Simulation): readonly (readonly string[])[] {
  return phoenix.sessions.map((session) =>
    phoenix
      .sent('phx_join')
      .filter((join) => join.session === session)
      .map(({ topic }) => topic),
  );
}

describe('with maxChannelsPerSocket', () => {
  const options = { maxChannelsPerSocket: 2 };

  test('topics spread over as many sockets as they need', async () => {
    await using sim = await joined(5, { options });

    expect(spread(sim)).toEqual([['room:0', 'room:1'], ['room:2', 'room:3'], ['room:4']]);
    expect(sim.given('handleJoined')).toHaveLength(5);
  });

  test('handleConnected is called once, and messages arrive from all sockets', async () => {
    await using sim = await joined(5, { options });
    for (const topic of topics(5)) sim.phoenix.push(topic, 'said');
    await sim.quiet();

    expect(sim.given('handleConnected')).toHaveLength(1);
    expect(sim.given('handleMessage').map(({ topic }) => topic)).toEqual(topics(5));
  });

  test('one socket dials at a time', async () => {
    const script: Script = { dial: () => null };
    await using sim = await joined(5, { options, script });
    expect(sim.phoenix.dials).toHaveLength(1);

    const [first] = sim.phoenix.dials;
    if (first !== undefined) sim.phoenix.accept(first);
    await sim.quiet();
    expect(sim.phoenix.dials).toHaveLength(2);
    sim.phoenix.dials[1]?.refuse({ status: 502 });
    await sim.quiet();
    expect(sim.phoenix.dials).toHaveLength(3);
  });

  test('the fall of one socket is not told, and its topics come back alone', async () => {
    await using sim = await joined(4, { options });
    sim.phoenix.sessions[0]?.cut();
    await sim.pass(0);

    expect(sim.given('handleDisconnected')).toEqual([]);
    expect(sim.given('handleConnected')).toHaveLength(1);
    expect(sim.given('handleJoined').map(({ topic }) => topic)).toEqual([
      ...topics(4),
      'room:0',
      'room:1',
    ]);
  });

  test('handleDisconnected is called when the last socket falls', async () => {
    await using sim = await joined(4, { options, chance: 0.5 });
    sim.phoenix.script.dial = () => null;
    for (const session of sim.phoenix.sessions) session.cut();
    await sim.quiet();

    expect(sim.given('handleDisconnected')).toMatchObject([{ close: { code: 1006 } }]);
    expect(sim.client.status.state).toBe('backingOff');
  });

  test('disconnect is told once, and closes all', async () => {
    await using sim = await joined(4, { options });
    sim.worker.disconnect();
    await sim.pass(60_000);

    const closed = await Promise.all(sim.phoenix.sessions.map((session) => session.closed));
    expect(closed).toEqual([
      { code: 1000, reason: '' },
      { code: 1000, reason: '' },
    ]);
    expect(sim.given('handleDisconnected')).toHaveLength(1);
  });

  test('disconnect is told when one socket is connected and another one backs off', async () => {
    for (const index of [0, 1]) {
      await using sim = await joined(4, { options, chance: 0.5 });
      sim.phoenix.sessions[index]?.cut();
      await sim.quiet();
      sim.worker.disconnect();
      await sim.pass(60_000);

      expect(sim.given('handleDisconnected')).toMatchObject([{ close: { cause: 'requested' } }]);
      expect(sim.dialedAt).toHaveLength(2);
    }
  });

  test('a second socket is closed when nothing is left on it, the first one is not', async () => {
    await using sim = await joined(3, { options });
    const closed = sim.phoenix.sessions[1]?.closed;
    for (const topic of topics(3)) sim.worker.leave(topic);
    await sim.pass(60_000);

    await expect(closed).resolves.toEqual({ code: 1000, reason: '' });
    expect(sim.client.status.state).toBe('connected');
    expect(sim.given('handleDisconnected')).toEqual([]);
  });

  test('a free place is taken before a new socket is opened', async () => {
    await using sim = await joined(4, { options });
    await sim.worker.leave('room:0').ok();
    sim.worker.join('room:9');
    await sim.quiet();

    expect(spread(sim)[0]).toEqual(['room:0', 'room:1', 'room:9']);
    expect(sim.phoenix.sessions).toHaveLength(2);
  });

  test('and no more sockets allowed the least loaded one is tried', async () => {
    await using sim = await joined(3, { options: { maxChannelsPerSocket: 1, maxSockets: 2 } });
    expect(spread(sim)).toEqual([['room:0', 'room:2'], ['room:1']]);
  });
});

describe('"too many channels joined"', () => {
  test('teaches the limit: the channel moves, and the worker sees no error', async () => {
    await using sim = await joined(7, { script: admitting(3) });

    expect(sim.given('handleJoinError')).toEqual([]);
    expect(sim.given('handleJoined')).toHaveLength(7);
    expect(sim.phoenix.sessions).toHaveLength(3);
    expect(sim.telemetry).toContainEqual(
      expect.objectContaining({ name: 'socket.full', socket: 1, channels: 3 }),
    );
  });

  test('is not asked for again: the next topics go elsewhere at once', async () => {
    await using sim = await joined(4, { script: admitting(3) });
    const before = sim.phoenix.sent('phx_join').length;
    sim.worker.join('room:8');
    await sim.quiet();

    expect(sim.phoenix.sent('phx_join')).toHaveLength(before + 1);
    expect(sim.worker.joined('room:8')).toBe(true);
  });

  test('reaches handleJoinError when there may be no more sockets', async () => {
    await using sim = await joined(4, { script: admitting(3), options: { maxSockets: 1 } });

    expect(sim.given('handleJoined')).toHaveLength(3);
    expect(sim.given('handleJoinError')).toMatchObject([
      {
        topic: 'room:3',
        error: { code: 'PHX_JOIN_REFUSED', response: { reason: 'too many channels joined' } },
        retryIn: 500,
      },
    ]);
  });

  test('settles who waits for the join in time when no other socket can be opened', async () => {
    await using sim = await joined(3, { script: admitting(3) });
    sim.phoenix.script.dial = () => ({ status: 502 });
    const join = sim.worker.join('room:3').outcome();
    await sim.pass(10_000);

    await expect(join).resolves.toMatchObject({ error: { code: 'PHX_JOIN_TIMEOUT' } });
  });
});
