/** A drain at any moment of a worker's life: before it is connected, after it has stopped, and what may overtake it. */

import { describe, expect, test } from 'vitest';
import { joined, timed } from '../support/drain-stage.js';
import { hasCode } from '../../src/errors.js';
import type { DrainReport, StopReason } from '../../src/index.js';
import { HookedWorker, type Hooks } from '../support/hooked-worker.js';
import { OK, type Script } from '../support/memory-phoenix.js';
import { type Scene, Simulation } from '../support/worker-simulation.js';

/** Neither returns nor can be interrupted. */
const never = new Promise<never>(() => undefined);
const NOTHING: DrainReport = { settled: 0, unsent: 0, unanswered: 0, persisted: 0, forced: false };
const DRAINED: StopReason = { kind: 'requested', reason: 'drained' };

describe('a drain', () => {
  test('before init has run lets init run', async () => {
    await using sim = new Simulation(new HookedWorker(), {});
    expect(await sim.client.drain()).toEqual(NOTHING);
    expect(sim.story.filter((line) => line !== 'handleConnected')).toEqual(['init', 'terminate']);
  });

  test('while dialing gives the dial up when nothing waits for it', async () => {
    await using sim = await joined({}, { script: { dial: () => null } });
    expect(await sim.client.drain()).toEqual(NOTHING);
    expect(sim.phoenix.dials[0]?.request.signal.aborted).toBe(true);
    expect(sim.story).toEqual(['init', 'handleChannelClosed room:1', 'terminate']);
  });

  test('while backing off dials no more when nothing waits', async () => {
    const script: Script = { dial: () => ({ status: 502 }) };
    await using sim = await joined({}, { script, chance: 0.5 });
    expect(await sim.client.drain()).toEqual(NOTHING);
    await sim.pass(600_000);
    expect(sim.dialedAt).toEqual([0]);
  });

  test('while backing off goes on dialing for a push that waits, and delivers it', async () => {
    const script: Script = {
      dial: (_, count) => (count < 3 ? { status: 502 } : 'accept'),
      push: () => OK,
    };
    await using sim = await joined({}, { script, chance: 0.5 });
    const outcome = sim.worker.push('room:1', 'ask').outcome();
    const report = timed(sim, sim.client.drain());
    await sim.pass(15_000);

    expect(await report).toEqual([sim.dialedAt[2], { ...NOTHING, settled: 1 }]);
    expect(await outcome).toMatchObject({ ok: true });
  });

  test('while the worker is disconnected drops what waits at once: nobody will dial', async () => {
    await using sim = await joined({}, { options: { autoConnect: false } });
    const outcome = sim.worker.push('room:1', 'ask').outcome();
    const report = timed(sim, sim.client.drain());
    await sim.pass(15_000);

    expect(await report).toEqual([0, { ...NOTHING, unsent: 1 }]);
    expect(await outcome).toMatchObject({ error: { code: 'PHX_PUSH_DROPPED' } });
  });

  test('of a worker that has stopped answers at once, and changes nothing', async () => {
    await using sim = await joined();
    await sim.client.stop('enough');
    expect(await sim.client.drain()).toEqual(NOTHING);
    expect(sim.client.status.state).toBe('stopped');
    await expect(sim.client.stopped).resolves.toMatchObject({ reason: 'enough' });
  });

  test('of a worker that stops waits for the stop, and takes no topic from terminate', async () => {
    let said: unknown = null;
    const hooks: Hooks = {
      handleInfo: () => never,
      terminate: async (worker) => {
        said = await worker.push('room:1', 'bye').outcome();
      },
    };
    await using sim = await joined(hooks, { script: { push: () => OK } });
    sim.client.notify('hang');
    await sim.quiet();
    void sim.client.stop('enough');
    const report = timed(sim, sim.client.drain());
    await sim.pass(5000);

    expect(await report).toEqual([5000, { ...NOTHING, forced: true }]);
    expect(said).toEqual({ ok: true, response: {} });
    await expect(sim.client.stopped).resolves.toMatchObject({ reason: 'enough' });
  });

  test('asked for twice is one, with the limits of the first', async () => {
    await using sim = await joined();
    sim.worker.push('room:1', 'ask', {}, { timeout: '1h' });
    const [first, second] = [sim.client.drain({ grace: '1s' }), sim.client.drain({ grace: '1h' })];
    const both = timed(sim, Promise.all([first, second]));
    await sim.pass(1000);

    const report = { ...NOTHING, unanswered: 1, forced: true };
    expect(await both).toEqual([1000, [report, report]]);
    expect(sim.given('terminate')).toHaveLength(1);
  });

  test.each([{ grace: 'soon' }, { force: -1 }, { grace: Number.NaN }, { force: '1 week' }])(
    'with a limit that is none is refused, and nothing has happened: %o',
    async (options) => {
      await using sim = await joined();
      const refused = await Promise.resolve()
        .then(() => sim.client.drain(options as never))
        .catch((error: unknown) => error);

      expect(hasCode(refused, 'PHX_BAD_OPTION')).toBe(true);
      expect(sim.client.status.state).toBe('connected');
      await expect(sim.client.call('still there?')).resolves.toBeUndefined();
    },
  );

  test('that a callback asks for begins when that callback has ended', async () => {
    const reports: Promise<DrainReport>[] = [];
    const hooks: Hooks = { handleInfo: () => void reports.push(sim.client.drain()) };
    const sim = await joined(hooks);
    await using _sim = sim;
    sim.client.notify('drain');
    await sim.quiet();

    expect(await Promise.all(reports)).toEqual([NOTHING]);
    expect(sim.story.slice(-2)).toEqual(['handleChannelClosed room:1', 'terminate']);
  });

  test('that a callback awaits ends all the same, when its limits are over', async () => {
    const hooks: Hooks = { handleInfo: () => sim.client.drain() };
    const sim = await joined(hooks);
    await using _sim = sim;
    sim.client.notify('drain');
    const reason = timed(sim, sim.client.stopped);
    await sim.pass(20_000);

    expect(await reason).toEqual([17_500, DRAINED]);
    expect(await sim.client.drain()).toEqual({ ...NOTHING, forced: true });
  });
});

