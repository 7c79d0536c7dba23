/** A drain: what is under way settles, nothing new is begun, and what became of it is counted. */

import { describe, expect, test } from 'vitest';
import { hasCode } from '../../src/errors.js';
import type { DrainOptions, DrainReport } from '../../src/index.js';
import { HookedWorker, type Hooks } from '../support/hooked-worker.js';
import { OK, type Script } from '../support/memory-phoenix.js';
import { type Scene, type Simulation, simulate } from '../support/worker-simulation.js';

type Run = Simulation<HookedWorker>;

const NOTHING: DrainReport = { settled: 0, unsent: 0, unanswered: 0, persisted: 0, forced: false };

/** Connected, and a member of these topics if the script says so. */
async function joined(topics: readonly string[], hooks: Hooks = {}, scene: Scene = {}) {
  const sim = await simulate(new HookedWorker(hooks), scene);
  for (const topic of topics) sim.worker.join(topic);
  await sim.quiet();
  return sim;
}

/** The report, and when it came. */
function drain(sim: Run, options?: DrainOptions): Promise<DrainReport & { at: number }> {
  const begun = sim.clock.monotonic();
  return sim.client
    .drain(options)
    .then((report) => ({ ...report, at: sim.clock.monotonic() - begun }));
}

function answer({ phoenix }: Run, event: string): void {
  for (const message of phoenix.sent(event)) phoenix.reply(message, OK);
}

describe('a drain with nothing under way', () => {
  test('leaves every topic, says goodbye, and stops at once', async () => {
    await using sim = await joined(['room:1', 'room:2']);
    const report = await drain(sim);

    expect(report).toEqual({ ...NOTHING, at: 0 });
    expect(sim.phoenix.sent('phx_leave').map(({ topic }) => topic)).toEqual(['room:1', 'room:2']);
    await expect(sim.phoenix.sessions[0]?.closed).resolves.toEqual({ code: 1000, reason: '' });
    await expect(sim.client.stopped).resolves.toEqual({ kind: 'requested', reason: 'drained' });
    expect(sim.clock.pending).toBe(0);
  });

  test('leaves a topic that is joining, and one that is refused for now', async () => {
    const script: Script = {
      join: ({ topic }) => (topic === 'room:silent' ? null : ['error', {}]),
    };
    await using sim = await joined(['room:silent', 'room:refused'], {}, { script });

    expect(await drain(sim)).toEqual({ ...NOTHING, at: 0 });
    expect(sim.phoenix.sent('phx_leave').map(({ topic }) => topic)).toEqual(['room:silent']);
    expect(sim.given('handleChannelClosed').map(({ cause }) => cause)).toEqual(['left', 'left']);
  });

  test('has left every topic by the time of terminate, which cannot push any more', async () => {
    const fates: unknown[] = [];
    const hooks: Hooks = {
      terminate: async () => {
        const outcome = await sim.worker.push('room:1', 'goodbye').outcome();
        fates.push(outcome.ok ? 'sent' : outcome.error.code);
      },
    };
    await using sim = await joined(['room:1'], hooks);

    await drain(sim);
    expect(fates).toEqual(['PHX_PUSH_DROPPED']);
  });

  test('tells of each topic that was left, one after the other, before terminate', async () => {
    const hooks: Hooks = {
      handleChannelClosed: () => new Promise((resolve) => setImmediate(resolve)),
    };
    await using sim = await joined(['room:1', 'room:2', 'room:3'], hooks);

    expect(await drain(sim)).toEqual({ ...NOTHING, at: 0 });
    expect(sim.story.slice(-4)).toEqual([
      'handleChannelClosed room:1',
      'handleChannelClosed room:2',
      'handleChannelClosed room:3',
      'terminate',
    ]);
  });
});

describe('a drain waits', () => {
  test('for the reply to a push that was sent', async () => {
    await using sim = await joined(['room:1']);
    const outcome = sim.worker.push('room:1', 'ask').outcome();
    const report = drain(sim);
    await sim.pass(3000);
    expect(sim.client.status.state).toBe('draining');
    answer(sim, 'ask');

    expect(await report).toEqual({ ...NOTHING, settled: 1, at: 3000 });
    expect(await outcome).toEqual({ ok: true, response: {} });
  });

  test('for a reply that nobody has asked for, and for the callback that is given it', async () => {
    await using sim = await joined(['room:1']);
    sim.worker.push('room:1', 'tell');
    const report = drain(sim);
    await sim.pass(1000);
    answer(sim, 'tell');

    expect(await report).toEqual({ ...NOTHING, settled: 1, at: 1000 });
    expect(sim.given('handleReply')).toMatchObject([{ event: 'tell', status: 'ok' }]);
  });

  test('for the outbox of a topic that is not joined yet', async () => {
    const script: Script = { join: () => null, push: () => OK };
    await using sim = await joined(['room:1'], {}, { script });
    const outcome = sim.worker.push('room:1', 'ask').outcome();
    const report = drain(sim);
    await sim.pass(2000);
    answer(sim, 'phx_join');

    expect(await report).toEqual({ ...NOTHING, settled: 1, at: 2000 });
    expect(await outcome).toMatchObject({ ok: true });
  });

  test('for the callback that runs and for those that wait behind it', async () => {
    let letGo = (): void => undefined;
    const hooks: Hooks = {
      handleMessage: () => new Promise<void>((resolve) => (letGo = resolve)),
    };
    await using sim = await joined(['room:1'], hooks);
    sim.phoenix.push('room:1', 'said');
    await sim.quiet();
    sim.client.notify('waits');
    const report = drain(sim);
    await sim.pass(4000);
    expect(sim.given('handleInfo')).toEqual([]);
    letGo();

    expect(await report).toEqual({ ...NOTHING, at: 4000 });
    expect(sim.story.slice(-3)).toEqual(['handleInfo', 'handleChannelClosed room:1', 'terminate']);
  });

  test('for what is deferred, which hears no abort', async () => {
    await using sim = await joined(['room:1']);
    let letGo = (): void => undefined;
    let wasAborted: boolean | null = null;
    const outcome = sim.worker
      .defer(async (signal) => {
        await new Promise<void>((resolve) => (letGo = resolve));
        wasAborted = signal.aborted;
        return 'done';
      })
      .outcome();
    const report = drain(sim);
    await sim.pass(6000);
    letGo();

    expect(await report).toEqual({ ...NOTHING, at: 6000 });
    expect(await outcome).toEqual({ ok: true, response: 'done' });
    expect(wasAborted).toBe(false);
  });

  test('for the answer to a call that came before it', async () => {
    const hooks: Hooks = { handleCall: (worker) => worker.push('room:1', 'ask') };
    await using sim = await joined(['room:1'], hooks);
    const answered = sim.client.call('price');
    await sim.quiet();
    const report = drain(sim);
    await sim.pass(2000);
    answer(sim, 'ask');

    expect(await answered).toEqual({});
    expect(await report).toEqual({ ...NOTHING, settled: 1, at: 2000 });
  });
});

