/** Turns that a worker puts off, and work that it starts beside its mailbox. */

import { describe, expect, test } from 'vitest';
import { hasCode } from '../../src/errors.js';
import type { Timer } from '../../src/index.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

class Worker extends SimulatedWorker {
  readonly log: string[] = [];
}

describe('after', () => {
  test('runs its turn once, when the delay has passed', async () => {
    await using sim = await simulate(new Worker());
    sim.worker.after('2s', () => sim.worker.log.push('due'));
    await sim.pass(1999);
    expect(sim.worker.log).toEqual([]);
    await sim.pass(10_000);
    expect(sim.worker.log).toEqual(['due']);
  });

  test('waits its turn: two of them never run at the same time', async () => {
    await using sim = await simulate(new Worker());
    const { log } = sim.worker;
    const turn = (name: string) => async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
    };
    sim.worker.after(1000, turn('one'));
    sim.worker.after(1000, turn('two'));
    await sim.pass(1000);
    expect(log).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });

  test('can be taken back, also when its turn is due and waits', async () => {
    await using sim = await simulate(new Worker());
    const { worker } = sim;
    const early = worker.after(1000, () => worker.log.push('early'));
    early.cancel();
    const late = worker.after(2000, () => worker.log.push('late'));
    worker.after(2000, () => {
      late.cancel();
    });
    using scoped = worker.after(3000, () => worker.log.push('scoped'));
    expect(scoped).toBeDefined();
    const overtaken = worker.after(2000, () => worker.log.push('overtaken'));
    worker.after(1999, () => {
      overtaken.cancel();
    });
    await sim.pass(2500);
    expect(worker.log).toEqual(['late']);
  });

  test('does not run after the stop, and may be called while stopping', async () => {
    const worker = new (class extends Worker {
      override terminate(): void {
        this.after(1000, () => this.log.push('too late'));
      }
    })();
    await using sim = await simulate(worker);
    worker.after(1000, () => worker.log.push('late'));
    await sim.client.stop();
    await sim.pass(5000);
    expect(worker.log).toEqual([]);
    expect(() => worker.after(1, () => undefined)).toThrow(/after the worker stopped/);
  });

  test('stops the worker by what it throws, as a callback does', async () => {
    await using sim = await simulate(new Worker());
    sim.worker.after(1000, () => {
      throw new RangeError('too far');
    });
    await sim.pass(1000);
    const reason = await sim.client.stopped;
    expect(reason).toMatchObject({ kind: 'crashed', error: { callback: 'after' } });
  });

  test.each([
    [-1, 'a turn'],
    ['5 sec', 'a turn'],
    [1, 'nothing'],
  ])('refuses %s with %s', async (delay, what) => {
    await using sim = await simulate(new Worker());
    const turn = what === 'nothing' ? undefined : (): void => undefined;
    expect(() => sim.worker.after(delay as number, turn as () => void)).toThrow(/after/);
  });
});

describe('every', () => {
  test('runs its turn again and again', async () => {
    await using sim = await simulate(new Worker());
    sim.worker.every('1s', () => sim.worker.log.push(String(sim.clock.monotonic() % 100_000)));
    await sim.pass(3500);
    expect(sim.worker.log).toHaveLength(3);
  });

  test('leaves out the turns that are due while one runs: a slow worker is not chased', async () => {
    await using sim = await simulate(new Worker());
    const { worker } = sim;
    let letGo: () => void = () => undefined;
    worker.every('1s', () => {
      worker.log.push('turn');
      return worker.log.length > 1 ? undefined : new Promise<void>((resolve) => (letGo = resolve));
    });
    await sim.pass(5500);
    expect(worker.log).toEqual(['turn']);
    letGo();
    await sim.pass(500);
    expect(worker.log).toEqual(['turn', 'turn']);
  });

  test('ends by cancel, also from inside its own turn', async () => {
    await using sim = await simulate(new Worker());
    const { worker } = sim;
    const timer: Timer = worker.every(1000, () => {
      worker.log.push('turn');
      timer.cancel();
    });
    await sim.pass(5000);
    expect(worker.log).toEqual(['turn']);
  });

  test('refuses an interval of nothing', async () => {
    await using sim = await simulate(new Worker());
    expect(() => sim.worker.every(0, () => undefined)).toThrow(/every is 0/);
  });
});

describe('deferred work', () => {
  test('runs beside the mailbox, and its outcome can be awaited', async () => {
    await using sim = await simulate(new Worker());
    const { worker } = sim;
    let letGo: () => void = () => undefined;
    const work = worker.defer(async () => {
      await new Promise<void>((resolve) => (letGo = resolve));
      return 42;
    });
    worker.after(0, () => worker.log.push('turn'));
    await sim.pass(1);
    expect(worker.log).toEqual(['turn']);
    letGo();
    expect(await work.outcome()).toEqual({ ok: true, response: 42 });
    expect(await work.ok()).toBe(42);
  });

  test.each([
    [
      'at once',
      () => {
        throw new RangeError('too far');
      },
    ],
    ['later', () => Promise.reject(new RangeError('too far'))],
  ])('that fails %s stops the worker, as a callback does, when nobody asked', async (_, work) => {
    await using sim = await simulate(new Worker());
    sim.worker.defer(work);
    expect(await sim.client.stopped).toMatchObject({
      kind: 'crashed',
      error: { callback: 'defer', cause: new RangeError('too far') },
    });
  });

  test.each([
    [
      'at once',
      () => {
        throw new RangeError('too far');
      },
    ],
    ['later', () => Promise.reject(new RangeError('too far'))],
  ])('that fails %s tells whoever asked, and nobody else', async (_, work) => {
    await using sim = await simulate(new Worker());
    const outcome = await sim.worker.defer(work).outcome();
    expect(!outcome.ok && hasCode(outcome.error, 'PHX_CALLBACK_FAILED')).toBe(true);
    await sim.quiet();
    expect(sim.client.status.state).toBe('connected');
  });

  test('that fails for our sake keeps our error', async () => {
    await using sim = await simulate(new Worker());
    const work = sim.worker.defer(() => sim.worker.push('room:1', 'ask', {}).ok());
    const outcome = await work.outcome();
    expect(!outcome.ok && outcome.error.code).toBe('PHX_PUSH_DROPPED');
  });

  test('is told of the stop, which waits for it', async () => {
    await using sim = await simulate(new Worker());
    const { worker } = sim;
    worker.defer(async (signal) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      worker.log.push('aborted');
      await Promise.resolve();
      worker.log.push('cleaned up');
    });
    await sim.client.stop();
    expect(worker.log).toEqual(['aborted', 'cleaned up']);
  });

  test('that ends by the abort that the stop gave it has not failed', async () => {
    await using sim = await simulate(new Worker());
    sim.worker.defer(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(signal.reason as Error);
          });
        }),
    );
    await sim.client.stop();
    expect(sim.telemetry.filter(({ name }) => name === 'callback.failed')).toEqual([]);
  });

  test('that does not end is given up 5 s after the stop', async () => {
    await using sim = await simulate(new Worker());
    sim.worker.defer(() => new Promise(() => undefined));
    const stopped = sim.client.stop();
    await sim.pass(5000);
    expect(await stopped).toEqual({ kind: 'requested', reason: null });
  });
});
