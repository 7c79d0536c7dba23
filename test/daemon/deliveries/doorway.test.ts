/** When a webhook is let alone: the circuit breaker, the health of the application, a pause, and the stop. */

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { Doorway } from '../../../src/daemon/deliveries/doorway.js';
import { Naps } from '../../../src/daemon/deliveries/naps.js';
import { failure } from '../../../src/daemon/deliveries/outcome.js';
import { Tally } from '../../../src/daemon/deliveries/tally.js';
import { Lines } from '../../support/log-lines.js';
import { Application, status } from '../support/application.js';
import { DeliveryStage, EAGER } from '../support/delivery-stage.js';

const QUICK = { failures: 4, openFor: 60 } as const;

describe('the circuit breaker', () => {
  test('opens when all fails, probes with one request, and closes when that is done', async () => {
    const app = await Application.start(status(500));
    const stage = DeliveryStage.to(app.url, { breaker: QUICK, retry: { min: 1, max: 1 } });
    for (let n = 0; n < 8; n += 1) stage.say(`room:${n}`, n);
    await stage.shows({ breaker: 'open', inFlight: 0 });
    const before = app.calls.length;
    app.mostOpen = 0;
    await app.called(before + 3);
    expect(app.mostOpen).toBe(1);
    expect(stage.status.delivered).toBe(0);
    app.react = status(204);
    await stage.shows({ breaker: 'closed', delivered: 8, nextTryAt: null });
  });

  test('goes on probing when its timer fires early', async () => {
    const app = await Application.start(status(500));
    const clock = {
      ...systemClock,
      setTimeout: (turn: () => void, ms: number) => setTimeout(turn, ms - 2),
    };
    const stage = DeliveryStage.to(app.url, { breaker: { failures: 4, openFor: 20 } }, { clock });
    for (let n = 0; n < 20; n += 1) stage.say(`room:${n}`, n);
    await stage.shows({ breaker: 'open', inFlight: 0 });
    await app.called(app.calls.length + 3);
    app.react = status(204);
    await stage.shows({ breaker: 'closed', delivered: 20 });
  });

  test('goes on probing when the clock on the wall is put back', async () => {
    onTestFinished(() => void vi.restoreAllMocks());
    const app = await Application.start(status(500));
    const stage = DeliveryStage.to(app.url, { breaker: { failures: 4, openFor: 20 } });
    for (let n = 0; n < 20; n += 1) stage.say(`room:${n}`, n);
    await stage.shows({ breaker: 'open', inFlight: 0 });
    const { now } = Date;
    vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);
    await app.called(app.calls.length + 3);
    expect(stage.status.nextTryAt ?? 0).toBeLessThan(Date.now() + 1000);
    app.react = status(204);
    await stage.shows({ breaker: 'closed', delivered: 20 });
  });

  test.each(Array.from({ length: 16 }, (_, turns) => turns))(
    'that opens while another attempt comes in, %d turns later, lets it in after the rest',
    async (turns) => {
      const door = openDoor({ failures: 1, openFor: 15 });
      const failed = door.pass('a', 1, async () => failure('nobody is there', 'nobodyThere'));
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      const done = { kind: 'success', pushes: [], mistake: null } as const;
      expect(await door.pass('b', 1, async () => done)).toBe(done);
      expect((await failed).kind).toBe('retry');
    },
  );

  test('says when it tries again', async () => {
    const app = await Application.start(status(503));
    const stage = DeliveryStage.to(app.url, { breaker: { failures: 2, openFor: '1h' } });
    stage.say('room:1', 1);
    stage.say('room:2', 1);
    await stage.shows({ breaker: 'open' });
    expect(stage.status.nextTryAt).toBeGreaterThan(Date.now() + 3_500_000);
    app.react = status(204);
    stage.delivery.resume();
    await stage.shows({ breaker: 'closed', delivered: 2 });
  });

  test('opens for one topic alone only when nobody is there', async () => {
    const app = await Application.start(status(500));
    const stage = DeliveryStage.to(app.url, { breaker: { failures: 3, openFor: '1h' } });
    stage.say('room:1', 1);
    await app.called(9);
    expect(stage.status.breaker).toBe('closed');
    await app.down();
    await stage.shows({ breaker: 'open' });
  });

  test.each([
    [400, 'room:2'],
    [200, 'room:2'],
  ])('stays closed where the application judges by %d', async (code, topic) => {
    const app = await Application.start(status(code, { status: 'RETRY' }));
    const stage = DeliveryStage.to(app.url, { breaker: { failures: 2, openFor: '1h' } });
    stage.say('room:1', 1);
    stage.say(topic, 1);
    await app.called(12);
    expect(stage.status.breaker).toBe('closed');
  });

  test('tries what was never tried before what has failed', async () => {
    const app = await Application.start((call, answer) => {
      answer.writeHead(call.topic.startsWith('bad') ? 500 : 200).end();
    });
    const stage = DeliveryStage.to(app.url, { breaker: { failures: 4, openFor: 40 } });
    stage.say('bad:1', 1);
    stage.say('bad:2', 1);
    await stage.shows({ breaker: 'open' });
    stage.say('good', 1);
    await stage.shows({ delivered: 1 });
  });
});

