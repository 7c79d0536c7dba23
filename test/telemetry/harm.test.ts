/** Listeners that misbehave hurt nobody, and those that do not exist cost nothing. */

import { describe, expect, test, vi } from 'vitest';
import type { Telemetry, TelemetryFact } from '../../src/index.js';
import { simulate, SimulatedWorker, type Simulation } from '../support/worker-simulation.js';

const fails = (): never => {
  throw new Error('the listener failed');
};
const rejects = (): never => Promise.reject(new Error('the listener failed later')) as never;
/** Never has a result: whoever waited for it would wait for ever. */
const hangs = (): never => new Promise(() => undefined) as never;

async function lifeWith(telemetry: Telemetry | readonly Telemetry[]): Promise<Simulation> {
  const script = { push: () => ['ok', {}] as const };
  const sim = await simulate(new SimulatedWorker(), { script, options: { telemetry } });
  sim.worker.join('room:1');
  await sim.quiet();
  sim.worker.push('room:1', 'ping');
  sim.phoenix.broadcast('room:1', 'said');
  await sim.quiet();
  sim.phoenix.cut();
  await sim.pass(5000);
  return sim;
}

describe('a listener that', () => {
  test.each([
    ['throws', fails],
    ['rejects', rejects],
    ['never answers', hangs],
  ])(
    '%s, whatever it is told, changes nothing for the worker or for other listeners',
    async (_, does) => {
      const undisturbed = await lifeWith([]);
      const heard: TelemetryFact[] = [];
      const broken = { fact: does, measure: does, watch: does, inspect: does };
      const sim = await lifeWith([broken, { fact: (fact) => void heard.push(fact) }]);

      expect(sim.story).toEqual(undisturbed.story);
      expect(heard.map(({ name }) => name)).toEqual(undisturbed.telemetry.map(({ name }) => name));
      await sim[Symbol.asyncDispose]();
      await undisturbed[Symbol.asyncDispose]();
    },
  );

  test.each([
    ['throws', fails],
    ['rejects', rejects],
  ])('%s when its client has stopped does not hold the stop up', async (_, end) => {
    const sim = await lifeWith({ fact: () => undefined, watch: () => end });
    await expect(sim.client.stop()).resolves.toMatchObject({ kind: 'requested' });
    await sim[Symbol.asyncDispose]();
  });
});

describe('without a listener that measures', () => {
  test.each([
    ['no clock is read for a push that is answered', undefined, 0],
    [
      'and with one, it is read at the call and the reply, and around handleReply',
      () => undefined,
      4,
    ],
  ])('%s', async (_, measure, reads) => {
    const script = { push: () => ['ok', {}] as const };
    const telemetry = { fact: () => undefined, ...(measure && { measure }) };
    await using sim = await simulate(new SimulatedWorker(), { script, options: { telemetry } });
    sim.worker.join('room:1');
    await sim.quiet();
    const monotonic = vi.spyOn(sim.clock, 'monotonic');
    sim.worker.push('room:1', 'ping');
    await sim.quiet();

    expect(sim.given('handleReply')).toHaveLength(1);
    expect(monotonic).toHaveBeenCalledTimes(reads);
  });
});

describe('without a listener that watches', () => {
  test.each([
    ['no byte is counted', undefined, 0],
    ['and with one, those of each frame are', () => undefined, 2],
  ])('%s', async (_, watch, frames) => {
    const telemetry = { fact: () => undefined, ...(watch && { watch }) };
    await using sim = await simulate(new SimulatedWorker(), { options: { telemetry } });
    const byteLength = vi.spyOn(Buffer, 'byteLength');
    sim.worker.join('room:1');
    await sim.quiet();
    const counted = byteLength.mock.calls.filter(
      ([text]) => typeof text === 'string' && text.includes('"room:1"'),
    );
    byteLength.mockRestore();

    expect(sim.given('handleJoined')).toHaveLength(1);
    expect(counted).toHaveLength(frames);
  });
});
