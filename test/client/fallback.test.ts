/** More than one transport: the next one when the first does not carry, said aloud, and back when it does. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions, TelemetryFact, Transport } from '../../src/index.js';
import { lost } from '../../src/protocol/close.js';
import { MemoryPhoenix, type Script } from '../support/memory-phoenix.js';
import { pass, quiet } from '../support/passing-time.js';
import { type Simulation, simulate, SimulatedWorker } from '../support/worker-simulation.js';

const CALM = { delays: ['1s'], jitter: 'none' } as const;
const down: Script = { dial: (dial) => (dial.fail(lost('network', 'no route')), null) };
const refusing = (status: number): Script => ({ dial: () => ({ status }) });

class Member extends SimulatedWorker {
  override init(): void {
    this.join('room:1');
  }
}

type Ways = { readonly first: MemoryPhoenix; readonly second: MemoryPhoenix };

/** Two ways to one server, each with a script of its own. */
async function ways(
  first: Script,
  second: Script = {},
  options: ClientOptions = {},
): Promise<Simulation<Member> & Ways> {
  const both = { first: new MemoryPhoenix(first), second: new MemoryPhoenix(second) };
  const transports = [named('first', both.first), named('second', both.second)] as const;
  const all = { reconnect: CALM, transports, ...options };
  const sim = await simulate(new Member(), { options: all });
  return Object.assign(sim, both);
}

function named(name: string, { transport }: MemoryPhoenix): Transport {
  return { name, dial: (request, sink) => transport.dial(request, sink) };
}

function announced({ telemetry }: { readonly telemetry: readonly TelemetryFact[] }) {
  return telemetry.flatMap((fact) =>
    fact.name === 'transport.fallback' || fact.name === 'transport.returned'
      ? [[fact.name, fact.from, fact.to]]
      : [],
  );
}

const FELL = ['transport.fallback', 'first', 'second'];
const RETURNED = ['transport.returned', 'second', 'first'];

describe('the fallback', () => {
  test('is dialed when the first transport has failed three times in a row, and is announced', async () => {
    await using sim = await ways(down);
    await sim.pass(1999);
    expect([sim.first.dials.length, sim.second.dials.length]).toEqual([2, 0]);
    expect(announced(sim)).toEqual([]);
    await sim.pass(1001);

    expect([sim.first.dials.length, sim.second.dials.length]).toEqual([3, 1]);
    expect(sim.telemetry).toContainEqual(
      expect.objectContaining({
        name: 'transport.fallback',
        socket: 1,
        from: 'first',
        to: 'second',
        why: 'network 1006',
      }),
    );
    expect(sim.given('handleConnected')).toEqual([{ attempt: 4, transport: 'second' }]);
    expect(sim.client.status).toMatchObject({ state: 'connected', transport: 'second' });
  });

  test('counts as connected only when a heartbeat was answered on it', async () => {
    await using sim = await ways(down, { heartbeat: () => null });
    await sim.pass(3000);
    expect(sim.second.sent('heartbeat')).toHaveLength(1);
    expect(sim.client.status.state).toBe('connecting');
    expect(sim.second.sent('phx_join')).toEqual([]);
    sim.second.reply(sim.second.sent('heartbeat')[0]!, ['ok', {}]);
    await sim.quiet();
    expect(sim.client.status.state).toBe('connected');
    expect(sim.worker.commands.joined('room:1')).toBe(true);
  });

  test('that never answers its heartbeat is no connection', async () => {
    await using sim = await ways(down, { heartbeat: () => null });
    await sim.pass(13_000);
    expect(sim.given('handleConnected')).toEqual([]);
    expect(sim.given('handleDisconnected').at(-1)).toMatchObject({
      close: { cause: 'heartbeatTimeout' },
    });
  });

  test('is verified without heartbeats, too', async () => {
    await using sim = await ways(down, {}, { heartbeat: false });
    await sim.pass(3000);
    expect(sim.second.sent('heartbeat')).toHaveLength(1);
    expect(sim.client.status.transport).toBe('second');
  });

  test.each([401, 403, 429, 503])('is no cure for HTTP status %d', async (status) => {
    await using sim = await ways(refusing(status));
    await sim.pass(600_000);
    expect(sim.second.dials).toEqual([]);
  });

  test.each([400, 404, 426, 502])('may be one for HTTP status %d', async (status) => {
    await using sim = await ways(refusing(status));
    await sim.pass(30_000);
    expect(sim.client.status.transport).toBe('second');
  });

  test('is no cure for credentials that fail', async () => {
    const credentials = () => Promise.reject(new Error('the vault is sealed'));
    await using sim = await ways({}, {}, { credentials });
    await sim.pass(60_000);
    expect(sim.second.dials).toEqual([]);
  });

  test('is not dialed for failures that are not in a row', async () => {
    await using sim = await ways({
      dial: (dial, count) => {
        if (count % 3 === 0) return { status: 503 };
        dial.fail(lost('network', 'no route'));
        return null;
      },
    });
    await sim.pass(60_000);
    expect(sim.second.dials).toEqual([]);
  });

  test('is dialed when the first one opens and dies before it carried an answer, three times', async () => {
    await using sim = await ways({ join: () => null });
    for (let death = 1; death <= 3; death += 1) {
      expect(sim.client.status.transport).toBe('first');
      sim.first.cut();
      await sim.pass(1000);
    }
    expect(announced(sim)).toEqual([FELL]);
    expect(sim.client.status.transport).toBe('second');
  });

  test('is not dialed when the server closes each time: its Close frame came through', async () => {
    await using sim = await ways({});
    for (let kick = 1; kick <= 5; kick += 1) {
      sim.first.kick(1012);
      await sim.pass(5000);
    }
    expect(sim.second.dials).toEqual([]);
  });

  test('is not dialed when connections fall that have carried the answer to a join', async () => {
    await using sim = await ways({});
    for (let death = 1; death <= 5; death += 1) {
      expect(sim.worker.commands.joined('room:1')).toBe(true);
      sim.first.cut();
      await sim.pass(2000);
    }
    expect(sim.second.dials).toEqual([]);
  });

  test('is not dialed when connections fall that have carried a heartbeat', async () => {
    await using sim = await ways({});
    for (let death = 1; death <= 5; death += 1) {
      await sim.pass(26_000);
      sim.first.cut();
      await sim.pass(1000);
    }
    expect(sim.second.dials).toEqual([]);
  });

  test('gives way to the first again when it fails as often', async () => {
    await using sim = await ways(down, down);
    await sim.pass(5999);
    expect(announced(sim)).toEqual([FELL, ['transport.fallback', 'second', 'first']]);
  });

  test('takes as many failures as the policy says', async () => {
    await using sim = await ways(down, {}, { fallback: { failures: 1 } });
    await sim.pass(1000);
    expect([sim.first.dials.length, sim.second.dials.length]).toEqual([1, 1]);
  });
});

