/** A supervised worker is replaced when it crashes, and given up when it crashes too often. */

import { describe, expect, test } from 'vitest';
import { GenSocketClient, hasCode, type StopReason } from '../../src/index.js';
import { supervise } from '../../src/worker/supervise.js';
import { crash, isConnected, maker } from '../support/crashing-stage.js';
import type { CrashingWorker } from '../support/crashing-worker.js';
import { SupervisedStage } from '../support/supervised-stage.js';

class Bare extends GenSocketClient {}

describe('a worker that crashes', () => {
  test('is followed by a fresh one, at once the first time and then later and later', async () => {
    const { made, make } = maker();
    await using stage = new SupervisedStage(make);
    await crash(stage);
    await stage.until(isConnected(stage));
    expect(stage.client.status).toMatchObject({ state: 'connected', restarts: 1 });
    expect(made).toHaveLength(2);
    expect(made.map(({ ends }) => ends)).toEqual([['crashed'], []]);

    await crash(stage);
    expect(stage.client.status).toMatchObject({ state: 'disconnected', restarts: 1 });
    await stage.pass(499);
    expect(made).toHaveLength(2);
    await stage.pass(1);
    await crash(stage);
    await stage.pass(1000);
    await stage.until(isConnected(stage));
    expect(stage.facts('worker.restarted')).toMatchObject([
      { restarts: 1, delay: 0, thrown: expect.stringContaining('TypeError at') },
      { restarts: 2, delay: 500 },
      { restarts: 3, delay: 1000 },
    ]);
  });

  test('is followed only when its transports are gone', async () => {
    const { make } = maker();
    await using stage = new SupervisedStage(make);
    await crash(stage);
    await stage.until(isConnected(stage));
    const names = stage.told.map(({ name }) => name);
    expect(names.indexOf('client.stopped')).toBeLessThan(names.indexOf('worker.restarted'));
    expect(names.filter((name) => name === 'client.started')).toHaveLength(2);
    expect(names.lastIndexOf('client.started')).toBeGreaterThan(names.indexOf('worker.restarted'));
  });

  test('is given up when it crashes once more than it may within the period', async () => {
    const { made, make } = maker();
    await using stage = new SupervisedStage(make, { restart: { max: 2, minDelay: 10 } });
    for (const delay of [0, 10, 0]) {
      await crash(stage);
      await stage.pass(delay);
    }
    const reason = await stage.client.stopped;
    expect(made).toHaveLength(3);
    expect(codeOf(reason)).toBe('PHX_TOO_MANY_CRASHES');
    expect((reason as { error: Error }).error.message).toContain('crashed 3 times');
    expect(hasCode((reason as { error: Error }).error.cause, 'PHX_CALLBACK_FAILED')).toBe(true);
    expect(stage.facts('worker.gaveUp')).toMatchObject([{ crashes: 3 }]);
    expect(stage.client.status).toMatchObject({ state: 'stopped', restarts: 2 });
  });

  test('is cured for ever when it crashes rarely', async () => {
    const { made, make } = maker();
    await using stage = new SupervisedStage(make, { restart: { max: 1, period: '1m' } });
    for (let crashes = 0; crashes < 5; crashes += 1) {
      await crash(stage);
      await stage.pass(60_000);
    }
    expect(made).toHaveLength(6);
    expect(stage.facts('worker.restarted').map(({ delay }) => delay)).toEqual([0, 0, 0, 0, 0]);
  });

  test('ends with its own error when restarts are switched off', async () => {
    await using stage = new SupervisedStage(maker().make, { restart: false });
    await crash(stage);
    expect(codeOf(await stage.client.stopped)).toBe('PHX_CALLBACK_FAILED');
  });
});

describe('a worker that cannot be made', () => {
  test('is tried again as one that crashed, and given up as well', async () => {
    let made = 0;
    await using stage = new SupervisedStage(() => {
      made += 1;
      throw new Error('no database');
    });
    await stage.pass(60_000);
    const reason = (await stage.client.stopped) as { error: Error };
    expect(made).toBe(4);
    expect(reason.error.cause).toMatchObject({ message: 'no database' });
  });

  test('is no worker when an option is wrong: supervise throws, and makes none', () => {
    const { made, make } = maker();
    const bad = { url: 'ws://x', reconnect: { min: -1 } };
    expect(() => supervise(make, bad)).toThrow('reconnect.min');
    expect(() => supervise(make, { url: 'ws://x', restart: { max: -1 } })).toThrow('restart.max');
    const typo = { url: 'ws://x', restart: { maxi: 1 } } as object;
    expect(() => supervise(make, typo)).toThrow('there is no option restart.maxi');
    expect(() => supervise(make, { url: 'ws://x', liveness: { loop: 0 } })).toThrow(
      'liveness.loop',
    );
    expect(made).toHaveLength(0);
    expect(() => supervise(() => new Bare(), {})).toThrow('there is no url');
    expect(() => supervise(() => null as never, { url: 'ws://x' })).toThrow('no worker');
  });
});

