/** What a drain does not wait for. */

import { describe, expect, test } from 'vitest';
import { joined, timed } from '../support/drain-stage.js';
import { HookedWorker, type Hooks } from '../support/hooked-worker.js';
import { simulate } from '../support/worker-simulation.js';

/** Neither returns nor can be interrupted. */
const never = new Promise<never>(() => undefined);

describe('a drain', () => {
  test('whose connection is lost for good does not wait for what cannot be sent', async () => {
    await using sim = await joined(
      {},
      { options: { reconnect: false }, script: { push: () => null } },
    );
    sim.worker.push('room:1', 'ask');
    const report = timed(sim, sim.client.drain());
    await sim.pass(1000);
    sim.worker.push('room:1', 'wait', {}, { delivery: 'buffered' });
    sim.phoenix.cut();
    await sim.pass(1000);
    expect((await report)[0]).toBe(1000);
  });

  test('dials for nobody when init hangs', async () => {
    const hooks: Hooks = {
      init: (worker) => {
        worker.join('room:1');
        return never;
      },
    };
    await using sim = await simulate(new HookedWorker(hooks));
    const report = sim.client.drain({ grace: 1000, force: 1000 });
    await sim.pass(2000);
    expect(await report).toMatchObject({ forced: true });
    expect(sim.dialedAt).toEqual([]);
  });

  test('with deferred work takes no longer than without', async () => {
    const hooks: Hooks = { handleInfo: () => never };
    await using sim = await joined(hooks);
    sim.worker.defer(
      (signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        }),
    );
    const report = timed(sim, sim.client.drain({ grace: 1000, force: '20s' }));
    await sim.pass(21_000);
    expect((await report)[0]).toBe(1000);
  });
});
