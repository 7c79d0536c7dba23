/** Nobody gives this client credentials: it stops, or waits, connected to nothing, until somebody connects it. */

import { describe, expect, test } from 'vitest';
import {
  type ClientOptions,
  type Credentials,
  type CredentialsRequest,
  UnauthorizedError,
} from '../../src/index.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

/** Refuses as long as it is told to. */
class Gatekeeper {
  isClosed = false;
  readonly asked: CredentialsRequest[] = [];
  readonly problem = new UnauthorizedError('the account is closed');

  readonly ask = (request: CredentialsRequest): Credentials => {
    this.asked.push(request);
    if (this.isClosed) throw this.problem;
    return { authToken: `token-${this.asked.length}` };
  };
}

class Members extends SimulatedWorker {
  override init(): void {
    this.join('room:1');
    this.join('room:2');
  }
}

async function guarded(
  keeper: Gatekeeper,
  options: ClientOptions = {},
): Promise<Simulation<Members>> {
  const all = { credentials: keeper.ask, heartbeat: false, ...options } as const;
  return simulate(new Members(), { options: all });
}

describe('a client that is refused its credentials', () => {
  test('stops by default, with a reason of its own', async () => {
    const keeper = new Gatekeeper();
    await using sim = await guarded(keeper);
    keeper.isClosed = true;
    sim.phoenix.cut();
    await sim.pass(0);

    await expect(sim.client.stopped).resolves.toEqual({
      kind: 'unauthorized',
      error: keeper.problem,
    });
    expect(sim.telemetry.at(-1)).toMatchObject({
      name: 'client.stopped',
      kind: 'unauthorized',
      code: 'PHX_UNAUTHORIZED',
    });
  });

  test('waits, where it is told to: seen in its status, and nothing is dialed', async () => {
    const keeper = new Gatekeeper();
    keeper.isClosed = true;
    await using sim = await guarded(keeper, { onUnauthorized: 'wait' });
    await sim.pass(3_600_000);

    expect(keeper.asked).toHaveLength(1);
    expect(sim.dialedAt).toEqual([]);
    expect(sim.given('handleDisconnected')).toMatchObject([
      { close: { cause: 'unauthorized', error: keeper.problem }, attempt: 1, retryIn: null },
    ]);
    expect(sim.client.status).toMatchObject({
      state: 'unauthorized',
      transport: null,
      close: { error: { message: 'the account is closed' } },
    });
    expect(sim.telemetry).toContainEqual(
      expect.objectContaining({ name: 'socket.state', to: 'unauthorized' }),
    );
  });

  test('goes on when it is connected, with credentials asked anew', async () => {
    const keeper = new Gatekeeper();
    keeper.isClosed = true;
    await using sim = await guarded(keeper, { onUnauthorized: 'wait' });
    sim.client.connect();
    await sim.quiet();
    expect(sim.client.status.state).toBe('unauthorized');
    keeper.isClosed = false;
    sim.client.connect();
    await sim.quiet();

    expect(sim.client.status.state).toBe('connected');
    expect(sim.phoenix.dials.map(({ request }) => request.authToken)).toEqual(['token-3']);
    expect(sim.worker.commands.joined('room:1')).toBe(true);
  });

  test('keeps what waits, whose time runs', async () => {
    const keeper = new Gatekeeper();
    keeper.isClosed = true;
    await using sim = await guarded(keeper, { onUnauthorized: 'wait' });
    const short = sim.worker.push('room:1', 'short', {}, { ttl: '10s' });
    const long = sim.worker.push('room:1', 'long', {}, { ttl: '10m' });
    await sim.pass(60_000);
    await expect(short.outcome()).resolves.toMatchObject({ error: { delivered: 'no' } });
    keeper.isClosed = false;
    sim.client.connect();
    await sim.quiet();
    await expect(long.sent()).resolves.toBeUndefined();
  });

  test('with several sockets lets all of them go, and is told once', async () => {
    const keeper = new Gatekeeper();
    const options = { onUnauthorized: 'wait', maxChannelsPerSocket: 1 } as const;
    await using sim = await guarded(keeper, options);
    expect(sim.dialedAt).toHaveLength(2);
    keeper.isClosed = true;
    sim.phoenix.cut();
    await sim.pass(0);

    expect(sim.client.status.state).toBe('unauthorized');
    expect(sim.given('handleDisconnected')).toHaveLength(1);
    keeper.isClosed = false;
    sim.client.connect();
    await sim.pass(1000);
    expect(sim.worker.commands.joined('room:1')).toBe(true);
    expect(sim.worker.commands.joined('room:2')).toBe(true);
  });

  test('may be disconnected, and is at rest then', async () => {
    const keeper = new Gatekeeper();
    keeper.isClosed = true;
    await using sim = await guarded(keeper, { onUnauthorized: 'wait' });
    sim.worker.disconnect();
    await sim.pass(0);
    expect(sim.client.status.state).toBe('disconnected');
  });

  test('drains at once: what waits to be sent waits for nothing', async () => {
    const keeper = new Gatekeeper();
    keeper.isClosed = true;
    await using sim = await guarded(keeper, { onUnauthorized: 'wait' });
    sim.worker.push('room:1', 'waiting');
    const report = sim.client.drain();
    await sim.quiet();
    await expect(report).resolves.toMatchObject({ unsent: 1, forced: false });
    expect(() => {
      sim.client.connect();
    }).toThrow(expect.objectContaining({ code: 'PHX_STOPPED' }));
  });
});