describe('what ends a supervised worker for good', () => {
  test.each<[string, (stage: SupervisedStage<CrashingWorker>) => unknown, object]>([
    ['a stop', ({ client }) => client.stop('enough'), { kind: 'requested', reason: 'enough' }],
    ['a drain', ({ client }) => client.drain(), { kind: 'requested', reason: 'drained' }],
  ])('%s while it runs', async (_, end, reason) => {
    const { made, make } = maker();
    await using stage = new SupervisedStage(make);
    await stage.until(isConnected(stage));
    void end(stage);
    expect(await stage.client.stopped).toEqual(reason);
    expect(made).toHaveLength(1);
  });

  test.each<[string, (stage: SupervisedStage<CrashingWorker>) => unknown, object]>([
    ['a stop', ({ client }) => client.stop('enough'), { kind: 'requested', reason: 'enough' }],
    ['a drain', ({ client }) => client.drain(), { kind: 'requested', reason: 'drained' }],
  ])('%s during the back-off, at once', async (_, end, reason) => {
    const { made, make } = maker();
    await using stage = new SupervisedStage(make);
    await crash(stage);
    await crash(stage);
    expect(stage.client.status.state).toBe('disconnected');
    void end(stage);
    expect(await stage.client.stopped).toEqual(reason);
    expect(stage.clock.pending).toBe(0);
    await stage.pass(60_000);
    expect(made).toHaveLength(2);
  });

  test('a stop that comes while it crashes: no other one begins', async () => {
    const { made, make } = maker();
    await using stage = new SupervisedStage(make);
    await stage.until(isConnected(stage));
    stage.client.notify('crash');
    void stage.client.stop('enough');
    await stage.client.stopped;
    await stage.pass(60_000);
    expect(made).toHaveLength(1);
  });

  test('a stop that the maker of the next one asks for', async () => {
    const { made, make } = maker();
    const stages: SupervisedStage<CrashingWorker>[] = [];
    const stopping = () => {
      if (made.length > 0) void stages[0]?.client.stop('enough');
      return make();
    };
    await using stage = new SupervisedStage(stopping);
    stages.push(stage);
    await stage.until(isConnected(stage));
    stage.client.notify('crash');
    await stage.pass(60_000);
    expect(await stage.client.stopped).toEqual({ kind: 'requested', reason: 'enough' });
    expect(stage.client.status.state).toBe('stopped');
    expect(stage.phoenix.dials).toHaveLength(1);
  });

  test('a reconnect policy that gives up, because a fresh worker would find the same server', async () => {
    const { made, make } = maker();
    const options = { reconnect: { attempts: 1 } } as const;
    await using stage = new SupervisedStage(make, options);
    await stage.until(isConnected(stage));
    stage.phoenix.script = { dial: () => ({ status: 503 }) };
    stage.phoenix.cut();
    await stage.pass(60_000);
    expect((await stage.client.stopped).kind).toBe('gaveUp');
    expect(made).toHaveLength(1);
  });

  test('a drain with options that cannot be right does not drain', async () => {
    await using stage = new SupervisedStage(maker().make);
    await stage.until(isConnected(stage));
    expect(() => stage.client.drain({ grace: -1 })).toThrow('drain.grace');
    expect(stage.client.status.state).toBe('connected');
  });
});

describe('what is asked while there is no worker', () => {
  test('waits for the next one, in order', async () => {
    const { made, make } = maker();
    await using stage = new SupervisedStage(make);
    await crash(stage);
    await crash(stage);
    stage.client.notify(1);
    const answer = stage.client.call('are you there?');
    stage.client.notify(2);
    await stage.pass(1000);
    expect(await answer).toBe('are you there?');
    expect(made.at(-1)?.heard).toEqual([1, 2]);
  });

  test('fails by its deadline when none comes in time', async () => {
    await using stage = new SupervisedStage(maker().make, {
      restart: { minDelay: '1m', period: '1h', maxDelay: '1m' },
    });
    await crash(stage);
    await crash(stage);
    const answer = stage.client
      .call('are you there?', { timeout: 100 })
      .catch((error: unknown) => error);
    await stage.pass(100);
    expect(hasCode(await answer, 'PHX_CALL_TIMEOUT')).toBe(true);
  });

  test('fails when there will be none', async () => {
    await using stage = new SupervisedStage(maker().make);
    await crash(stage);
    await crash(stage);
    const answer = stage.client.call('are you there?').catch((error: unknown) => error);
    await stage.client.stop();
    expect(hasCode(await answer, 'PHX_STOPPED')).toBe(true);
    await expect(stage.client.call('now?')).rejects.toMatchObject({ code: 'PHX_STOPPED' });
    expect(() => {
      stage.client.notify(1);
    }).toThrow('after the worker stopped');
  });

  test('is no more than a mailbox would hold', async () => {
    await using stage = new SupervisedStage(maker().make, { inbox: { messages: 3 } });
    await crash(stage);
    await crash(stage);
    stage.client.notify(1);
    const answer = stage.client.call('two');
    expect(() => {
      stage.client.notify(3);
    }).toThrow('wait for the worker to restart');
    await expect(stage.client.call('three')).rejects.toMatchObject({ code: 'PHX_MAILBOX_FULL' });
    await stage.pass(1000);
    expect(await answer).toBe('two');
  });

  test('of the old life is settled by its end', async () => {
    await using stage = new SupervisedStage(maker().make);
    await stage.until(isConnected(stage));
    const answer = stage.client.call('never').catch((error: unknown) => error);
    await crash(stage);
    expect(hasCode(await answer, 'PHX_STOPPED')).toBe(true);
  });
});

function codeOf(reason: StopReason): unknown {
  return reason.kind === 'crashed' ? (reason.error as { code?: unknown }).code : reason.kind;
}
