/** Heartbeats: the proof that the server still listens, and the verdict when it does not. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../../src/index.js';
import { OK, type Script } from '../support/memory-phoenix.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const DEAF: Script = { heartbeat: () => null };

/** Joins may take as long as they like. */
const PATIENT: ClientOptions = { timeouts: { join: '10m' } };

async function connected(script: Script, options: ClientOptions = {}): Promise<Simulation> {
  return await simulate(new SimulatedWorker(), { script, options, chance: 0.5 });
}

function causes(sim: Simulation): readonly string[] {
  return sim.given('handleDisconnected').map(({ close }) => close.cause);
}

describe('a heartbeat', () => {
  test('that nobody answers within 10 s ends the connection, without a word', async () => {
    await using sim = await connected(DEAF);
    const closed = sim.phoenix.sessions[0]?.closed;
    await sim.pass(34_999);
    expect(causes(sim)).toEqual([]);
    await sim.pass(1);

    expect(sim.given('handleDisconnected')).toMatchObject([
      {
        close: {
          cause: 'heartbeatTimeout',
          code: 1006,
          reason: 'no answer to the heartbeat in time',
        },
        retryIn: 250,
      },
    ]);
    await expect(closed).resolves.toEqual({ code: 1006, reason: '' });
  });

  test('goes out after 25 s of every quiet connection, and after each answer', async () => {
    await using sim = await connected({});
    await sim.pass(24_999);
    expect(sim.phoenix.received).toEqual([]);
    await sim.pass(1);
    expect(sim.phoenix.received).toMatchObject([
      { joinRef: null, topic: 'phoenix', event: 'heartbeat', payload: {} },
    ]);

    await sim.pass(600_000);
    expect(sim.phoenix.sent('heartbeat')).toHaveLength(25);
    expect(causes(sim)).toEqual([]);
  });

  test('starts anew with each connection', async () => {
    await using sim = await connected({});
    await sim.pass(20_000);
    sim.phoenix.cut();
    await sim.pass(250);
    await sim.pass(24_999);
    expect(sim.phoenix.sent('heartbeat')).toEqual([]);
    await sim.pass(1);
    expect(sim.phoenix.sent('heartbeat')).toHaveLength(1);
  });

  test('is answered by its own reply only', async () => {
    const script: Script = {
      heartbeat: ({ session }) => {
        const ok = { status: 'ok', response: {} };
        session.send(JSON.stringify([null, '999', 'phoenix', 'phx_reply', ok]));
        session.send(JSON.stringify([null, null, 'phoenix', 'phx_reply', ok]));
        return null;
      },
    };
    await using sim = await connected(script);
    await sim.pass(55_000);

    expect(causes(sim)).toEqual(['heartbeatTimeout']);
  });

  test('comes as often, and waits as long, as the options say', async () => {
    await using sim = await connected(DEAF, { heartbeat: { interval: '5s', timeout: '2s' } });
    await sim.pass(6999);
    expect(sim.phoenix.sent('heartbeat')).toHaveLength(1);
    expect(causes(sim)).toEqual([]);
    await sim.pass(1);
    expect(causes(sim)).toEqual(['heartbeatTimeout']);
  });

  test('never comes when it is switched off', async () => {
    await using sim = await connected(DEAF, { heartbeat: false });
    await sim.pass(600_000);
    expect(sim.phoenix.received).toEqual([]);
    expect(causes(sim)).toEqual([]);
  });
});

describe('silence is excused, twice in a row,', () => {
  test('while other frames arrive', async () => {
    await using sim = await connected(DEAF);
    sim.worker.join('room:1');
    for (let second = 0; second < 55; second += 1) {
      expect(causes(sim)).toEqual([]);
      sim.phoenix.sendRaw('noise');
      await sim.pass(1000);
    }

    expect(causes(sim)).toEqual(['heartbeatTimeout']);
    expect(sim.phoenix.sent('heartbeat')).toHaveLength(3);
  });

  test('while a join is awaited: Phoenix answers nothing else meanwhile', async () => {
    await using sim = await connected({ ...DEAF, join: () => null }, PATIENT);
    sim.worker.join('room:1');
    await sim.pass(54_999);
    expect(causes(sim)).toEqual([]);
    await sim.pass(1);
    expect(causes(sim)).toEqual(['heartbeatTimeout']);
  });

  test('and an answer in between starts the count again', async () => {
    const script: Script = {
      heartbeat: (_, count) => (count % 3 === 0 ? OK : null),
      join: () => null,
    };
    await using sim = await connected(script, PATIENT);
    sim.worker.join('room:1');
    await sim.pass(500_000);

    expect(causes(sim)).toEqual([]);
  });
});

describe('after the machine has slept', () => {
  test('a heartbeat is asked for at once, and a dead connection noticed soon', async () => {
    await using sim = await connected(DEAF);
    await sim.pass(1000);
    sim.clock.sleep(3_600_000);
    await sim.pass(4000);
    expect(sim.phoenix.sent('heartbeat')).toHaveLength(1);
    await sim.pass(10_000);

    expect(causes(sim)).toEqual(['heartbeatTimeout']);
  });

  test('a connection that still answers stays', async () => {
    await using sim = await connected({});
    await sim.pass(1000);
    sim.clock.sleep(3_600_000);
    await sim.pass(60_000);

    expect(causes(sim)).toEqual([]);
  });
});
