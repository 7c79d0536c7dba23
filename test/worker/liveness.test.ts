/** A worker is called dead for what a restart cures, and for nothing else. */

import { describe, expect, test } from 'vitest';
import { type ClientOptions, UnauthorizedError } from '../../src/index.js';
import { LoopWatch } from '../../src/client/loop-watch.js';
import { DeafClock } from '../support/deaf-clock.js';
import { ClockedWorker } from '../support/fault-worker.js';
import { HookedWorker, type Hooks } from '../support/hooked-worker.js';
import { MemoryPhoenix } from '../support/memory-phoenix.js';
import { SimulatedClock } from '../support/simulated-clock.js';
import { pass } from '../support/passing-time.js';
import { SupervisedStage } from '../support/supervised-stage.js';
import { type Scene, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const MINUTE = 60_000;
const ALIVE = { alive: true };
/** The machine may be busy. */
const PATIENT = { timeout: 4000 };

/** Resolves when the test says so: nothing of ours. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Nothing else runs meanwhile: the timer of the watch is late by it. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('alive is a worker', () => {
  const refused = { dial: () => ({ status: 503 }) };
  const revoked = () => {
    throw new UnauthorizedError('revoked');
  };

  test.each<[string, Scene]>([
    ['whose server is down', { script: refused }],
    [
      'whose back-off takes minutes',
      { script: refused, options: { reconnect: { delays: ['1h'] } } },
    ],
    ['whose heartbeats nobody answers', { script: { heartbeat: () => null } }],
    ['whose joins nobody answers', { script: { join: () => null } }],
    ['whose dials nobody answers', { script: { dial: () => null } }],
    ['that was never to connect', { options: { autoConnect: false } }],
    ['whose credentials were revoked', { options: { credentials: revoked } }],
  ])('%s', async (_, scene) => {
    const worker = new HookedWorker({ init: (it) => void it.join('room:1') });
    await using sim = await simulate(worker, scene);
    for (let minutes = 0; minutes < 20; minutes += 2) {
      expect(sim.client.liveness()).toEqual(ALIVE);
      await sim.pass(2 * MINUTE);
    }
  });

  test('whose server asked for minutes of patience when the worker would connect at once', async () => {
    const asking = { dial: () => ({ status: 503, headers: { 'retry-after': '240' } }) };
    const worker = new HookedWorker({
      handleDisconnected: (it) => {
        it.connect();
      },
    });
    const options = { reconnect: false } as const;
    await using sim = await simulate(worker, { options, script: asking });
    for (let minutes = 1; minutes < 4; minutes += 1) {
      await sim.pass(MINUTE);
      expect(sim.phoenix.dials).toHaveLength(1);
      expect(sim.client.status.state).toBe('backingOff');
      expect(sim.client.liveness()).toEqual(ALIVE);
    }
    await sim.pass(2 * MINUTE);
    expect(sim.phoenix.dials).toHaveLength(2);
    expect(sim.client.liveness()).toEqual(ALIVE);
  });

  test('that has stopped', async () => {
    await using sim = await simulate(new SimulatedWorker());
    await sim.client.stop();
    await sim.pass(60 * MINUTE);
    expect(sim.client.liveness()).toEqual(ALIVE);
  });
});

describe('a mailbox that does not move', () => {
  test('is dead when turns wait for a callback that waits for nothing of ours', async () => {
    const { opened, open } = gate();
    const worker = new HookedWorker({ handleInfo: () => opened });
    await using sim = await simulate(worker);
    sim.client.notify('hang');
    await sim.quiet();
    await sim.pass(10 * MINUTE);
    expect(sim.client.liveness()).toEqual(ALIVE);

    const since = new Date(sim.clock.now() - 10 * MINUTE);
    sim.client.notify('wait');
    const what = 'a callback has been running for 600000 ms, and 1 turns wait for it';
    expect(sim.client.liveness()).toEqual({ alive: false, why: 'stuckMailbox', since, what });
    open();
    await sim.quiet();
    expect(sim.client.liveness()).toEqual(ALIVE);
  });

  test('is dead only from the limit on', async () => {
    const { opened, open } = gate();
    const options: ClientOptions = { liveness: { mailbox: '5s' } };
    await using sim = await simulate(new HookedWorker({ handleInfo: () => opened }), { options });
    sim.client.notify('hang');
    sim.client.notify('wait');
    await sim.quiet();
    await sim.pass(4999);
    expect(sim.client.liveness()).toEqual(ALIVE);
    await sim.pass(1);
    expect(sim.client.liveness()).toMatchObject({ why: 'stuckMailbox' });
    open();
  });

  test('is dead when it is that of one topic, though others move and ask for replies', async () => {
    const { opened, open } = gate();
    const hooks: Hooks = {
      init: (it) => ['room:stuck', 'room:busy'].forEach((topic) => it.join(topic)),
      handleMessage: async (worker, { topic }) => {
        if (topic === 'room:stuck') await opened;
        else await worker.push(topic, 'ask', {}, { timeout: '1h' }).outcome();
      },
    };
    const options = { concurrency: 'topic', heartbeat: false } as const;
    const worker = new HookedWorker(hooks);
    await using sim = await simulate(worker, { options, script: { push: () => null } });
    sim.phoenix.push('room:stuck', 'first');
    await sim.quiet();
    sim.phoenix.push('room:busy', 'busy');
    sim.phoenix.push('room:busy', 'busy');
    await sim.quiet();
    await sim.pass(3 * MINUTE);
    // Nothing waits for the one that is stuck, and the busy one waits for its server.
    expect(sim.client.liveness()).toEqual(ALIVE);

    sim.phoenix.push('room:stuck', 'second');
    await sim.quiet();
    const what = 'a callback has been running for 180000 ms, and 1 turns wait for it';
    expect(sim.client.liveness()).toMatchObject({ alive: false, why: 'stuckMailbox', what });
    open();
    await sim.quiet();
    expect(sim.client.liveness()).toEqual(ALIVE);
  });

  test('is alive while the callback waits for a reply of the server, which has a deadline', async () => {
    const { opened, open } = gate();
    const handleInfo = async (worker: HookedWorker) => {
      await worker.push('room:1', 'slow', {}, { timeout: '1h' }).outcome();
      await opened;
    };
    const worker = new HookedWorker({ init: (it) => void it.join('room:1'), handleInfo });
    await using sim = await simulate(worker);
    sim.client.notify('ask');
    sim.client.notify('wait');
    await sim.quiet();
    await sim.pass(59 * MINUTE);
    expect(sim.client.liveness()).toEqual(ALIVE);

    const [slow] = sim.phoenix.sent('slow');
    sim.phoenix.reply(slow!, ['ok', {}]);
    await sim.quiet();
    expect(sim.client.liveness()).toMatchObject({ why: 'stuckMailbox' });
    open();
  });
});

describe('a deadline of ours that is missed', () => {
  const clock = () => new DeafClock();

  /** A worker whose server refuses it, so that it waits for its next dial. */
  async function backingOff(deaf: DeafClock, options: ClientOptions = {}) {
    const phoenix = new MemoryPhoenix({ dial: () => ({ status: 503 }) });
    const worker = new ClockedWorker();
    const { transport } = phoenix;
    const all = { url: 'ws://phoenix/socket', transports: [transport], ...options } as const;
    const client = worker.startOn(deaf, all);
    await pass(deaf, 100);
    return client;
  }

  test('is one whose timer does not fire', async () => {
    const deaf = clock();
    await using client = await backingOff(deaf);
    expect(client.status.state).toBe('backingOff');
    deaf.isDeaf = true;
    await pass(deaf, 29_000);
    expect(client.liveness()).toEqual(ALIVE);
    await pass(deaf, 2 * MINUTE);
    expect(client.liveness()).toMatchObject({ alive: false, why: 'missedDeadline' });
  });

  test('is also a heartbeat that is not sent', async () => {
    const deaf = clock();
    const phoenix = new MemoryPhoenix();
    const options = { url: 'ws://phoenix/socket', transports: [phoenix.transport] } as const;
    await using client = new ClockedWorker().startOn(deaf, options);
    await pass(deaf, 100);
    expect(client.status.state).toBe('connected');
    expect(client.liveness()).toEqual(ALIVE);
    deaf.isDeaf = true;
    await pass(deaf, MINUTE);
    expect(phoenix.sent('heartbeat')).toEqual([]);
    expect(client.liveness()).toMatchObject({ why: 'missedDeadline' });
  });

  test('has a limit of its own', async () => {
    const deaf = clock();
    const options: ClientOptions = { liveness: { deadline: '5m' } };
    await using client = await backingOff(deaf, options);
    deaf.isDeaf = true;
    await pass(deaf, 4 * MINUTE);
    expect(client.liveness()).toEqual(ALIVE);
    await pass(deaf, 2 * MINUTE);
    expect(client.liveness()).toMatchObject({ why: 'missedDeadline' });
  });

  test('is none as long as the event loop has not turned: timers have had no chance', async () => {
    const deaf = clock();
    await using client = await backingOff(deaf, { liveness: { loop: '1h' } });
    client.liveness();
    deaf.isDeaf = true;
    await pass(deaf, MINUTE);
    block(2100);
    expect(client.liveness()).toEqual(ALIVE);
    await expect.poll(() => client.liveness(), PATIENT).toMatchObject({ why: 'missedDeadline' });
  });

  test('is also a restart that does not come', async () => {
    const deaf = clock();
    const restart = { minDelay: '1s', period: '1h' } as const;
    await using stage = new SupervisedStage(
      () => {
        throw new Error('no database');
      },
      { restart },
      deaf,
    );
    await stage.until(() => stage.facts('worker.restarted').length === 1);
    expect(stage.client.liveness()).toEqual(ALIVE);
    deaf.isDeaf = true;
    await stage.pass(MINUTE);
    expect(stage.client.liveness()).toMatchObject({ why: 'missedDeadline' });
  });
});