describe('a drain is overtaken', () => {
  /** A drain held by a push that nobody answers, and one that waits. */
  async function draining(hooks: Hooks = {}, scene: Scene = {}) {
    const script: Script = {
      ...scene.script,
      join: ({ topic }) => (topic === 'room:2' ? null : OK),
    };
    const sim = await joined(hooks, { ...scene, script });
    sim.worker.join('room:2', {}, { timeout: '1h' });
    sim.worker.push('room:1', 'ask', {}, { timeout: '1h' });
    sim.worker.push('room:2', 'waits', {}, { ttl: '1h' });
    await sim.quiet();
    return { sim, report: timed(sim, sim.client.drain()) };
  }

  const CUT_SHORT = { ...NOTHING, unsent: 1, unanswered: 1 };

  test('by a stop, at once: what it ends is not counted as settled', async () => {
    const { sim, report } = await draining();
    await using _sim = sim;
    await sim.pass(1000);
    const stopped = timed(sim, sim.client.stop('now'));

    expect(await stopped).toEqual([0, { kind: 'requested', reason: 'now' }]);
    expect(await report).toEqual([1000, CUT_SHORT]);
    expect(sim.given('terminate')).toHaveLength(1);
    expect(sim.clock.pending).toBe(0);
  });

  test('by a stop while a callback hangs: then the limits are those of the stop', async () => {
    await using sim = await joined({ handleInfo: () => never });
    sim.client.notify('hang');
    await sim.quiet();
    const report = timed(sim, sim.client.drain({ grace: '1h' }));
    await sim.pass(1000);
    const stopped = timed(sim, sim.client.stop());
    await sim.pass(5000);

    expect(await stopped).toMatchObject([5000, { reason: null }]);
    expect(await report).toEqual([6000, { ...NOTHING, forced: true }]);
    expect(sim.clock.pending).toBe(0);
  });

  test('by a stop while topics are left and the server does not answer', async () => {
    await using sim = await joined({}, { script: { leave: () => null } });
    const report = timed(sim, sim.client.drain({ force: '1m' }));
    await sim.pass(1000);
    expect(sim.phoenix.sent('phx_leave')).toHaveLength(1);
    await sim.client.stop('now');

    expect(await report).toEqual([1000, NOTHING]);
    await expect(sim.client.stopped).resolves.toMatchObject({ reason: 'now' });
    expect(sim.clock.pending).toBe(0);
  });

  test('by a callback that fails', async () => {
    const hooks: Hooks = {
      handleChannelClosed: () => {
        throw new RangeError('too far');
      },
    };
    const { sim, report } = await draining(hooks);
    await using _sim = sim;
    await sim.pass(1000);
    sim.phoenix.crash('room:1');
    await sim.quiet();

    expect(await report).toEqual([1000, { ...CUT_SHORT, settled: 1, unanswered: 0 }]);
    await expect(sim.client.stopped).resolves.toMatchObject({ kind: 'crashed' });
    expect(sim.given('terminate')).toMatchObject([{ kind: 'crashed' }]);
  });

  test('by the policy that gives up', async () => {
    const options = { reconnect: { attempts: 1 } };
    const script: Script = { dial: (_, count) => (count === 1 ? 'accept' : { status: 502 }) };
    const { sim, report } = await draining({}, { options, script });
    await using _sim = sim;
    sim.phoenix.cut();
    await sim.pass(14_000);

    const [at, counts] = await report;
    expect(at).toBeLessThan(14_000);
    expect(counts).toEqual({ settled: 1, unsent: 1, unanswered: 0, persisted: 0, forced: false });
    await expect(sim.client.stopped).resolves.toMatchObject({ kind: 'gaveUp' });
  });
});

