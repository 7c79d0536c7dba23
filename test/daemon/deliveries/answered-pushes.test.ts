/** Pushes in the answer of a webhook: taken before the event is done. */

import { expect, test } from 'vitest';
import { PushError, StoreError, UsageError } from '../../../src/errors.js';
import { Application, status } from '../support/application.js';
import { DeliveryStage } from '../support/delivery-stage.js';

const PUSH = { topic: 'room:1', event: 'seen', payload: { a: 1 } };
const REF = { topic: 'room:1', event: 'seen', ref: '1' };

test('are keyed by the event and their place', async () => {
  const app = await Application.start(status(200, { push: [PUSH, { ...PUSH, ttl: '10s' }] }));
  const stage = DeliveryStage.to(app.url);
  stage.say('room:1', 1);
  await stage.shows({ delivered: 1 });
  const id = app.calls[0]?.id;
  expect(stage.accepted).toEqual([
    [`${id}:0`, PUSH],
    [`${id}:1`, { ...PUSH, ttl: '10s' }],
  ]);
});

test('hold the event, and those behind it, until they are taken', async () => {
  const app = await Application.start((call, answer) => {
    status(200, { push: call.topic === 'room:1' ? [PUSH] : [] })(call, answer);
  });
  let take = (): void => undefined;
  let asked = 0;
  const taken = new Promise<void>((resolve) => {
    take = resolve;
  });
  const accept = () => {
    asked += 1;
    return taken;
  };
  const stage = DeliveryStage.to(app.url, {}, { accept });
  stage.say('room:1', 1);
  stage.say('room:1', 2);
  await expect.poll(() => asked).toBe(1);
  stage.say('room:2', 3);
  await expect.poll(() => stage.status.delivered).toBeGreaterThanOrEqual(1);
  expect(stage.status).toMatchObject({ delivered: 1, inFlight: 1, waiting: 1 });
  expect(app.told).toEqual({ 'room:1': [1], 'room:2': [3] });
  take();
  await stage.shows({ delivered: 3 });
});

test('that are never taken give the event back when the delivery stops', async () => {
  const app = await Application.start(status(200, { push: [PUSH] }));
  let asked = 0;
  const accept = () => {
    asked += 1;
    return new Promise<void>(() => undefined);
  };
  const stage = DeliveryStage.to(app.url, {}, { accept });
  stage.say('room:1', 1);
  await expect.poll(() => asked).toBe(1);
  await stage.stop(0);
  const next = DeliveryStage.to(app.url, {}, { log: stage.log });
  await next.shows({ delivered: 1 });
  expect(next.accepted.map(([key]) => key)).toEqual([`${app.calls[0]?.id}:0`]);
});

test.each([
  [
    'a full outbox',
    new PushError('PHX_PUSH_DROPPED', 'the outbox is full', REF, { delivered: 'no' }),
  ],
  ['a store that fails', new StoreError('PHX_STORE_FAILED', 'the disk is full')],
  ['a client that has stopped', new UsageError('PHX_STOPPED', 'stopped')],
])('meet %s: the event comes again, with the same keys', async (_what, error) => {
  const app = await Application.start(status(200, { push: [PUSH, PUSH] }));
  const keys: string[] = [];
  const accept = async (_order: unknown, key: string) => {
    keys.push(key);
    if (keys.length === 2) throw error;
  };
  const stage = DeliveryStage.to(app.url, {}, { accept });
  stage.say('room:1', 1);
  await stage.shows({ delivered: 1, retried: 1, pushesRefused: 0 });
  const id = app.calls[0]?.id;
  expect(keys).toEqual([`${id}:0`, `${id}:1`, `${id}:0`, `${id}:1`]);
});

test.each([
  ['is no object', 7],
  ['has no topic', { event: 'seen' }],
  ['has no event', { topic: 'room:1' }],
  ['is of no class', { ...PUSH, delivery: 'perhaps' }],
  ['has a wrong time', { ...PUSH, ttl: 'soon' }],
])(
  'of a wrong shape are not taken, and the event comes again: one that %s',
  async (_what, push) => {
    const app = await Application.start(status(200, { push: [PUSH, push] }));
    const stage = DeliveryStage.to(app.url);
    stage.say('room:1', 1);
    await app.called(2);
    expect(stage.status.lastError?.what).toMatch(/number 1 of its push is wrong: i/);
    expect(stage.accepted).toEqual([]);
    app.react = status(200, { push: [PUSH] });
    await stage.shows({ delivered: 1, pushesRefused: 0 });
  },
);

test.each([
  [PUSH, new UsageError('PHX_ENCODING', 'it is no JSON')],
  [
    { ...PUSH, delivery: 'volatile' },
    new PushError('PHX_PUSH_DROPPED', 'the channel is not joined', REF, { delivered: 'no' }),
  ],
])('that the outbox refuses for ever do not hold the event: %j', async (push, error) => {
  const app = await Application.start(status(200, { push: [push] }));
  const accept = () => Promise.reject(error);
  const stage = DeliveryStage.to(app.url, {}, { accept });
  stage.say('room:1', 1);
  await stage.shows({ delivered: 1, pushesRefused: 1 });
});

test('are not taken of an answer that asks for the event again', async () => {
  const app = await Application.start((call, answer) => {
    const again = call.headers['webhook-attempt'] === '1' ? 'RETRY' : 'SUCCESS';
    status(200, { status: again, push: [PUSH] })(call, answer);
  });
  const stage = DeliveryStage.to(app.url);
  stage.say('room:1', 1);
  await stage.shows({ delivered: 1 });
  expect(stage.accepted).toHaveLength(1);
});
