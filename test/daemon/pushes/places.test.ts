/** What a push holds, and for how long: a place until it was sent, or replied to if somebody waits for that; its payload no longer. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { turn } from '../../support/heap.js';
import { stage } from '../support/api-stage.js';
import { echo, post } from '../support/pushing.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const SILENT = { topic: 'room:1', event: 'silent', payload: {} };

test('pushes that are never replied to hold no place when nobody waits for their replies', async () => {
  const { desk } = await stage();
  for (let sent = 0; sent < 10_000; sent += 500) {
    await Promise.all(Array.from({ length: 500 }, () => desk.make(SILENT, null).record.sent()));
  }
  const { record } = desk.make(SILENT, null);
  await record.ended;
  expect(record.fate).toEqual({ outcome: 'sent' });
}, 20_000);

test('a drain does not wait for replies that nobody has asked for', async () => {
  const world = await stage();
  const told = await post(world, { ...SILENT, wait: 'sent' });
  expect(told.body['outcome']).toBe('sent');
  const begun = performance.now();
  const report = await world.sidecar.client.drain({ grace: 5000 });
  expect(performance.now() - begun).toBeLessThan(2500);
  expect(report).toMatchObject({ unsent: 0, unanswered: 0, forced: false });
});

test('a drain waits for the reply that somebody waits for', async () => {
  const world = await stage();
  const told = post(world, { ...SILENT, wait: 'reply', timeout: 200 });
  await world.double.seen({ kind: 'received', event: 'silent' });
  await world.sidecar.client.drain({ grace: 5000 });
  expect((await told).body).toMatchObject({ outcome: 'unknown' });
});

test('what has ended keeps no payload', async () => {
  const { desk } = await stage();
  const payloads: WeakRef<object>[] = [];
  const pushed = (wait: 'sent' | 'replied', n: number) => {
    const payload = { text: `${n}`.repeat(1000) };
    payloads.push(new WeakRef(payload));
    return desk.make({ ...echo, payload }, `${wait}.${n}`).record[wait]();
  };
  for (let n = 0; n < 20; n += 1) await Promise.all([pushed('sent', n), pushed('replied', n)]);
  await expect
    .poll(async () => {
      await turn();
      collect();
      return payloads.filter((payload) => payload.deref() !== undefined).length;
    })
    .toBeLessThan(3);
  expect(desk.find('replied.19')?.fate).toMatchObject({ outcome: 'replied', status: 'ok' });
  expect(desk.find('sent.19')?.fate).toEqual({ outcome: 'sent' });
});

test('payloads under way have a limit together, and room again when they have ended', async () => {
  const world = await stage({ client: { outbox: { size: '1GiB' } } });
  world.sidecar.pause();
  const payload = { text: 'x'.repeat(8 * 1024 ** 2) };
  const records = Array.from({ length: 8 }, (_, n) => {
    return world.desk.make({ ...echo, payload }, `${n}`).record;
  });
  expect(await post(world, echo)).toMatchObject({
    status: 429,
    headers: { 'retry-after': '1' },
    body: { code: 'PHX_MAILBOX_FULL', detail: expect.stringContaining('of 67108864 at most') },
  });
  expect(records.map((record) => record.cancel())).toEqual(records.map(() => true));
  expect((await post(world, echo)).status).toBe(202);
});

test('who asks for a reply that the first with the key did not want is told so at once', async () => {
  const world = await stage();
  const keyed = { headers: { 'idempotency-key': 'k' } };
  await post(world, { ...echo, wait: 'sent' }, keyed);
  expect(await post(world, { ...echo, wait: 'reply' }, keyed)).toMatchObject({
    status: 504,
    body: { code: 'API_DEADLINE', outcome: 'unknown', id: 'k' },
  });
});

test('who asks for it before it is sent gets it', async () => {
  const world = await stage();
  world.sidecar.pause();
  const keyed = { headers: { 'idempotency-key': 'k' } };
  await post(world, echo, keyed);
  const told = post(world, { ...echo, wait: 'reply' }, keyed);
  await expect.poll(() => world.lines.length).toBe(1);
  world.sidecar.resume();
  expect(await told).toMatchObject({ status: 200, body: { outcome: 'replied' } });
});