describe('while nothing is read', () => {
  /** The first message hangs until it is let go; so many more wait that reading has stopped. */
  async function paused(messages = 12) {
    let letGo = (): void => undefined;
    const hooks: Hooks = {
      handleMessage: () => new Promise<void>((resolve) => (letGo = resolve)),
    };
    const sim = await joined(hooks, { options: { inbox: { messages: 8 } } });
    for (let n = 0; n < messages; n += 1) sim.phoenix.push('room:1', `e${n}`);
    await sim.quiet();
    return { sim, letGo: () => letGo() };
  }

  test('a stop reads on, forgets what waits, and leaves no timer', async () => {
    const { sim, letGo } = await paused();
    await using _sim = sim;
    expect(sim.phoenix.sessions[0]?.paused).toBe(true);
    const stopped = timed(sim, sim.client.stop());
    letGo();
    await sim.quiet();

    expect(await stopped).toMatchObject([0, { reason: null }]);
    expect(sim.phoenix.sessions[0]?.paused).toBe(false);
    expect(sim.given('handleMessage')).toHaveLength(1);
    expect(sim.clock.pending).toBe(0);
  });

  test('a stop with the inbox full tells of no gap, and of nothing but the end', async () => {
    const { sim, letGo } = await paused(100);
    await using _sim = sim;
    await sim.pass(5000);
    void sim.client.stop();
    letGo();
    await sim.client.stopped;

    expect(sim.story.slice(-2)).toEqual(['handleMessage room:1 e0', 'terminate']);
    expect(sim.clock.pending).toBe(0);
  });

  test('a drain reads on at once: the reply it waits for may be among what was not read', async () => {
    const { sim, letGo } = await paused();
    await using _sim = sim;
    const outcome = sim.worker.push('room:1', 'ask');
    await sim.quiet();
    for (const message of sim.phoenix.sent('ask')) sim.phoenix.reply(message, OK);
    const report = timed(sim, sim.client.drain());
    expect(sim.phoenix.sessions[0]?.paused).toBe(false);
    for (let n = 0; n < 8; n += 1) {
      letGo();
      await sim.quiet();
    }

    expect(await report).toEqual([0, { ...NOTHING, settled: 1 }]);
    expect(await outcome.outcome()).toEqual({ ok: true, response: {} });
    expect(sim.given('handleMessage')).toHaveLength(7);
  });
});
