/** The limits of a drain: whatever hangs, it ends when it says; and what overtakes it does so. */

import { describe, expect, test } from 'vitest';
import type { DrainOptions, DrainReport, StopReason } from '../../src/index.js';
import { joined } from '../support/drain-stage.js';
import type { HookedWorker } from '../support/hooked-worker.js';
import type { Hooks } from '../support/hooked-worker.js';
import type { Script } from '../support/memory-phoenix.js';
import type { Simulation } from '../support/worker-simulation.js';

type Run = Simulation<HookedWorker>;
type Ended = DrainReport & { readonly at: number; readonly reason: StopReason };

/** Neither returns nor can be interrupted. */
const never = new Promise<never>(() => undefined);
const DRAINED: StopReason = { kind: 'requested', reason: 'drained' };

/** How the drain and the worker end, and when. */
async function drained(sim: Run, options?: DrainOptions): Promise<Ended> {
  const begun = sim.clock.monotonic();
  const report = await sim.client.drain(options);
  const at = sim.clock.monotonic() - begun;
  return { ...report, at, reason: await sim.client.stopped };
}

/** What hangs, when `terminate` is called, and when all is over: by default, and with 2 s of grace and 1 s of force. */
const HANGING: {
  readonly [what: string]: {
    readonly hooks?: Hooks;
    readonly script?: Script;
    begin(sim: Run): void;
    readonly terminated: readonly [number, number];
    readonly at: readonly [number, number];
    readonly unanswered?: number;
  };
} = {
  'a callback': {
    hooks: { handleInfo: () => never },
    begin: ({ client }) => {
      client.notify('hang');
    },
    terminated: [17_500, 2500],
    at: [17_500, 2500],
  },
  'what is deferred, whatever it hears': {
    begin: ({ worker }) => void worker.defer(() => never),
    terminated: [17_500, 2500],
    at: [17_500, 2500],
  },
  'a push that nobody answers': {
    begin: ({ worker }) => worker.push('room:1', 'ask', {}, { timeout: '1h' }),
    terminated: [15_000, 2000],
    at: [15_000, 2000],
    unanswered: 1,
  },
  terminate: {
    hooks: { terminate: () => never },
    begin: () => undefined,
    terminated: [0, 0],
    at: [5000, 1000],
  },
  'the server, when a topic is left': {
    script: { leave: () => null },
    begin: () => undefined,
    terminated: [2500, 500],
    at: [2500, 500],
  },
  'handleChannelClosed of a topic that was left': {
    hooks: { handleChannelClosed: () => never },
    begin: () => undefined,
    terminated: [2500, 500],
    at: [2500, 500],
  },
  'the peer, that is half-open': {
    script: { leave: () => null, heartbeat: () => null },
    begin: ({ worker }) => worker.push('room:1', 'ask', {}, { timeout: '1h' }),
    terminated: [17_500, 2500],
    at: [17_500, 2500],
    unanswered: 1,
  },
  everything: {
    hooks: { handleInfo: () => never, terminate: () => never },
    script: { leave: () => null, heartbeat: () => null },
    begin: ({ client, worker }) => {
      client.notify('hang');
      void worker.defer(() => never);
      worker.push('room:1', 'ask', {}, { timeout: '1h' });
    },
    terminated: [17_500, 2500],
    at: [20_000, 3000],
    unanswered: 1,
  },
};

const cases = Object.keys(HANGING).flatMap((what) => [
  { what, limits: 'its default limits', options: {}, index: 0 } as const,
  { what, limits: '2 s and 1 s', options: { grace: '2s', force: '1s' }, index: 1 } as const,
]);

describe('a drain ends in time', () => {
  test.each(cases)('though $what hangs, within $limits', async ({ what, options, index }) => {
    const { hooks = {}, script = {}, ...row } = HANGING[what] ?? { begin: () => undefined };
    const heartbeat = { interval: '1h', timeout: '1h' } as const;
    let terminatedAt: number | null = null;
    const watched: Hooks = {
      ...hooks,
      terminate: (worker, reason) => {
        terminatedAt = sim.clock.monotonic();
        return hooks.terminate?.(worker, reason);
      },
    };
    const sim = await joined(watched, { script, options: { heartbeat } });
    await using _sim = sim;
    row.begin(sim);
    await sim.quiet();
    const report = drained(sim, options);
    await sim.pass(30_000);

    const unanswered = HANGING[what]?.unanswered ?? 0;
    const counts = { settled: 0, unsent: 0, unanswered, persisted: 0, forced: true };
    const at = HANGING[what]?.at[index];
    expect(await report).toEqual({ ...counts, at, reason: DRAINED });
    expect(terminatedAt).toBe(HANGING[what]?.terminated[index]);
    expect(sim.phoenix.sent('phx_leave')).toHaveLength(1);
    expect(sim.clock.pending).toBe(0);
  });
});