describe('an application that fails its health checks', () => {
  test('gets nothing until it passes one', async () => {
    const health = await Application.start(status(503));
    const app = await Application.start();
    const url = `${health.url}/healthz`;
    const rule = { url, interval: 20, timeout: 200, failures: 2 };
    const stage = DeliveryStage.to(app.url, { health: rule });
    await stage.shows({ state: 'waitingForApp' });
    stage.say('room:1', 1);
    await health.called(5);
    expect(app.calls).toEqual([]);
    expect(stage.status).toMatchObject({ waiting: 1, inFlight: 0, nextTryAt: null });
    health.react = status(200);
    await stage.shows({ state: 'running', delivered: 1 });
    expect(health.calls[0]?.path).toBe('/healthz');
  });

  test('gets nothing before it has passed the first', async () => {
    const held: (() => void)[] = [];
    const health = await Application.start((_call, answer) => void held.push(() => answer.end()));
    const app = await Application.start();
    const rule = { url: health.url, interval: '1h', timeout: '10s', failures: 3 } as const;
    const stage = DeliveryStage.to(app.url, { health: rule });
    stage.say('room:1', 1);
    await health.called(1);
    expect(stage.status).toMatchObject({ state: 'waitingForApp', waiting: 1, lastError: null });
    for (const release of held) release();
    await stage.shows({ state: 'running', delivered: 1 });
  });

  test('that boots is said to be away only after as many checks as are allowed to fail', async () => {
    const said: number[] = [];
    const health = await Application.start((call, answer) => {
      said.push(stage.lines.all.length);
      status(503)(call, answer);
    });
    const app = await Application.start();
    const rule = { url: health.url, interval: 10, timeout: 5000, failures: 3 };
    const stage = DeliveryStage.to(app.url, { health: rule });
    stage.say('room:1', 1);
    await health.called(4);
    expect(said.slice(0, 4)).toEqual([0, 0, 0, 1]);
    expect(app.calls).toEqual([]);
    expect(stage.status.lastError?.what).toBe('the application fails its health checks');
    health.react = status(200);
    await stage.shows({ delivered: 1 });
  });

  test('that is too slow, gone or elsewhere is not well', async () => {
    const health = await Application.start(() => undefined);
    const app = await Application.start();
    const rule = { url: health.url, interval: 10, timeout: 30, failures: 1 };
    const stage = DeliveryStage.to(app.url, { health: rule });
    await stage.shows({ state: 'waitingForApp' });
    health.react = status(200);
    await stage.shows({ state: 'running' });
    health.react = status(302, undefined, { location: app.url });
    await stage.shows({ state: 'waitingForApp' });
    health.react = status(200);
    await stage.shows({ state: 'running' });
    await health.down();
    await stage.shows({ state: 'waitingForApp' });
    expect(app.calls).toEqual([]);
  });

  test('gets at once what was waiting for its next attempt', async () => {
    const health = await Application.start(status(200));
    const app = await Application.start(status(500));
    const rule = { url: health.url, interval: 10, timeout: 500, failures: 1 };
    const stage = DeliveryStage.to(app.url, { health: rule, retry: { min: '1h', max: '1h' } });
    stage.say('room:1', 1);
    await stage.shows({ retried: 1 });
    health.react = status(500);
    await stage.shows({ state: 'waitingForApp' });
    app.react = status(204);
    health.react = status(200);
    await stage.shows({ delivered: 1 });
  });
});

