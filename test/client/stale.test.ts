/** Messages that belong to an earlier join, or to none: counted, and believed by nobody. */

import { describe, expect, test } from 'vitest';
import { OK, type Received, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

/** The first join is never answered and given up; the second one is accepted. */
const SECOND: Script = { join: (_, count) => (count === 1 ? null : OK) };

async function joined(script: Script = {}): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), { script });
  sim.worker.join('room:1');
  await sim.quiet();
  return sim;
}

/** Joined by its second join, while the server still holds the first one. */
async function joinedTwice(): Promise<Simulation & { old: Received; current: Received }> {
  const sim = await joined(SECOND);
  await sim.pass(10_500);
  const [old, current] = sim.phoenix.sent('phx_join');
  if (old === undefined || current === undefined) throw new Error('there are not two joins');
  return Object.assign(sim, { old, current });
}

function staleOnes(sim: Simulation): number {
  return sim.telemetry.filter(({ name }) => name === 'message.stale').length;
}

describe('after a second join of the same topic', () => {
  test.each<[string, (sim: Awaited<ReturnType<typeof joinedTwice>>) => void]>([
    ['the close of the first', ({ phoenix, old }) => phoenix.close('room:1', old)],
    ['the crash of the first', ({ phoenix, old }) => phoenix.crash('room:1', old)],
    ['a late refusal of the first', ({ phoenix, old }) => phoenix.reply(old, ['error', {}])],
    ['a late ok to the first', ({ phoenix, old }) => phoenix.reply(old, OK)],
    [
      'a push of the first',
      ({ old: { session, joinRef } }) =>
        session.send(JSON.stringify([joinRef, null, 'room:1', 'said', {}])),
    ],
  ])('%s changes nothing', async (_, happens) => {
    await using sim = await joinedTwice();
    const before = sim.story;
    happens(sim);
    await sim.pass(1000);

    expect(sim.story).toEqual(before);
    expect(sim.worker.joined('room:1')).toBe(true);
    expect(staleOnes(sim)).toBe(1);
  });

  test('the end of the second counts', async () => {
    await using sim = await joinedTwice();
    sim.phoenix.close('room:1', sim.current);
    await sim.quiet();

    expect(sim.given('handleChannelClosed')).toMatchObject([{ cause: 'closed' }]);
  });

  test('broadcasts count, which name no join', async () => {
    await using sim = await joinedTwice();
    sim.phoenix.broadcast('room:1', 'said');
    await sim.quiet();

    expect(sim.story.at(-1)).toBe('handleMessage room:1 said');
  });
});

describe('a message', () => {
  test('for a topic that nobody wants is counted', async () => {
    await using sim = await joined();
    const before = sim.story;
    sim.phoenix.sendRaw(JSON.stringify([null, null, 'room:9', 'said', {}]));
    sim.phoenix.sendRaw(JSON.stringify(['1', '9', 'room:9', 'phx_reply', { status: 'ok' }]));
    sim.phoenix.sendRaw(JSON.stringify([null, null, 'phoenix', 'phx_reply', { status: 'ok' }]));
    await sim.quiet();

    expect(sim.story).toEqual(before);
    expect(staleOnes(sim)).toBe(3);
  });

  test('of the channel while it is being left is not handled', async () => {
    await using sim = await joined({ leave: () => null });
    sim.worker.leave('room:1');
    sim.phoenix.push('room:1', 'said');
    sim.phoenix.broadcast('room:1', 'said');
    await sim.quiet();

    expect(sim.given('handleMessage')).toEqual([]);
  });

  test('of the channel after it crashed is not handled', async () => {
    await using sim = await joined();
    sim.phoenix.crash('room:1');
    sim.phoenix.push('room:1', 'said');
    sim.phoenix.crash('room:1');
    await sim.quiet();

    expect(sim.given('handleMessage')).toEqual([]);
    expect(sim.given('handleChannelClosed')).toHaveLength(1);
  });
});

describe('"unmatched topic"', () => {
  test('to a push of the present join means that the server has lost it: it is joined again', async () => {
    const script: Script = {
      push: (message) => {
        sim.phoenix.replyUnmatched(message);
        return null;
      },
    };
    await using sim = await joined(script);
    const push = sim.worker.push('room:1', 'ping').outcome();
    await sim.pass(500);

    await expect(push).resolves.toMatchObject({
      error: { code: 'PHX_PUSH_REFUSED', response: { reason: 'unmatched topic' } },
    });
    expect(sim.given('handleChannelClosed')).toEqual([
      { topic: 'room:1', cause: 'desync', payload: {}, retryIn: 500 },
    ]);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(2);
    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('loses at once the other pushes of that join', async () => {
    const script: Script = {
      push: (message, count) => {
        if (message.event === 'second' && count === 1) sim.phoenix.replyUnmatched(message);
        return null;
      },
    };
    await using sim = await joined(script);
    const first = sim.worker.push('room:1', 'first').outcome();
    sim.worker.push('room:1', 'second');
    await sim.quiet();

    await expect(first).resolves.toMatchObject({
      error: { code: 'PHX_PUSH_LOST', delivered: 'unknown' },
    });
  });

  test('to a push of an earlier join is no news', async () => {
    await using sim = await joined();
    sim.worker.push('room:1', 'ping');
    await sim.quiet();
    const [push] = sim.phoenix.sent('ping');
    sim.phoenix.crash('room:1');
    await sim.pass(500);
    expect(sim.worker.joined('room:1')).toBe(true);

    if (push !== undefined) sim.phoenix.replyUnmatched(push);
    await sim.quiet();
    expect(sim.worker.joined('room:1')).toBe(true);
    expect(sim.given('handleChannelClosed')).toHaveLength(1);
  });

  test('as the answer of the application itself is an answer like any other', async () => {
    await using sim = await joined({ push: () => ['error', { reason: 'unmatched topic' }] });
    await sim.worker.push('room:1', 'ping').outcome();
    await sim.quiet();

    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('to a join is a refusal', async () => {
    const script: Script = {
      join: (message) => {
        sim.phoenix.replyUnmatched(message);
        return null;
      },
    };
    await using sim = await simulate(new SimulatedWorker(), { script });
    sim.worker.join('rom:1');
    await sim.quiet();

    expect(sim.given('handleJoinError')).toMatchObject([
      {
        error: { code: 'PHX_JOIN_REFUSED', response: { reason: 'unmatched topic' } },
        retryIn: 500,
      },
    ]);
  });
});

describe('an earlier connection', () => {
  test('speaks to nobody', async () => {
    await using sim = await joined();
    const [first] = sim.phoenix.sessions;
    sim.worker.connect('ws://elsewhere/socket');
    await sim.pass(0);
    const before = sim.story;
    first?.send(JSON.stringify([null, null, 'room:1', 'said', {}]));
    first?.cut();
    await sim.quiet();

    expect(sim.story).toEqual(before);
  });
});
