/** Payloads that cannot be put on the wire: the caller's mistake, said at once, whatever the connection does. */

import { describe, expect, test } from 'vitest';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';
import type { PushOptions } from '../../src/index.js';

const UNENCODABLE = expect.objectContaining({ code: 'PHX_ENCODING', topic: 'room:1' });

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

describe('a payload that cannot be encoded', () => {
  test.each<[string, unknown]>([
    ['a bigint', { n: 1n }],
    ['a cycle', cyclic],
    ['a function', () => 1],
    ['half a surrogate pair', { text: '\ud83d' }],
  ])('throws while joined: %s', async (_, payload) => {
    await using sim = await simulate(new SimulatedWorker());
    sim.worker.join('room:1');
    await sim.quiet();

    expect(() => sim.worker.push('room:1', 'ping', payload)).toThrow(UNENCODABLE);
    await sim.pass(60_000);
    expect(sim.phoenix.sent('ping')).toEqual([]);
    expect(sim.given('handlePushError')).toEqual([]);
  });

  test.each<[string, PushOptions]>([
    ['buffered', {}],
    ['volatile', { delivery: 'volatile' }],
  ])('throws while down, too: a %s push', async (_, options) => {
    await using sim = await simulate(new SimulatedWorker(), { options: { autoConnect: false } });
    sim.worker.join('room:1');

    expect(() => sim.worker.push('room:1', 'ping', { n: 1n }, options)).toThrow(UNENCODABLE);
    await sim.quiet();
    expect(sim.given('handlePushError')).toEqual([]);
  });

  test('throws for a topic that nobody wants, too', async () => {
    await using sim = await simulate(new SimulatedWorker());

    expect(() => sim.worker.push('room:1', 'ping', { n: 1n })).toThrow(UNENCODABLE);
  });

  test('takes no room in the outbox', async () => {
    const options = { autoConnect: false, outbox: { messages: 1 } };
    await using sim = await simulate(new SimulatedWorker(), { options });
    sim.worker.join('room:1');
    expect(() => sim.worker.push('room:1', 'bad', { n: 1n })).toThrow(UNENCODABLE);
    sim.worker.push('room:1', 'good');
    sim.worker.connect();
    await sim.quiet();

    expect(sim.phoenix.received.map(({ event }) => event)).toEqual(['phx_join', 'good']);
  });
});

describe('a payload that changes while it waits', () => {
  test('goes out as it is when it is sent', async () => {
    await using sim = await simulate(new SimulatedWorker(), { options: { autoConnect: false } });
    sim.worker.join('room:1');
    const payload = { n: 1 };
    sim.worker.push('room:1', 'ping', payload);
    payload.n = 2;
    sim.worker.connect();
    await sim.quiet();

    expect(sim.phoenix.sent('ping')).toMatchObject([{ payload: { n: 2 } }]);
  });

  test('and cannot be encoded any more is dropped and told, and the others go out', async () => {
    await using sim = await simulate(new SimulatedWorker(), { options: { autoConnect: false } });
    sim.worker.join('room:1');
    const payload: { n: number | bigint } = { n: 1 };
    sim.worker.push('room:1', 'first');
    sim.worker.push('room:1', 'spoilt', payload);
    sim.worker.push('room:1', 'last');
    payload.n = 1n;
    sim.worker.connect();
    await sim.quiet();

    expect(sim.phoenix.received.map(({ event }) => event)).toEqual(['phx_join', 'first', 'last']);
    expect(sim.given('handlePushError')).toMatchObject([
      { event: 'spoilt', error: { code: 'PHX_PUSH_DROPPED', delivered: 'no' } },
    ]);
  });
});