describe('a pause', () => {
  test('leaves events in the inbox, and resume takes them up', async () => {
    const app = await Application.start();
    const stage = DeliveryStage.to(app.url);
    stage.delivery.pause();
    stage.say('room:1', 1);
    await stage.shows({ state: 'paused', waiting: 1 });
    expect(app.calls).toEqual([]);
    stage.delivery.resume();
    await stage.shows({ state: 'running', delivered: 1 });
  });
});

describe('the stop', () => {
  test('waits for what is in flight, and takes nothing new', async () => {
    const held: (() => void)[] = [];
    const app = await Application.start((_call, answer) => void held.push(() => answer.end()));
    const stage = DeliveryStage.to(app.url, { inFlight: 1 });
    stage.say('room:1', 1);
    stage.say('room:2', 2);
    await app.called(1);
    const stopped = stage.stop();
    expect(stage.status.state).toBe('stopped');
    for (const release of held) release();
    await stopped;
    expect(stage.status).toMatchObject({ delivered: 1, deadLetters: 0, inFlight: 0 });
    expect(app.calls).toHaveLength(1);
  });

  test('gives back what is not done in time, for the next who opens it', async () => {
    const app = await Application.start(() => undefined);
    const config = { retry: { ...EAGER, attempts: 1 } };
    const stage = DeliveryStage.to(app.url, config);
    stage.say('room:1', 1);
    stage.say('room:1', 2);
    await app.called(1);
    const grace = new AbortController();
    const stopped = stage.delivery.stop(grace.signal);
    grace.abort();
    await stopped;
    expect(stage.status).toMatchObject({ delivered: 0, deadLetters: 0 });
    app.react = status(204);
    const next = DeliveryStage.to(app.url, config, { log: stage.log });
    await next.shows({ delivered: 2 });
    expect(app.told).toEqual({ 'room:1': [1, 1, 2] });
    expect(app.calls[0]?.id).toBe(app.calls[1]?.id);
  });

  test('makes no dead letter of an event whose last attempt fails meanwhile', async () => {
    const held: (() => void)[] = [];
    const app = await Application.start((_call, answer) => {
      held.push(() => answer.writeHead(500).end());
    });
    const stage = DeliveryStage.to(app.url, { retry: { ...EAGER, attempts: 1 } });
    stage.say('room:1', 1);
    await app.called(1);
    const stopped = stage.stop();
    for (const release of held) release();
    await stopped;
    expect(stage.status.deadLetters).toBe(0);
    app.react = status(204);
    const next = DeliveryStage.to(app.url, {}, { log: stage.log });
    await next.shows({ delivered: 1 });
  });

  test('does not wait for the next attempt of anything', async () => {
    const app = await Application.start(status(500));
    const stage = DeliveryStage.to(app.url, { retry: { min: '1h', max: '1h' } });
    stage.say('room:1', 1);
    await stage.shows({ retried: 1 });
    await stage.stop();
    expect(stage.status).toMatchObject({ state: 'stopped', deadLetters: 0 });
  });
});

/** Of a delivery for one attempt after the other, or two. */
function openDoor(breaker: { readonly failures: number; readonly openFor: number }): Doorway {
  const clock = systemClock;
  const tally = new Tally('app', new Lines().logger, clock);
  const parts = { clock, naps: new Naps(clock), tally, room: () => undefined };
  const door = new Doorway({ inFlight: 2, breaker, health: null }, parts);
  door.start();
  onTestFinished(() => door.close());
  return door;
}
