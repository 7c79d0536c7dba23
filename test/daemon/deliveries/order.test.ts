/** Which events a webhook gets, in which order, and how many at once. */

import { describe, expect, test } from 'vitest';
import { Application } from '../support/application.js';
import { DeliveryStage } from '../support/delivery-stage.js';

describe('events', () => {
  test('of a topic come in order, however often they are retried', async () => {
    const app = await Application.start((call, answer) => {
      answer
        .writeHead(
          Number(call.data) % 3 === 0 && call.headers['webhook-attempt'] !== '3' ? 500 : 200,
        )
        .end();
    });
    const stage = DeliveryStage.to(app.url);
    for (let n = 1; n <= 12; n += 1) stage.say(`room:${n % 2}`, n);
    await stage.shows({ delivered: 12 });
    const { 'room:0': even = [], 'room:1': odd = [] } = app.told;
    expect([...new Set(even)]).toEqual([2, 4, 6, 8, 10, 12]);
    expect(odd).toEqual([1, 3, 3, 3, 5, 7, 9, 9, 9, 11]);
  });

  test('of many topics are in flight at once, up to the limit', async () => {
    const held: (() => void)[] = [];
    const app = await Application.start((_call, answer) => void held.push(() => answer.end()));
    const stage = DeliveryStage.to(app.url, { inFlight: 3 });
    for (let n = 0; n < 10; n += 1) stage.say(`room:${n}`, n);
    await app.called(3);
    await stage.shows({ inFlight: 3, waiting: 7 });
    app.react = (_call, answer) => answer.end();
    for (const release of held.splice(0)) release();
    await stage.shows({ delivered: 10 });
    expect(app.mostOpen).toBe(3);
  });

  test('of one topic are in flight at once where no order is asked for', async () => {
    const app = await Application.start(() => undefined);
    const stage = DeliveryStage.to(app.url, { order: 'none' });
    for (let n = 0; n < 4; n += 1) stage.say('room:1', n);
    await stage.shows({ inFlight: 4 });
    await app.called(4);
  });

  test('of more topics than places are not held up by poisoned ones', async () => {
    const app = await Application.start((call, answer) => {
      answer.writeHead(call.topic.startsWith('bad') ? 400 : 200).end();
    });
    const stage = DeliveryStage.to(app.url, { inFlight: 2, retry: { min: '1h', max: '1h' } });
    for (let n = 0; n < 20; n += 1) stage.say(`bad:${n}`, n);
    stage.say('good', 1);
    await stage.shows({ delivered: 1, waiting: 20, inFlight: 0 });
    expect(stage.status.nextTryAt).toBeGreaterThan(Date.now() + 1_000_000);
  });

  test('that are not asked for, or are changes of state, are left out; gaps are not', async () => {
    const app = await Application.start();
    const stage = DeliveryStage.to(app.url, { topics: 'room:*', events: ['created', '!gone'] });
    stage.say('room:1', 1, { event: 'gone' });
    stage.say('hall:1', 2, { event: 'created' });
    stage.say('room:1', 3, { event: 'created', routes: ['*', 'other'] });
    stage.say('room:1', 4, { kind: 'state', event: 'created' });
    stage.say('room:1', 5, { kind: 'gap', event: 'gap' });
    stage.say('room:1', 6, { event: 'created' });
    await stage.shows({ delivered: 2, waiting: 0 });
    expect(app.told).toEqual({ 'room:1': [5, 6] });
  });

  test('wait while the application is down, and come when it is back', async () => {
    const app = await Application.start();
    await app.down();
    const stage = DeliveryStage.to(app.url, { breaker: false });
    stage.say('room:1', 1);
    stage.say('room:1', 2);
    await expect.poll(() => stage.status.lastError?.what).toMatch(/ECONNREFUSED/);
    await app.listen();
    await stage.shows({ delivered: 2 });
    expect(app.told).toEqual({ 'room:1': [1, 2] });
  });
});
