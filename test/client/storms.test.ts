/** Loops of failure, of success and failure, and of commands: when each dial and each join is made, to the millisecond. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions, Close, Disconnected, Endpoint } from '../../src/index.js';
import { lost } from '../../src/protocol/close.js';
import { OK, refusal, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

/** Every draw is the least one, so nothing but the floors is between two dials. */
const CALM = [0, 0, 0, 0, 0, 1000, 2000, 3000, 4000, 5000];
const LONG_ENOUGH = 5500;

class ConnectsWhenConnected extends SimulatedWorker {
  override handleConnected(): void {
    this.connect();
  }
}

class ConnectsWhenDisconnected extends SimulatedWorker {
  override handleDisconnected(): void {
    this.connect();
  }
}

class TurnsRound extends SimulatedWorker {
  override handleConnected(): void {
    this.disconnect();
    this.connect();
  }
}

function closing(code: number): Script {
  return {
    dial: (dial) => {
      dial.accept().close(code, '');
      return null;
    },
  };
}

function refusing(status: number): Script {
  return { dial: () => ({ status }) };
}

function failing(close: Close): Script {
  return {
    dial: (dial) => {
      dial.fail(close);
      return null;
    },
  };
}

/** Joins one topic, and ends the connection as soon as it is joined. */
async function closedAfterJoin(code: number, options: ClientOptions = {}): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), { options });
  sim.phoenix.script.join = () => {
    queueMicrotask(() => {
      sim.phoenix.kick(code);
    });
    return OK;
  };
  sim.worker.join('room:1');
  return sim;
}

/** The simulated times of the joins of one topic, from the first on. */
async function joinsOf(
  spoil: (sim: Simulation) => void,
  options: ClientOptions,
): Promise<Simulation & { joins: number[] }> {
  const sim = await simulate(new SimulatedWorker(), { options });
  const joins: number[] = [];
  const start = sim.clock.monotonic();
  sim.phoenix.script.join = () => {
    joins.push(sim.clock.monotonic() - start);
    queueMicrotask(() => {
      spoil(sim);
    });
    return OK;
  };
  sim.worker.join('room:1');
  return Object.assign(sim, { joins });
}

describe('at most one dial a second from the sixth on', () => {
  test.each([1000, 1001, 1008])(
    'when each connection is closed with %d as it opens',
    async (code) => {
      await using sim = await simulate(new SimulatedWorker(), { script: closing(code) });
      await sim.pass(LONG_ENOUGH);
      expect(sim.dialedAt).toEqual(CALM);
    },
  );

  test.each([1000, 1001, 1008])(
    'when it is closed with %d as its topic is joined',
    async (code) => {
      await using sim = await closedAfterJoin(code);
      await sim.pass(LONG_ENOUGH);
      expect(sim.dialedAt).toEqual(CALM);
      expect(sim.given('handleJoined')).toHaveLength(CALM.length);
    },
  );

  test.each([400, 404, 429, 500, 503])('when each dial is refused with %d', async (status) => {
    await using sim = await simulate(new SimulatedWorker(), { script: refusing(status) });
    await sim.pass(LONG_ENOUGH);
    expect(sim.dialedAt).toEqual(CALM);
  });

  test('when the network fails each dial', async () => {
    const script = failing(lost('network', 'ECONNREFUSED'));
    await using sim = await simulate(new SimulatedWorker(), { script });
    await sim.pass(LONG_ENOUGH);
    expect(sim.dialedAt).toEqual(CALM);
  });

  test.each<[string, () => SimulatedWorker]>([
    ['handleConnected calls connect()', () => new ConnectsWhenConnected()],
    ['handleDisconnected calls connect()', () => new ConnectsWhenDisconnected()],
  ])('when a worker whose %s is closed out each time', async (_, worker) => {
    await using sim = await simulate(worker(), { script: closing(1000) });
    await sim.pass(LONG_ENOUGH);
    expect(sim.dialedAt).toEqual(CALM);
  });

  test('when a worker disconnects and connects each time it is connected', async () => {
    await using sim = await simulate(new TurnsRound());
    await sim.pass(LONG_ENOUGH);
    expect(sim.dialedAt).toEqual(CALM);
  });

  test.each<[string, ClientOptions]>([
    ['a function that answers 0', { reconnect: () => 0 }],
    ['a table that says "now"', { reconnect: { verdicts: { 1000: 'now' } } }],
    ['no delay at all', { reconnect: { delays: [0] } }],
    ['no delay, and failures forgotten at once', { reconnect: { delays: [0], stableAfter: 0 } }],
  ])('when the policy is %s', async (_, options) => {
    await using sim = await simulate(new SimulatedWorker(), { options, script: closing(1000) });
    await sim.pass(LONG_ENOUGH);
    expect(sim.dialedAt).toEqual(CALM);
  });
});