describe('while it drains a worker', () => {
  /** A push that is answered when the test says so holds the drain. */
  async function draining(hooks: Hooks = {}, topics = ['room:1']) {
    const sim = await joined(topics, hooks);
    sim.worker.push('room:1', 'ask');
    return sim;
  }

  test('is asked and told nothing new', async () => {
    await using sim = await draining();
    const report = drain(sim);

    const refused = await sim.client.call('late').catch((error: unknown) => error);
    expect(hasCode(refused, 'PHX_STOPPED')).toBe(true);
    expect(() => {
      sim.client.notify('late');
    }).toThrow(/notify after the worker began to drain/);
    answer(sim, 'ask');
    await report;
    expect(sim.given('handleInfo')).toEqual([]);
  });

  test('handles the messages that were there before, and takes no more', async () => {
    await using sim = await draining();
    sim.phoenix.push('room:1', 'before');
    const report = drain(sim);
    sim.phoenix.push('room:1', 'after');
    await sim.pass(1000);
    answer(sim, 'ask');
    await report;

    expect(sim.given('handleMessage').map(({ event }) => event)).toEqual(['before']);
  });

  test('is woken by no timer of its own', async () => {
    await using sim = await draining();
    const turns: string[] = [];
    sim.worker.after(1000, () => turns.push('after'));
    sim.worker.every(500, () => turns.push('every'));
    const report = drain(sim);
    sim.worker.after(1000, () => turns.push('made later'));
    await sim.pass(5000);
    answer(sim, 'ask');
    await report;

    expect(turns).toEqual([]);
  });

  test('is still told of joins, of ends, and of what its pushes come to', async () => {
    await using sim = await draining({}, ['room:1', 'room:2']);
    const report = drain(sim);
    sim.phoenix.crash('room:2');
    await sim.pass(2000);
    sim.worker.push('room:9', 'unwanted');
    await sim.quiet();
    answer(sim, 'ask');

    expect(await report).toMatchObject({ settled: 2, unsent: 0, at: 2000 });
    expect(sim.story.slice(4, 7)).toEqual([
      'handleChannelClosed room:2',
      'handleJoined room:2',
      'handlePushError room:9 unwanted',
    ]);
  });
});

describe('the report of a drain', () => {
  test('counts what settled, what was never sent and what was never answered', async () => {
    const script: Script = { join: ({ topic }) => (topic === 'room:silent' ? null : OK) };
    await using sim = await joined(['room:1', 'room:silent'], {}, { script });
    const { worker } = sim;
    worker.push('room:1', 'before');
    await sim.quiet();
    answer(sim, 'before');
    await sim.quiet();
    for (const event of ['one', 'two']) worker.push('room:1', event);
    worker.push('room:1', 'late', {}, { timeout: 4000 });
    for (const event of ['a', 'b', 'c']) worker.push('room:silent', event);
    worker.push('room:1', 'hopeless', {}, { timeout: '1h' });
    const report = drain(sim);
    await sim.pass(1000);
    for (const event of ['one', 'two']) answer(sim, event);
    await sim.pass(20_000);

    const counts = { settled: 3, unsent: 3, unanswered: 1, persisted: 0, forced: true };
    expect(await report).toEqual({ ...counts, at: 15_000 });
  });

  test('counts the pushes that are made meanwhile', async () => {
    const hooks: Hooks = { handleReply: (worker) => worker.push('room:1', 'again').ok() };
    const script: Script = { push: ({ event }) => (event === 'again' ? OK : null) };
    await using sim = await joined(['room:1'], hooks, { script });
    sim.worker.push('room:1', 'ask');
    const report = drain(sim);
    await sim.pass(1000);
    answer(sim, 'ask');

    expect(await report).toEqual({ ...NOTHING, settled: 2, at: 1000 });
  });
});
