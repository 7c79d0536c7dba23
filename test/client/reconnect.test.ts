/** After a loss: when the next dial comes, who may hurry it, and when nobody dials any more. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../../src/index.js';
import { lost } from '../../src/protocol/close.js';
import type { Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const REFUSING: Script = { dial: () => ({ status: 502 }) };

/** Accepts each dial and ends it right away. */
const ACCEPT_THEN_CLOSE: Script = {
  dial: (dial) => {
    dial.accept().close(1000, 'come again');
    return null;
  },
};

/** Connects again whenever it is told of a loss. */
class Stubborn extends SimulatedWorker {
  override handleDisconnected(): void {
    this.connect();
  }
}

function between(times: readonly number[]): readonly number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

async function started(
  script: Script,
  reconnect: ClientOptions['reconnect'] = {},
  worker = new SimulatedWorker(),
): Promise<Simulation> {
  return await simulate(worker, { script, options: { reconnect } });
}

describe('a loss', () => {
  test('is told with its cause, its number in a row and the time of the next dial', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: REFUSING, chance: 0.5 });
    await sim.pass(250);

    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { cause: 'refused', status: 502, reason: 'Bad Gateway' }, attempt: 1, retryIn: 250 },
      { close: { cause: 'refused', status: 502 }, attempt: 2, retryIn: 500 },
    ]);
    expect(sim.dialedAt).toEqual([0, 250]);
  });

  test.each([1000, 1001, 1002, 1006, 1011, 1012, 4000])(
    'with code %d is followed by a new connection',
    async (code) => {
      await using sim = await simulate(new SimulatedWorker());
      sim.phoenix.kick(code, 'bye');
      await sim.pass(0);

      expect(sim.given('handleDisconnected')).toMatchObject([{ close: { code, cause: 'peer' } }]);
      expect(sim.given('handleConnected')).toEqual([
        { attempt: 1, transport: 'memory' },
        { attempt: 2, transport: 'memory' },
      ]);
    },
  );

  test('what is announced is what happens, however long it lasts', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: REFUSING, chance: 0.7 });
    await sim.pass(600_000);

    const announced = sim.given('handleDisconnected').map(({ retryIn }) => retryIn);
    expect(between(sim.dialedAt)).toEqual(announced.slice(0, -1));
    expect(Math.max(...announced.map(Number))).toBe(21_000);
  });

  test('of a dial that the server does not answer comes after 10 s', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: { dial: () => null } });
    await sim.pass(10_000);

    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { cause: 'connectTimeout', code: 1006 } },
    ]);
    expect(sim.phoenix.dials[0]?.request.signal.aborted).toBe(true);
    expect(sim.dialedAt).toEqual([0, 10_000]);
  });

  test('of the network tells what was thrown', async () => {
    const problem = new Error('getaddrinfo ENOTFOUND phoenix');
    const script: Script = {
      dial: (dial) => {
        dial.fail(lost('network', 'not found', problem));
        return null;
      },
    };
    await using sim = await simulate(new SimulatedWorker(), { script, chance: 0.5 });

    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { cause: 'network', error: problem } },
    ]);
  });

  test('is forgotten after 10 s of use, not before', async () => {
    await using sim = await simulate(new SimulatedWorker(), { script: {} });
    sim.phoenix.cut();
    await sim.pass(9999);
    sim.phoenix.cut();
    await sim.pass(10_000);
    sim.phoenix.cut();
    await sim.pass(0);

    expect(sim.given('handleDisconnected').map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
  });

  test('is not forgotten while no wanted topic can be joined', async () => {
    await using sim = await simulate(new SimulatedWorker(), {
      script: { join: () => ['error', {}] },
    });
    sim.worker.join('room:1');
    for (let loss = 0; loss < 3; loss += 1) {
      await sim.pass(20_000);
      sim.phoenix.cut();
      await sim.pass(0);
    }

    expect(sim.given('handleDisconnected').map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });
});