describe('the way back', () => {
  async function onFallback(fallback = {}): Promise<Simulation<Member> & Ways> {
    const sim = await ways(down, {}, { fallback });
    await sim.pass(3000);
    expect(sim.client.status.transport).toBe('second');
    return sim;
  }

  test('is tried after five minutes, and announced when a heartbeat was answered', async () => {
    await using sim = await onFallback();
    sim.first.script = {};
    await sim.pass(299_000);
    expect(sim.client.status.transport).toBe('second');
    await sim.pass(2000);

    expect(announced(sim)).toEqual([FELL, RETURNED]);
    expect(sim.given('handleDisconnected').at(-1)).toMatchObject({
      close: { cause: 'renewed', reason: 'the first transport is tried again' },
      retryIn: 0,
    });
    expect(sim.client.status.transport).toBe('first');
    expect(sim.worker.commands.joined('room:1')).toBe(true);
  });

  test('that fails ends on the fallback at once, without counting three', async () => {
    await using sim = await onFallback();
    const before = sim.first.dials.length;
    await sim.pass(302_000);
    expect(sim.first.dials).toHaveLength(before + 1);
    expect(sim.client.status.transport).toBe('second');
    expect(announced(sim)).toEqual([FELL]);
  });

  test('that opens and carries nothing is none', async () => {
    await using sim = await onFallback();
    sim.first.script = { heartbeat: () => null };
    await sim.pass(320_000);
    expect(sim.client.status.transport).toBe('second');
    expect(sim.given('handleConnected').map(({ transport }) => transport)).toEqual([
      'second',
      'second',
    ]);
  });

  test('is tried at the next loss only, where the policy says so', async () => {
    await using sim = await onFallback({ returnAfter: false });
    sim.first.script = {};
    await sim.pass(3_600_000);
    expect(sim.client.status.transport).toBe('second');
    sim.second.cut();
    await sim.pass(2000);
    expect(announced(sim)).toEqual([FELL, RETURNED]);
  });

  test('is none when the fallback is lost before its time: it is dialed again', async () => {
    await using sim = await onFallback();
    sim.second.cut();
    await sim.pass(1000);
    expect(sim.client.status.transport).toBe('second');
  });
});

test('by default there is one transport, whatever becomes of it', async () => {
  await using sim = await simulate(new Member(), {
    options: { reconnect: CALM },
    script: down,
  });
  await pass(sim.clock, 60_000);
  await quiet();
  expect(announced(sim)).toEqual([]);
});
