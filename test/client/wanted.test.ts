/** A topic joined is a topic wanted, connected or not, until it is left or its policy ends it. */

import { describe, expect, test } from 'vitest';
import { OK, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const MANUAL = { options: { autoConnect: false } };

async function joined(script: Script = {}, topic = 'room:1'): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), { script });
  sim.worker.join(topic);
  await sim.quiet();
  return sim;
}

describe('a topic wanted', () => {
  test('before connecting is joined once connected, and after handleConnected is told', async () => {
    await using sim = await simulate(new SimulatedWorker(), MANUAL);
    const join = sim.worker.join('room:1', { since: 41 });
    await sim.pass(5000);
    sim.worker.connect();
    await sim.quiet();

    await expect(join.outcome()).resolves.toEqual({ ok: true, response: {} });
    expect(sim.story).toEqual(['init', 'handleConnected', 'handleJoined room:1']);
    expect(sim.phoenix.sent('phx_join')).toMatchObject([{ payload: { since: 41 } }]);
  });

  test('while connected is joined at once', async () => {
    await using sim = await joined({ join: () => ['ok', { n: 7 }] });

    expect(sim.given('handleJoined')).toEqual([{ topic: 'room:1', response: { n: 7 }, gap: null }]);
    expect(sim.worker.joined('room:1')).toBe(true);
    expect(sim.worker.joined('room:2')).toBe(false);
  });

  test('while down is joined after the return', async () => {
    await using sim = await simulate(new SimulatedWorker(), { chance: 0.5 });
    sim.phoenix.cut();
    await sim.quiet();
    sim.worker.join('room:1');
    await sim.pass(250);

    expect(sim.story.slice(-2)).toEqual(['handleConnected', 'handleJoined room:1']);
  });

  test('is joined again after every loss, and told since when it may have missed something', async () => {
    await using sim = await joined();
    const start = sim.clock.now();
    await sim.pass(12_000);
    sim.phoenix.push('room:1', 'said');
    await sim.pass(3000);
    sim.phoenix.cut();
    await sim.pass(0);

    const [, again] = sim.given('handleJoined');
    expect(again?.gap).toEqual({
      topic: 'room:1',
      from: new Date(start + 12_000),
      to: new Date(start + 15_000),
      dropped: null,
    });
    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('keeps its gap over joins that fail', async () => {
    const script: Script = { join: (_, count) => (count === 2 ? ['error', {}] : OK) };
    await using sim = await joined(script);
    const from = new Date(sim.clock.now());
    sim.phoenix.crash('room:1');
    await sim.pass(3000);

    expect(sim.given('handleJoinError')).toHaveLength(1);
    expect(sim.given('handleJoined')[1]?.gap).toMatchObject({ from });
    expect(sim.given('handleJoined')[1]?.gap?.to).not.toEqual(from);
  });

  test('is told no end when the connection falls, and answers no push meanwhile', async () => {
    await using sim = await joined();
    sim.phoenix.cut();
    await sim.quiet();

    expect(sim.given('handleChannelClosed')).toEqual([]);
    expect(sim.worker.joined('room:1')).toBe(false);
  });

  test('with rejoin false is forgotten with the connection, and may be wanted anew', async () => {
    await using sim = await simulate(new SimulatedWorker(), { options: { rejoin: false } });
    sim.worker.join('room:1');
    await sim.quiet();
    sim.phoenix.cut();
    await sim.pass(0);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
    expect(sim.client.status.channels.size).toBe(0);

    sim.worker.join('room:1');
    await sim.quiet();
    expect(sim.given('handleJoined')).toMatchObject([{ gap: null }, { gap: null }]);
  });

  test('with rejoin false of its own is forgotten alone', async () => {
    await using sim = await joined();
    sim.worker.join('room:2', {}, { rejoin: false });
    await sim.quiet();
    sim.phoenix.cut();
    await sim.pass(0);

    expect([...sim.client.status.channels.keys()]).toEqual(['room:1']);
  });
});

describe('wanting a topic twice', () => {
  test('while it is joined only replaces its params, which the next join sends', async () => {
    await using sim = await joined({ join: () => ['ok', { n: 7 }] });
    const again = sim.worker.join('room:1', { since: 42 });

    await expect(again.ok()).resolves.toEqual({ n: 7 });
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
    sim.phoenix.cut();
    await sim.pass(0);
    expect(sim.phoenix.sent('phx_join')).toMatchObject([
      { payload: {} },
      { payload: { since: 42 } },
    ]);
    expect(sim.given('handleJoined')).toHaveLength(2);
  });

  test('while it joins shares the outcome', async () => {
    await using sim = await simulate(new SimulatedWorker());
    const [first, second] = [sim.worker.join('room:1'), sim.worker.join('room:1', { a: 1 })];

    await expect(first.ok()).resolves.toEqual({});
    await expect(second.ok()).resolves.toEqual({});
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
  });

  test('while it waits for another try settles with that try', async () => {
    await using sim = await joined({ join: (_, count) => (count === 1 ? ['error', {}] : OK) });
    const again = sim.worker.join('room:1').outcome();
    await sim.pass(1000);

    await expect(again).resolves.toEqual({ ok: true, response: {} });
  });
});

describe('leaving', () => {
  test('while joined says so to the server, and is told', async () => {
    await using sim = await joined();
    const leave = sim.worker.leave('room:1');
    expect(sim.worker.joined('room:1')).toBe(false);

    await expect(leave.ok()).resolves.toBeUndefined();
    await sim.quiet();
    expect(sim.given('handleChannelClosed')).toEqual([
      { topic: 'room:1', cause: 'left', payload: {}, retryIn: null },
    ]);
    expect(sim.client.status.channels.size).toBe(0);
    expect(sim.telemetry.filter(({ name }) => name === 'message.stale')).toHaveLength(1);
  });

  test('while down is honoured: the topic is not joined after the return', async () => {
    await using sim = await joined();
    sim.phoenix.cut();
    await sim.quiet();
    const leave = sim.worker.leave('room:1');

    await expect(leave.ok()).resolves.toBeUndefined();
    await sim.pass(60_000);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
    expect(sim.phoenix.sent('phx_leave')).toEqual([]);
  });

  test('before the join is answered takes it back', async () => {
    await using sim = await joined({ join: () => null });
    const join = sim.worker.join('room:1').outcome();
    await expect(sim.worker.leave('room:1').ok()).resolves.toBeUndefined();
    await sim.quiet();

    await expect(join).resolves.toMatchObject({ ok: false, error: { code: 'PHX_JOIN_LOST' } });
    expect(sim.phoenix.received.map(({ event }) => event)).toEqual(['phx_join', 'phx_leave']);
    expect(sim.given('handleJoined')).toEqual([]);
  });

  test('before anything is connected says nothing to anybody', async () => {
    await using sim = await simulate(new SimulatedWorker(), MANUAL);
    const join = sim.worker.join('room:1').outcome();
    await expect(sim.worker.leave('room:1').ok()).resolves.toBeUndefined();
    sim.worker.connect();
    await sim.pass(60_000);

    await expect(join).resolves.toMatchObject({ ok: false, error: { code: 'PHX_JOIN_LOST' } });
    expect(sim.phoenix.received.map(({ event }) => event)).not.toContain('phx_join');
  });

  test('what nobody wanted succeeds at once', async () => {
    await using sim = await simulate(new SimulatedWorker());

    await expect(sim.worker.leave('room:9').ok()).resolves.toBeUndefined();
    expect(sim.phoenix.received).toEqual([]);
    expect(sim.given('handleChannelClosed')).toEqual([]);
  });

  test('unanswered ends after 5 s: the topic is no longer wanted all the same', async () => {
    await using sim = await joined({ leave: () => null });
    const leave = sim.worker.leave('room:1').outcome();
    await sim.pass(5000);

    await expect(leave).resolves.toMatchObject({
      error: {
        code: 'PHX_LEAVE_TIMEOUT',
        message: 'leave room:1: the server did not answer in time; the topic is no longer wanted',
      },
    });
    expect(sim.client.status.channels.size).toBe(0);
  });

  test('ends with the connection', async () => {
    await using sim = await joined({ leave: () => null });
    const leave = sim.worker.leave('room:1').ok();
    sim.phoenix.cut();

    await expect(leave).resolves.toBeUndefined();
    await sim.pass(60_000);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
  });
});

describe('leave and join', () => {
  test('at once: the join follows the leave', async () => {
    await using sim = await joined();
    sim.worker.leave('room:1');
    const join = sim.worker.join('room:1', { again: true });

    await expect(join.ok()).resolves.toEqual({});
    await sim.quiet();
    expect(sim.phoenix.received.map(({ event }) => event)).toEqual([
      'phx_join',
      'phx_leave',
      'phx_join',
    ]);
    expect(sim.story.slice(-2)).toEqual(['handleChannelClosed room:1', 'handleJoined room:1']);
    expect(sim.given('handleJoined')[1]).toMatchObject({ gap: null });
  });

  test('and leave again ends left', async () => {
    await using sim = await joined();
    const first = sim.worker.leave('room:1').ok();
    const join = sim.worker.join('room:1').outcome();
    const second = sim.worker.leave('room:1').ok();
    await Promise.all([first, second]);
    await sim.pass(60_000);

    await expect(join).resolves.toMatchObject({ error: { code: 'PHX_JOIN_LOST' } });
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
    expect(sim.client.status.channels.size).toBe(0);
  });

  test('while down: the topic is wanted as by a first join', async () => {
    await using sim = await joined();
    sim.phoenix.cut();
    await sim.quiet();
    sim.worker.leave('room:1');
    sim.worker.join('room:1');
    await sim.pass(0);

    expect(sim.phoenix.sent('phx_join')).toHaveLength(2);
    expect(sim.given('handleJoined')[1]).toMatchObject({ gap: null });
  });
});