describe('nobody dials more than once a second from the sixth attempt on', () => {
  const seconds = [1, 2, 3, 4, 5].map((second) => second * 1000);

  test('when the server accepts and closes at once, even with the least of delays', async () => {
    await using sim = await started(ACCEPT_THEN_CLOSE);
    await sim.pass(5500);
    expect(sim.dialedAt).toEqual([0, 0, 0, 0, 0, ...seconds]);
  });

  test('when the worker connects at each loss instead of the policy', async () => {
    await using sim = await started(ACCEPT_THEN_CLOSE, false, new Stubborn());
    await sim.pass(5500);
    expect(sim.dialedAt).toEqual([0, 0, 0, 0, 0, ...seconds]);
  });

  test('when the worker connects at each loss in spite of the policy', async () => {
    await using sim = await started(REFUSING, { min: '10s', jitter: 'none' }, new Stubborn());
    await sim.pass(5500);
    expect(sim.dialedAt).toEqual([0, 0, 0, 0, 0, ...seconds]);
  });

  test('when the policy itself knows no delay', async () => {
    await using sim = await started(REFUSING, { delays: [0], jitter: 'none' });
    await sim.pass(5500);
    expect(sim.dialedAt).toEqual([0, 0, 0, 0, 0, ...seconds]);
  });
});

describe('Retry-After', () => {
  test.each([
    ['in seconds', () => '7'],
    ['as a date', (now: number) => new Date(now + 7000).toUTCString()],
  ])('%s is obeyed, even by a connect', async (_, header) => {
    const script: Script = {
      dial: (_dial, count) =>
        count > 1
          ? 'accept'
          : { status: 429, headers: { 'Retry-After': header(Date.UTC(2026, 0, 1)) } },
    };
    await using sim = await started(script);
    expect(sim.given('handleDisconnected')).toMatchObject([{ retryIn: 7000 }]);
    sim.worker.connect();
    await sim.pass(6999);
    expect(sim.dialedAt).toEqual([0]);
    await sim.pass(1);
    expect(sim.dialedAt).toEqual([0, 7000]);
  });
});

describe('the policy gives up', () => {
  test('when its attempts are used up: the worker stops with the last close', async () => {
    await using sim = await started(REFUSING, { attempts: 3 });
    await sim.pass(0);

    await expect(sim.client.stopped).resolves.toMatchObject({
      kind: 'gaveUp',
      close: { status: 502 },
    });
    expect(sim.dialedAt).toHaveLength(3);
    expect(sim.given('handleDisconnected').at(-1)).toMatchObject({ attempt: 3, retryIn: null });
    expect(sim.story.at(-1)).toBe('terminate');
  });

  test('unless handleDisconnected connects', async () => {
    await using sim = await started(REFUSING, { attempts: 3 }, new Stubborn());
    await sim.pass(0);

    expect(sim.client.status.state).not.toBe('stopped');
    expect(sim.dialedAt).toHaveLength(5);
  });

  test('at a close that its verdicts call fatal', async () => {
    await using sim = await started({}, { verdicts: { 4001: 'fatal' } });
    sim.phoenix.kick(4001, 'banned');
    await sim.quiet();

    await expect(sim.client.stopped).resolves.toMatchObject({
      kind: 'gaveUp',
      close: { code: 4001, reason: 'banned' },
    });
  });

  test('and with reconnect false the worker lives on, and may connect when it likes', async () => {
    await using sim = await started({}, false);
    sim.phoenix.cut();
    await sim.pass(600_000);
    expect(sim.dialedAt).toEqual([0]);
    expect(sim.client.status.state).toBe('disconnected');
    expect(sim.given('handleDisconnected')).toMatchObject([{ retryIn: null }]);

    sim.worker.connect();
    await sim.quiet();
    expect(sim.client.status.state).toBe('connected');
  });
});

describe('verdicts', () => {
  test('may bring it back at once after the first loss', async () => {
    const reconnect = { min: '10s', jitter: 'none', verdicts: { 1001: 'now' } } as const;
    await using sim = await started({}, reconnect);
    sim.phoenix.kick(1001);
    await sim.pass(0);
    sim.phoenix.kick(1001);
    await sim.pass(0);

    expect(sim.given('handleDisconnected').map(({ retryIn }) => retryIn)).toEqual([0, 20_000]);
  });
});
