/** The reconnect policy as a function: shown what the default would do, believed above the floors, and harmless whatever they do. */

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ClientOptions, Disconnected, Duration } from '../../src/index.js';
import type { Script } from '../support/memory-phoenix.js';
import { NO_ANSWERS } from '../support/no-answers.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const REFUSING: Script = { dial: () => ({ status: 502 }) };
const HOUR = 3_600_000;

type Lost = (lost: Disconnected) => Duration | null;

/** A worker whose policies may give its commands. */
async function losing(
  reconnect: (worker: SimulatedWorker) => Lost,
  script: Script = REFUSING,
  options: ClientOptions = {},
): Promise<Simulation> {
  const worker = new SimulatedWorker();
  return await simulate(worker, { script, options: { reconnect: reconnect(worker), ...options } });
}

function failures(sim: Simulation): readonly unknown[] {
  return sim.telemetry.filter(({ name }) => name === 'callback.failed');
}

describe('a reconnect function', () => {
  test('is given what handleDisconnected is told, with the default’s own delay', async () => {
    const asked: Disconnected[] = [];
    await using sim = await losing(() => (lost) => {
      asked.push(lost);
      return lost.retryIn;
    });
    await sim.pass(3000);

    expect(sim.given('handleDisconnected').length).toBeGreaterThan(5);
    expect(asked).toEqual(sim.given('handleDisconnected'));
  });

  test('decides when the next dial comes, in milliseconds or with a unit', async () => {
    const answers: (Duration | null)[] = [250, '2s', null];
    await using sim = await losing(
      () =>
        ({ attempt }) =>
          answers[attempt - 1] ?? null,
    );
    await sim.pass(HOUR);

    expect(sim.dialedAt).toEqual([0, 250, 2250]);
    expect(sim.given('handleDisconnected').map(({ retryIn }) => retryIn)).toEqual([
      250,
      2000,
      null,
    ]);
    await expect(sim.client.stopped).resolves.toMatchObject({ kind: 'gaveUp' });
  });

  test('may come later than Retry-After, and not sooner', async () => {
    const script: Script = {
      dial: (_, count) => (count < 3 ? { status: 429, headers: { 'Retry-After': '7' } } : 'accept'),
    };
    await using sim = await losing(
      () =>
        ({ attempt }) =>
          attempt === 1 ? 1 : '9s',
      script,
    );
    await sim.pass(HOUR);
    expect(sim.dialedAt).toEqual([0, 7000, 16_000]);
  });

  test('is asked about each connection lost, and starts from one after 10 s of use', async () => {
    const attempts: number[] = [];
    await using sim = await losing(
      () => (lost) => {
        attempts.push(lost.attempt);
        return 0;
      },
      {},
    );
    for (const ms of [9999, 10_000, 0]) {
      sim.phoenix.cut();
      await sim.pass(ms);
    }
    expect(attempts).toEqual([1, 2, 1]);
  });

  test('is not asked about a disconnect of the worker’s own', async () => {
    const asked: Disconnected[] = [];
    await using sim = await losing(
      () => (lost) => {
        asked.push(lost);
        return 0;
      },
      {},
    );
    sim.worker.disconnect();
    await sim.pass(HOUR);
    expect(asked).toEqual([]);
    expect(sim.dialedAt).toEqual([0]);
  });

  test.each(NO_ANSWERS)('that %s leaves the default’s delay, and is told', async (_, answer) => {
    await using sim = await losing(() => answer as Lost);
    await sim.pass(2500);

    const announced = sim.given('handleDisconnected').map(({ retryIn }) => retryIn);
    expect(announced.slice(0, 6)).toEqual([0, 0, 0, 0, 1000, 1000]);
    expect(failures(sim)[0]).toMatchObject({
      callback: 'reconnect',
      verdict: 'continue',
      error: expect.stringMatching(
        /^reconnect failed: (no idea|the answer of the policy function)/,
      ),
    });
    expect(failures(sim)).toHaveLength(announced.length);
    expect(sim.client.status.state).not.toBe('stopped');
  });

  test('that throws is said once on the process when nobody listens', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    onTestFinished(() => {
      warn.mockRestore();
    });
    const options: ClientOptions = {
      url: 'ws://phoenix/socket',
      transports: [{ name: 'none', dial: () => fail() }],
      reconnect: () => fail(),
    };
    class Plain extends SimulatedWorker {}
    const told: Disconnected[] = [];
    Plain.prototype.handleDisconnected = (fact: Disconnected) => {
      told.push(fact);
    };
    const client = new Plain().start(options);
    await expect.poll(() => told.length).toBeGreaterThan(1);
    await client.stop();

    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^reconnect failed: Error at .+ \(the worker: continue\)$/)],
    ]);
  });
});

function fail(): never {
  throw new Error('unreachable');
}

describe('a reconnect function that gives commands:', () => {
  test('stop ends the worker', async () => {
    await using sim = await losing((worker) => () => {
      worker.stop('enough');
      return 0;
    });
    await expect(sim.client.stopped).resolves.toEqual({ kind: 'requested', reason: 'enough' });
    expect(sim.story).toEqual(['init', 'terminate']);
  });

  test('disconnect ends the attempts, whatever it answers', async () => {
    await using sim = await losing((worker) => () => {
      worker.disconnect();
      return 0;
    });
    await sim.pass(HOUR);
    expect(sim.dialedAt).toEqual([0]);
    expect(sim.client.status.state).toBe('disconnected');

    sim.worker.connect();
    await sim.pass(HOUR);
    expect(sim.dialedAt).toHaveLength(2);
  });

  test('connect hurries the next dial, above the floor', async () => {
    await using sim = await losing((worker) => () => {
      worker.connect();
      return '1h';
    });
    await sim.pass(3500);
    expect(sim.dialedAt).toEqual([0, 0, 0, 0, 0, 1000, 2000, 3000]);
  });

  test('connect and then null is a connect', async () => {
    await using sim = await losing(
      (worker) => () => {
        worker.connect();
        return null;
      },
      {},
      { maxChannelsPerSocket: 1 },
    );
    sim.worker.join('room:1');
    await sim.quiet();
    sim.phoenix.cut();
    await sim.pass(0);
    sim.worker.join('room:2');
    await sim.pass(0);

    expect(sim.client.status.state).toBe('connected');
    expect(sim.worker.joined('room:1') && sim.worker.joined('room:2')).toBe(true);
  });

  test('connect to another server leaves the floor of this one behind', async () => {
    const script: Script = {
      dial: ({ request }) =>
        request.url.host === 'phoenix'
          ? { status: 503, headers: { 'Retry-After': '60' } }
          : 'accept',
    };
    await using sim = await losing(
      (worker) => () => {
        worker.connect('ws://elsewhere/socket');
        return '1h';
      },
      script,
    );
    await sim.pass(0);
    expect(sim.client.status.state).toBe('connected');
    expect(sim.dialedAt).toEqual([0, 0]);
  });

  test('leave and join are done, while all topics stand between two connections', async () => {
    await using sim = await losing(
      (worker) => () => {
        worker.leave('room:1');
        worker.join('room:2');
        return 0;
      },
      {},
    );
    sim.worker.join('room:1');
    await sim.quiet();
    sim.phoenix.cut();
    await sim.pass(0);

    expect([...sim.client.status.channels.keys()]).toEqual(['room:2']);
    expect(sim.worker.joined('room:2')).toBe(true);
  });
});
