/** Events for an application that asks for them: leased, acknowledged, given again, never to two at once. */

import { describe, expect, test, vi } from 'vitest';
import { diskLog } from '../../../src/daemon/inbox/disk-log.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { SimulatedClock } from '../../support/simulated-clock.js';
import { consumersOf, dataOf, idsOf, untilWaiting } from '../support/consumers.js';
import { eventStage } from '../support/event-stage.js';

describe('a consumer', () => {
  test('is given what is kept, in order, and what it acknowledged never again', async () => {
    const stage = await eventStage();
    for (let n = 1; n <= 5; n += 1) stage.say('a', n);
    const first = await stage.pull('consumer=c&max=3');
    expect(dataOf(first)).toEqual([1, 2, 3]);
    expect(first).toMatchObject({ draining: false, events: [{ redelivery: 0 }, {}, {}] });
    const { results } = await stage.ack({ consumer: 'c', ids: idsOf(first) });
    expect(results).toEqual(idsOf(first).map((id) => ({ id, outcome: 'done' })));
    expect(dataOf(await stage.pull('consumer=c'))).toEqual([4, 5]);
  });

  test('waits for the first event, and has it at once', async () => {
    const stage = await eventStage();
    const pull = stage.pull('consumer=c&wait=60s&topic=b');
    await untilWaiting(stage, 1);
    stage.say('a', 1);
    stage.say('b', 2);
    expect(dataOf(await pull)).toEqual([2]);
  });

  test('is answered with nothing when its wait is over', async () => {
    const stage = await eventStage();
    expect(await stage.pull('consumer=c&wait=20ms')).toEqual({ events: [], draining: false });
  });

  test('gets what it did not acknowledge again, with the same ids and how often', async () => {
    const clock = new SimulatedClock();
    const stage = await eventStage({ clock });
    stage.say('a', 1);
    stage.say('a', 2);
    const first = await stage.pull('consumer=c&ackWait=10s');
    clock.advance(9999);
    expect(dataOf(await stage.pull('consumer=c'))).toEqual([]);
    clock.advance(1);
    const second = await stage.pull('consumer=c&ackWait=10s');
    expect(idsOf(second)).toEqual(idsOf(first));
    expect(second.events.map(({ redelivery }) => redelivery)).toEqual([1, 1]);
    clock.advance(10_000);
    expect((await stage.pull('consumer=c')).events[0]?.redelivery).toBe(2);
    expect(await consumersOf(stage)).toMatchObject([{ leased: 2, redelivered: 4, waiting: 0 }]);
  });

  test('that waits gets them the moment they are free again', async () => {
    const stage = await eventStage();
    const waiting = stage.pull('consumer=c&wait=60s');
    await untilWaiting(stage, 1);
    stage.say('a', 1);
    await waiting;
    const again = stage.pull('consumer=c&wait=60s');
    await untilWaiting(stage, 1);
    const id = stage.log.read(0, 1)[0]!.id;
    await stage.ack({ consumer: 'c', ids: [id], status: 'RETRY', delay: '10ms' });
    expect((await again).events).toMatchObject([{ id, redelivery: 1 }]);
    const third = stage.pull('consumer=c&wait=60s&ackWait=10ms');
    await untilWaiting(stage, 1);
    await stage.ack({ consumer: 'c', ids: [id], status: 'RETRY', delay: 0 });
    expect((await third).events).toMatchObject([{ redelivery: 2 }]);
    expect((await stage.pull('consumer=c&wait=60s')).events).toMatchObject([{ redelivery: 3 }]);
  });

  test('keeps the order of a topic: none of it goes to a second pull while a first has some', async () => {
    const stage = await eventStage();
    for (const [topic, n] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['b', 4],
      ['a', 5],
    ] as const)
      stage.say(topic, n);
    const first = await stage.pull('consumer=c&max=1');
    expect(dataOf(first)).toEqual([1]);
    const second = await stage.pull('consumer=c');
    expect(dataOf(second)).toEqual([2, 4]);
    expect(dataOf(await stage.pull('consumer=c'))).toEqual([]);
    await stage.ack({ consumer: 'c', ids: idsOf(first), status: 'RETRY', delay: 0 });
    expect(dataOf(await stage.pull('consumer=c'))).toEqual([1, 3, 5]);
  });

  test('never gives two pulls the same event at the same time', async () => {
    const stage = await eventStage();
    const pulls = Array.from({ length: 8 }, () => stage.pull('consumer=c&wait=60s&max=5'));
    await untilWaiting(stage, 8);
    for (let n = 0; n < 40; n += 1) stage.say(`t${n}`, n);
    const all = (await Promise.all(pulls)).flatMap(idsOf);
    expect(new Set(all).size).toBe(all.length);
    const rest = idsOf(await stage.pull('consumer=c'));
    expect(new Set([...all, ...rest]).size).toBe(40);
  });

  test('is told of each id what became of it', async () => {
    const stage = await eventStage();
    for (let n = 1; n <= 4; n += 1) stage.say(`t${n}`, n);
    const [one, two, three, four] = idsOf(await stage.pull('consumer=c')) as [
      string,
      string,
      string,
      string,
    ];
    await stage.ack({ consumer: 'c', ids: [one] });
    expect(await stage.ack({ consumer: 'c', ids: [two], status: 'DROP' })).toMatchObject({
      results: [{ outcome: 'dropped' }],
    });
    await stage.ack({ consumer: 'c', ids: [four], status: 'RETRY' });
    const { results } = await stage.ack({
      consumer: 'c',
      ids: [one, 'nonsense', three, two, three, four],
    });
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'alreadyAcked',
      'unknown',
      'done',
      'alreadyAcked',
      'alreadyAcked',
      'done',
    ]);
    expect(await consumersOf(stage)).toMatchObject([
      { acked: 3, dropped: 1, leased: 0, oldest: null },
    ]);
  });

  test('loses the oldest alone when it lags, and is told of it by a gap', async () => {
    const stage = await eventStage({ messages: 10 });
    await stage.pull('consumer=lags');
    await stage.pull('consumer=reads');
    for (let n = 1; n <= 25; n += 1) {
      stage.say('a', n);
      const taken = await stage.pull('consumer=reads');
      expect(dataOf(taken)).toEqual([n]);
      await stage.ack({ consumer: 'reads', ids: idsOf(taken) });
    }
    const { events } = await stage.pull('consumer=lags');
    expect(events[0]).toMatchObject({
      type: 'sidecar.gap',
      data: { cause: 'overflow', dropped: 15 },
    });
    expect(events.slice(1).map(({ data }) => data)).toEqual([
      16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    ]);
  });

  test('holds a bounded number, and goes on when it acknowledges', async () => {
    const stage = await eventStage();
    for (let n = 0; n < 1500; n += 1) stage.say('a', n);
    const first = await stage.pull('consumer=c&max=1000');
    expect(first.events).toHaveLength(1000);
    expect((await stage.pull('consumer=c&max=1000&wait=20ms')).events).toEqual([]);
    const waiting = stage.pull('consumer=c&max=1000&wait=60s');
    await stage.ack({ consumer: 'c', ids: idsOf(first) });
    expect((await waiting).events).toHaveLength(500);
  });

  test('is not told of states, and gets bytes as base64', async () => {
    const stage = await eventStage();
    void stage.log.append({
      kind: 'state',
      topic: 'a',
      event: 'state',
      payload: {},
      time: 0,
      routes: ['*'],
    });
    stage.say('a', new Uint8Array([1, 2]));
    expect((await stage.pull('consumer=c')).events).toMatchObject([{ data_base64: 'AQI=' }]);
  });

  test('goes when nobody has asked for it for a day', async () => {
    const clock = new SimulatedClock();
    const stage = await eventStage({ clock });
    stage.say('a', 1);
    await stage.pull('consumer=old');
    clock.advance(80_000_000);
    await stage.pull('consumer=new');
    const [old] = await consumersOf(stage);
    expect(Date.parse(old?.['expiresAt'] as string)).toBe(clock.now() + 6_400_000);
    clock.advance(6_400_000);
    expect(await consumersOf(stage)).toMatchObject([{ consumer: 'new' }]);
    expect(stage.log.places).toEqual(['pull:new']);
    expect((await stage.pull('consumer=old')).events).toMatchObject([{ redelivery: 0 }]);
  });
});