/** Connects elsewhere each time: to other params of the same server, or to the one of two that it was not at. */
class Moves extends SimulatedWorker {
  readonly #where: (count: number) => Endpoint;
  #count = 0;

  constructor(where: (count: number) => Endpoint) {
    super();
    this.#where = where;
  }

  override handleDisconnected({ close }: Disconnected): void {
    if (close.cause !== 'requested') this.connect(this.#where((this.#count += 1)));
  }
}

describe('a worker that connects elsewhere each time it is disconnected', () => {
  test.each<[string, (count: number) => Endpoint]>([
    ['with a fresh param', (n) => ({ url: 'ws://phoenix/socket', params: { token: `t${n}` } })],
    ['to the other of two servers', (n) => `ws://phoenix${n % 2}/socket`],
  ])('%s does not storm', async (_, where) => {
    await using sim = await simulate(new Moves(where), { script: closing(1000) });
    await sim.pass(LONG_ENOUGH);
    expect(sim.dialedAt).toEqual(CALM);
  });

  test('with a fresh param waits as long as the server asked', async () => {
    const script: Script = { dial: () => ({ status: 429, headers: { 'retry-after': '30' } }) };
    const where = (n: number) => ({ url: 'ws://phoenix/socket', params: { token: `t${n}` } });
    await using sim = await simulate(new Moves(where), { script });
    await sim.pass(29_999);
    expect(sim.dialedAt).toEqual([0]);
  });
});

describe('refused credentials', () => {
  test.each([401, 403])('with %d are tried twice, then every 30 s', async (status) => {
    await using sim = await simulate(new SimulatedWorker(), { script: refusing(status) });
    await sim.pass(95_000);
    expect(sim.dialedAt).toEqual([0, 0, 30_000, 60_000, 90_000]);
  });

  test('are tried no sooner for a function that answers 0', async () => {
    const options: ClientOptions = { reconnect: () => 0 };
    await using sim = await simulate(new SimulatedWorker(), { options, script: refusing(403) });
    await sim.pass(65_000);
    expect(sim.dialedAt).toEqual([0, 0, 30_000, 60_000]);
  });
});

describe('a channel that ends as soon as it is joined', () => {
  test('by a crash is joined after half of 1, 2, 5 and 10 s', async () => {
    await using sim = await joinsOf(({ phoenix }) => phoenix.crash('room:1'), {});
    await sim.pass(20_000);
    expect(sim.joins).toEqual([0, 500, 1500, 4000, 9000, 14_000, 19_000]);
    expect(sim.dialedAt).toEqual([0]);
  });

  test('by a close is joined after half of 1, 5, 30 and 60 s', async () => {
    await using sim = await joinsOf(({ phoenix }) => phoenix.close('room:1'), {});
    await sim.pass(90_000);
    expect(sim.joins).toEqual([0, 500, 3000, 18_000, 48_000, 78_000]);
  });

  test.each<[string, ClientOptions]>([
    ['a function that answers 0', { rejoin: () => 0 }],
    ['no delay at all', { rejoin: { delays: [0] } }],
  ])('is joined once a second from the sixth time on by %s', async (_, options) => {
    await using sim = await joinsOf(({ phoenix }) => phoenix.crash('room:1'), options);
    await sim.pass(LONG_ENOUGH);
    expect(sim.joins).toEqual(CALM);
  });
});

test('a join that is refused each time is asked about more and more rarely', async () => {
  const script: Script = { join: () => refusal('full') };
  await using sim = await simulate(new SimulatedWorker(), { script });
  sim.worker.join('room:1');
  await sim.pass(300_000);
  const waits = sim.given('handleJoinError').map(({ retryIn }) => retryIn);
  expect(waits).toEqual([500, 1000, 2500, 5000, 5000, 30_000, 60_000, 120_000, 150_000]);
});
