/** What becomes of topics and of the worker when one of several sockets is gone for good, or all are hung up. */

import { describe, expect, test } from 'vitest';
import { OK, type Received, refusal } from '../support/memory-phoenix.js';
import {
  type Scene,
  type Simulation,
  simulate,
  SimulatedWorker,
} from '../support/worker-simulation.js';

const TOO_MANY = refusal('too many channels joined');

async function joined(count: number, scene: Scene): Promise<Simulation> {
  const sim = await simulate(new SimulatedWorker(), scene);
  for (let n = 0; n < count; n += 1) sim.worker.join(`room:${n}`);
  await sim.pass(0);
  return sim;
}

function facts({ telemetry }: Simulation, name: string) {
  return telemetry.filter((fact) => fact.name === name);
}

describe('a socket that is gone for good', () => {
  const options = { maxChannelsPerSocket: 2, reconnect: false } as const;

  test('is told, though another one is open: connect brings its topics back', async () => {
    await using sim = await joined(3, { options });
    sim.phoenix.sessions[1]?.cut();
    await sim.quiet();
    expect(sim.given('handleDisconnected')).toMatchObject([{ retryIn: null }]);
    expect(sim.client.status.state).toBe('connected');

    sim.worker.connect();
    await sim.pass(60_000);
    expect(sim.worker.joined('room:2')).toBe(true);
  });

  test('is given no topic while another one is open', async () => {
    await using sim = await joined(3, { options });
    sim.phoenix.sessions[1]?.cut();
    sim.worker.join('room:3');
    await sim.quiet();

    expect(sim.worker.joined('room:3')).toBe(true);
    expect(sim.phoenix.sessions).toHaveLength(3);
  });

  test('leaves a later join to the worker when it was the last: nothing dials by itself', async () => {
    await using sim = await joined(2, { options });
    sim.phoenix.cut();
    await sim.quiet();
    sim.worker.join('room:2');
    await sim.pass(60_000);

    expect(sim.dialedAt).toHaveLength(1);
    sim.worker.connect();
    await sim.pass(60_000);
    expect(sim.worker.joined('room:2')).toBe(true);
  });
});

describe('what nobody wants any more is not dialed', () => {
  test('a socket whose topics were left while disconnected', async () => {
    await using sim = await joined(2, { options: { maxChannelsPerSocket: 1 } });
    sim.worker.disconnect();
    await sim.quiet();
    sim.worker.leave('room:1');
    sim.worker.connect();
    await sim.pass(60_000);

    expect(sim.dialedAt).toHaveLength(3);
    expect(sim.worker.joined('room:0')).toBe(true);
  });

  test('a new socket, after the last one open was closed beside one that was given up', async () => {
    const options = { maxChannelsPerSocket: 1, reconnect: false } as const;
    await using sim = await joined(2, { options });
    sim.phoenix.sessions[0]?.cut();
    await sim.worker.leave('room:1').ok();
    await sim.quiet();
    sim.worker.join('room:2');
    await sim.pass(60_000);

    expect(sim.given('handleDisconnected').at(-1)).toMatchObject({ retryIn: null });
    expect(sim.dialedAt).toHaveLength(2);
  });
});

describe('the client gives up', () => {
  const options = { maxChannelsPerSocket: 1, reconnect: { attempts: 1 } };

  test('when its last socket is gone for good, and not before', async () => {
    await using sim = await joined(2, { options });
    sim.phoenix.sessions[0]?.cut();
    await sim.quiet();
    expect(sim.client.status.state).toBe('connected');

    sim.phoenix.sessions[1]?.cut();
    await expect(sim.client.stopped).resolves.toMatchObject({ kind: 'gaveUp' });
  });

  test('when the last socket that was not given up is closed for want of topics', async () => {
    await using sim = await joined(2, { options });
    sim.phoenix.sessions[0]?.cut();
    sim.worker.leave('room:1');

    await expect(sim.client.stopped).resolves.toMatchObject({
      kind: 'gaveUp',
      close: { code: 1006 },
    });
  });
});