describe('a pull that waits', () => {
  test('ends at once when its client goes, and leases nothing to it', async () => {
    const stage = await eventStage();
    const gone = new AbortController();
    const pull = stage.get('/v1/events/pull?consumer=c&wait=60s', { signal: gone.signal });
    pull.catch(() => undefined);
    await untilWaiting(stage, 1);
    gone.abort();
    await untilWaiting(stage, 0);
    stage.say('a', 1);
    expect((await stage.pull('consumer=c')).events).toMatchObject([{ data: 1, redelivery: 0 }]);
  });

  test('ends at once when the daemon stops; what is there is still given', async () => {
    const stage = await eventStage();
    const pull = stage.pull('consumer=c&wait=60s');
    await untilWaiting(stage, 1);
    stage.drain();
    expect(await pull).toEqual({ events: [], draining: true });
    stage.say('a', 1);
    const last = await stage.pull('consumer=c&wait=60s');
    expect(last).toMatchObject({ events: [{ data: 1 }], draining: true });
    expect(await stage.ack({ consumer: 'c', ids: idsOf(last) })).toMatchObject({
      results: [{ outcome: 'done' }],
    });
    const response = await stage.get('/v1/events/pull?consumer=c&wait=60s');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
  });

  test('ends when its consumer is deleted', async () => {
    const stage = await eventStage();
    const pull = stage.pull('consumer=c&wait=60s');
    await untilWaiting(stage, 1);
    await stage.get('/v1/events/consumers/c', { method: 'DELETE' });
    expect((await pull).events).toEqual([]);
  });
});

test('who pulled before a restart is known by its place, and given what it did not acknowledge', async () => {
  const folder = temporaryFolder();
  const limits = { messages: 100, size: 2 ** 20 };
  const before = await eventStage({ log: await diskLog(folder, limits) });
  for (let n = 1; n <= 3; n += 1) before.say('a', n);
  await vi.waitFor(() => expect(before.log.head).toBe(3));
  const [first, second] = idsOf(await before.pull('consumer=c&max=2')) as [string, string];
  await before.ack({ consumer: 'c', ids: [first] });
  await before.close();
  const after = await eventStage({ log: await diskLog(folder, limits) });
  expect(await consumersOf(after)).toMatchObject([{ consumer: 'c', state: 'resting' }]);
  expect(await after.ack({ consumer: 'c', ids: [second] })).toMatchObject({
    results: [{ outcome: 'unknown' }],
  });
  const { events } = await after.pull('consumer=c');
  expect(events).toMatchObject([
    { id: second, data: 2, redelivery: 0 },
    { data: 3, redelivery: 0 },
  ]);
  await after.close();
});