describe('an event loop that is blocked', () => {
  test('is told by the handle in the very turn', async () => {
    const options: ClientOptions = { liveness: { loop: 50 } };
    await using sim = await simulate(new SimulatedWorker(), { options });
    sim.client.liveness();
    block(1100);
    expect(sim.client.liveness()).toMatchObject({ alive: false, why: 'blockedLoop' });
  });

  /** Time that passes without a timer, as it does while nothing turns. */
  class BlockedClock extends SimulatedClock {
    #blocked = 0;

    override monotonic(): number {
      return super.monotonic() + this.#blocked;
    }

    block(ms: number): void {
      this.#blocked += ms;
    }
  }

  test('is blocked until as long after as the limit is', () => {
    const clock = new BlockedClock();
    const watch = new LoopWatch(10_000, clock);
    expect(watch.blockedFor).toBeNull();
    watch.start();
    watch.start();
    expect(clock.pending).toBe(1);
    clock.advance(5500);
    expect(watch.blockedFor).toBeNull();

    clock.block(10_600);
    expect(watch.isLate).toBe(true);
    expect(watch.blockedFor).toBe(10_100);
    clock.advance(500);
    expect(watch.isLate).toBe(false);
    expect(watch.blockedFor).toBe(10_600);
    clock.advance(10_000);
    expect(watch.blockedFor).toBe(20_600);
    clock.advance(1);
    expect(watch.blockedFor).toBeNull();
    watch.stop();
    expect(clock.pending).toBe(0);
  });
});
