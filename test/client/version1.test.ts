/** A worker that speaks version 1, whose messages from the server name no join. */

import { describe, expect, test } from 'vitest';
import { type Answered, OK, type Received, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

async function joined(script: Script = {}): Promise<Simulation> {
  const options = { serializer: 'v1' } as const;
  const sim = await simulate(new SimulatedWorker(), { options, vsn: '1.0.0', script });
  sim.worker.join('room:1');
  await sim.quiet();
  return sim;
}

/** The frames of the first session as the server reads them. */
function framesOf({ phoenix }: Simulation): readonly unknown[] {
  const frames = phoenix.sessions[0]?.received.frames ?? [];
  return frames.map((frame) => JSON.parse(String(frame)) as unknown);
}

function leaveOf(sim: Simulation): Received {
  const [leave] = sim.phoenix.sent('phx_leave');
  if (leave === undefined) throw new Error('nothing was left');
  return leave;
}

describe('in version 1', () => {
  test('the dial says so, and the join carries a join_ref, so that its end can be told', async () => {
    await using sim = await joined();
    sim.worker.push('room:1', 'ping', { a: 1 });
    await sim.quiet();

    expect(sim.phoenix.dials[0]?.request.url.searchParams.get('vsn')).toBe('1.0.0');
    expect(framesOf(sim)).toEqual([
      { topic: 'room:1', event: 'phx_join', ref: '1', join_ref: '1', payload: {} },
      { topic: 'room:1', event: 'ping', ref: '2', join_ref: '1', payload: { a: 1 } },
    ]);
  });

  test('messages, replies and the end of the channel arrive', async () => {
    await using sim = await joined({ push: () => OK });
    sim.worker.push('room:1', 'ping');
    await sim.quiet();
    sim.phoenix.push('room:1', 'said', { n: 1 });
    sim.phoenix.crash('room:1');
    await sim.pass(500);

    expect(sim.story.slice(2)).toEqual([
      'handleJoined room:1',
      'handleReply room:1 ping',
      'handleMessage room:1 said',
      'handleChannelClosed room:1',
      'handleJoined room:1',
    ]);
  });

  test('the late close of an earlier join changes nothing', async () => {
    await using sim = await joined();
    const [first] = sim.phoenix.sent('phx_join');
    sim.phoenix.crash('room:1');
    await sim.pass(500);
    sim.phoenix.close('room:1', first);
    await sim.quiet();

    expect(sim.worker.joined('room:1')).toBe(true);
  });

  test('a leave ends with the close, not with its reply, and the next join waits for it', async () => {
    await using sim = await joined({ leave: () => null });
    const leave = sim.worker.leave('room:1').outcome();
    sim.worker.join('room:1');
    await sim.quiet();
    sim.phoenix.reply(leaveOf(sim), OK);
    await sim.quiet();
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
    expect(sim.given('handleChannelClosed')).toEqual([]);

    sim.phoenix.close('room:1', leaveOf(sim));
    await expect(leave).resolves.toEqual({ ok: true, response: undefined });
    await sim.quiet();
    expect(sim.phoenix.sent('phx_join')).toHaveLength(2);
    expect(sim.story.slice(-2)).toEqual(['handleChannelClosed room:1', 'handleJoined room:1']);
  });

  test('a leave whose close never comes ends after 5 s, and then the next join goes out', async () => {
    await using sim = await joined({ leave: () => OK });
    const leave = sim.worker.leave('room:1').outcome();
    sim.worker.join('room:1');
    await sim.pass(4999);
    expect(sim.phoenix.sent('phx_join')).toHaveLength(1);
    await sim.pass(1);

    await expect(leave).resolves.toMatchObject({ error: { code: 'PHX_LEAVE_TIMEOUT' } });
    expect(sim.phoenix.sent('phx_join')).toHaveLength(2);
  });

  test.each<[string, Answered | null]>([
    ['is never answered', null],
    ['is refused meanwhile', ['error', {}]],
  ])('leaving a join that %s ends with the reply: no close is to come', async (_, answer) => {
    await using sim = await joined({ join: () => null, leave: () => null });
    const [join] = sim.phoenix.sent('phx_join');
    const leave = sim.worker.leave('room:1').outcome();
    await sim.quiet();
    if (join !== undefined && answer !== null) sim.phoenix.reply(join, answer);
    sim.phoenix.reply(leaveOf(sim), OK);
    await sim.quiet();

    expect(sim.given('handleChannelClosed')).toMatchObject([{ cause: 'left' }]);
    await expect(leave).resolves.toEqual({ ok: true, response: undefined });
  });

  test('leaving a join that is accepted meanwhile ends with the close', async () => {
    await using sim = await joined({ join: () => null, leave: () => null });
    const [join] = sim.phoenix.sent('phx_join');
    sim.worker.leave('room:1');
    await sim.quiet();
    if (join !== undefined) sim.phoenix.reply(join, OK);
    sim.phoenix.reply(leaveOf(sim), OK);
    await sim.quiet();
    expect(sim.given('handleChannelClosed')).toEqual([]);

    sim.phoenix.close('room:1', leaveOf(sim));
    await sim.quiet();
    expect(sim.given('handleChannelClosed')).toMatchObject([{ cause: 'left' }]);
  });

  test('bytes are refused at once with the remedy', async () => {
    await using sim = await joined();
    expect(() => sim.worker.push('room:1', 'upload', new Uint8Array([1]))).toThrow(
      expect.objectContaining({
        code: 'PHX_ENCODING',
        message: expect.stringContaining('version 1 has no bytes: use version 2'),
      }),
    );
  });
});

describe('in version 2', () => {
  test('a leave ends with its reply, and the next join follows it at once', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: { leave: () => OK } });
    sim.worker.join('room:1');
    await sim.quiet();
    sim.worker.leave('room:1');
    sim.worker.join('room:1');
    await sim.quiet();

    expect(sim.phoenix.sent('phx_join')).toHaveLength(2);
    expect(sim.worker.joined('room:1')).toBe(true);
  });
});