describe('a socket that carries nothing any more', () => {
  const options = { maxChannelsPerSocket: 1 };

  test('is closed, which is no loss', async () => {
    await using sim = await joined(2, { options });
    await sim.worker.leave('room:1').ok();
    await sim.quiet();

    expect(facts(sim, 'socket.emptied')).toMatchObject([{ socket: 2 }]);
    expect(facts(sim, 'socket.lost')).toEqual([]);
    expect(sim.given('handleDisconnected')).toEqual([]);
  });

  test('announces no retry that will not come when it falls as its last topic is left', async () => {
    await using sim = await joined(2, { options, script: { leave: () => null } });
    sim.worker.leave('room:1');
    await sim.quiet();
    sim.phoenix.sessions[1]?.cut();
    await sim.pass(60_000);

    expect(facts(sim, 'socket.lost')).toEqual([]);
    expect(sim.given('handleDisconnected')).toEqual([]);
    expect(sim.dialedAt).toHaveLength(2);
  });

  test('tells when the next dial comes if it was the last one open', async () => {
    await using sim = await joined(2, { options, chance: 0.5 });
    sim.phoenix.sessions[0]?.cut();
    await sim.pass(100);
    sim.worker.leave('room:1');
    await sim.quiet();

    const [told] = sim.given('handleDisconnected');
    expect(told).toMatchObject({ close: { code: 1006 }, attempt: 1 });
    await sim.pass((told?.retryIn ?? 0) - 1);
    expect(sim.dialedAt).toHaveLength(2);
    await sim.pass(1);
    expect(sim.dialedAt).toHaveLength(3);
  });
});

describe('"too many channels joined"', () => {
  test('from a socket without channels is a refusal like others', async () => {
    const admitted: string[] = [];
    const join = ({ topic }: Received) => {
      if (admitted.length >= 2) return TOO_MANY;
      admitted.push(topic);
      return OK;
    };
    await using sim = await joined(3, { script: { join } });

    expect(sim.given('handleJoinError')).toMatchObject([{ topic: 'room:2', retryIn: 500 }]);
    expect(sim.phoenix.sent('phx_join', 'room:2')).toHaveLength(2);
  });

  test('counts a channel that is being left: the server still holds it', async () => {
    const held = new Map<object, number>();
    const join = ({ session }: Received) => {
      held.set(session, (held.get(session) ?? 0) + 1);
      return (held.get(session) ?? 0) > 2 ? TOO_MANY : OK;
    };
    await using sim = await joined(2, { script: { join, leave: () => null } });
    sim.worker.leave('room:0');
    sim.worker.join('room:2');
    await sim.quiet();

    expect(facts(sim, 'socket.full')).toMatchObject([{ socket: 1, channels: 2 }]);
  });

  test('says nothing of another endpoint', async () => {
    const held = new Set<object>();
    const join = ({ session }: Received) => {
      if (held.has(session)) return TOO_MANY;
      held.add(session);
      return OK;
    };
    await using sim = await joined(2, { script: { join } });
    sim.phoenix.script.join = () => OK;
    sim.worker.connect('ws://elsewhere/socket');
    await sim.pass(60_000);
    sim.worker.join('room:2');
    await sim.quiet();

    expect(sim.worker.joined('room:2')).toBe(true);
    expect(sim.phoenix.sessions).toHaveLength(4);
  });
});

describe('sockets that wait for their turn to dial', () => {
  const scene: Scene = { options: { maxChannelsPerSocket: 1 }, script: { dial: () => null } };

  test('are hung up by disconnect before any gets it', async () => {
    await using sim = await joined(3, scene);
    sim.worker.disconnect();
    await sim.pass(60_000);
    expect(sim.dialedAt).toHaveLength(1);
  });

  test('are hung up by stop before any gets it', async () => {
    await using sim = await joined(3, scene);
    await sim.client.stop();
    expect(sim.dialedAt).toHaveLength(1);
  });

  test('dial no endpoint that the client moves away from', async () => {
    await using sim = await joined(3, scene);
    sim.worker.connect('ws://elsewhere/socket');
    await sim.pass(5000);
    expect(sim.phoenix.dials.map(({ request }) => request.url.host)).toEqual([
      'phoenix',
      'elsewhere',
    ]);
  });

  test('wait at another endpoint for no time that the first one asked for', async () => {
    const refused = { status: 503, headers: { 'retry-after': '60' } };
    await using sim = await simulate(new SimulatedWorker(), { script: { dial: () => refused } });
    sim.phoenix.script.dial = () => null;
    sim.worker.connect('ws://elsewhere/socket');
    await sim.pass(0);
    expect(sim.dialedAt).toEqual([0, 0]);
  });
});
