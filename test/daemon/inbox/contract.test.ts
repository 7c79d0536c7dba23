/** What a log promises, wherever it keeps its events. */

import { expect, describe, test } from 'vitest';
import type { EventLog } from '../../../src/daemon/inbox/event-log.js';
import type { Limits } from '../../../src/daemon/inbox/kept-events.js';
import { LOGS, type OpenLog, settled } from './logs.js';
import { ALL, BY_TOPIC, consumed, news, ROOMY, taken, told } from './news.js';

function topics(names: string): readonly string[] {
  return names.split('');
}

const FEW: Limits = { messages: 4, size: 2 ** 20 };

describe.each(LOGS)('a log %s', (_, open: OpenLog) => {
  async function filled(limits: Limits, ...names: readonly (string | null)[]): Promise<EventLog> {
    const log = await open(limits);
    for (const [index, topic] of names.entries()) void log.append(news(topic, index + 1));
    await settled(log);
    return log;
  }

  async function add(log: EventLog, ...events: Parameters<typeof news>[]): Promise<void> {
    for (const event of events) void log.append(news(...event));
    await settled(log);
  }

  test('gives each event its id, its position and the number that it has in its topic', async () => {
    const log = await filled(ROOMY, 'a', 'b', 'a', null);
    expect(log.read(0, 10)).toMatchObject([
      { id: `${log.epoch}-1`, position: 1, topic: 'a', seq: 1, payload: 1 },
      { id: `${log.epoch}-2`, position: 2, topic: 'b', seq: 1, payload: 2 },
      { id: `${log.epoch}-3`, position: 3, topic: 'a', seq: 2, payload: 3 },
      { id: `${log.epoch}-4`, position: 4, topic: null, seq: 1, payload: 4 },
    ]);
    expect([log.head, log.tail]).toEqual([4, 1]);
    expect(log.status).toMatchObject({ kept: 4, appended: 4, unwritten: 0 });
  });

  test('an empty one has its next position as its tail', async () => {
    const log = await open(ROOMY);
    expect([log.head, log.tail, log.places]).toEqual([0, 1, []]);
    expect(log.read(0, 10)).toEqual([]);
    expect(log.cursor('c', ALL).next()).toBeNull();
  });

  test('keeps payloads as they are: JSON, and bytes', async () => {
    const log = await open(ROOMY);
    const payloads = [
      null,
      'x\n\u2028',
      { a: [1, { b: null }] },
      new Uint8Array([0, 255]),
      '\ud800',
    ];
    await add(log, ...payloads.map((payload) => ['a', payload] as [string, unknown]));
    expect(log.read(0, 10).map(({ payload }) => payload)).toEqual(payloads);
  });

  test('keeps as many as it may, and the newest whatever its size', async () => {
    const log = await filled({ messages: 3, size: 2000 }, 'a', 'a', 'a', 'a', 'a');
    expect(told(log.read(0, 10))).toEqual(['a 3', 'a 4', 'a 5']);
    await add(log, ['a', 'x'.repeat(1700)]);
    expect([log.head, log.tail]).toEqual([6, 5]);
    await add(log, ['a', 'x'.repeat(5000)]);
    expect([log.head, log.tail]).toEqual([7, 7]);
    await add(log, ['a', 8]);
    expect([log.head, log.tail]).toEqual([8, 8]);
    expect(log.status.bytes).toBeLessThan(500);
  });

  test('reads what it keeps after a position', async () => {
    const log = await filled(FEW, ...topics('aaaaaa'));
    expect(told(log.read(4, 1))).toEqual(['a 5']);
    expect(told(log.read(0, 2))).toEqual(['a 3', 'a 4']);
    expect(log.read(6, 5)).toEqual([]);
    expect(log.read(99, 5)).toEqual([]);
  });

  test('knows the positions of its own ids, of gaps too, and of no others', async () => {
    const log = await filled(FEW, ...topics('aaaaaa'));
    expect(log.positionOf(`${log.epoch}-1`)).toBe(1);
    expect(log.positionOf(`${log.epoch}-6`)).toBe(6);
    expect(log.positionOf(`${log.epoch}-3-gap-1`)).toBe(3);
    const strange = [
      `${log.epoch}-7`,
      `${log.epoch}-0`,
      `${log.epoch}-1x`,
      'abc-1',
      '',
      '1',
      `x${log.epoch}-1`,
    ];
    expect(strange.map((id) => log.positionOf(id))).toEqual(strange.map(() => null));
  });

  test('a cursor by topic gives the next of a topic when the last is done, and other topics meanwhile', async () => {
    const log = await filled(ROOMY, ...topics('aabab'));
    const cursor = log.cursor('c', BY_TOPIC);
    const [first, second, ...none] = taken(cursor);
    expect(told([first!, second!])).toEqual(['a 1', 'b 3']);
    expect(none).toEqual([]);
    expect(cursor.status).toEqual({ waiting: 3, inFlight: 2, dropped: 0, oldest: 1000 });
    cursor.done(second!);
    expect(told(taken(cursor))).toEqual(['b 5']);
    cursor.done(first!);
    expect(told(consumed(cursor))).toEqual(['a 2', 'a 4']);
  });

  test('a cursor without order gives all at once, and what comes back before the rest, in its order', async () => {
    const log = await filled(ROOMY, ...topics('aabab'));
    const cursor = log.cursor('c', ALL);
    const [one, two, three] = [cursor.next()!, cursor.next()!, cursor.next()!];
    cursor.back(three);
    cursor.back(one);
    cursor.done(two);
    expect(told(taken(cursor))).toEqual(['a 1', 'b 3', 'a 4', 'b 5']);
  });

  test('what is given back is the next of its topic, the same event', async () => {
    const log = await filled(ROOMY, ...topics('aab'));
    const cursor = log.cursor('c', BY_TOPIC);
    const event = cursor.next()!;
    cursor.back(event);
    expect(told(taken(cursor))).toEqual(['b 3', 'a 1']);
    cursor.done(event);
    cursor.done(event);
    cursor.back(event);
    expect(told(consumed(cursor))).toEqual(['a 2']);
    expect(cursor.status).toMatchObject({ waiting: 0, inFlight: 1 });
  });

  test.each([
    ['the end, when nothing is said', undefined, ['a 4']],
    ['the end', 'end', ['a 4']],
    ['the first event kept', 'start', ['a 1', 'a 2', 'a 3', 'a 4']],
    ['behind a position', 2, ['a 3', 'a 4']],
    ['behind one that is not there yet', 99, ['a 4']],
  ] as const)('a new cursor begins at %s', async (_name, from, expected) => {
    const log = await filled(ROOMY, ...topics('aaa'));
    const terms = { wants: () => true, order: 'perTopic', lasting: false } as const;
    const cursor = log.cursor('c', from === undefined ? terms : { ...terms, from });
    await add(log, ['a', 4]);
    expect(told(consumed(cursor))).toEqual(expected);
  });

  test('a cursor reads what it wants', async () => {
    const log = await filled(ROOMY, ...topics('abab'));
    const cursor = log.cursor('c', { ...ALL, wants: ({ topic }) => topic === 'b' });
    await add(log, ['a', 5], ['b', 6]);
    expect(told(consumed(cursor))).toEqual(['b 2', 'b 4', 'b 6']);
  });

  test('two cursors of one name are refused, until the first is closed', async () => {
    const log = await open(ROOMY);
    const cursor = log.cursor('c', ALL);
    expect(() => log.cursor('c', ALL)).toThrow(expect.objectContaining({ code: 'PHX_BAD_OPTION' }));
    cursor.close();
    cursor.close();
    expect(log.cursor('c', ALL).next()).toBeNull();
  });

  describe('who waits', () => {
    const never = new AbortController().signal;

    test('is woken by an event that is wanted, by one given back, and by one done', async () => {
      const log = await open(ROOMY);
      const cursor = log.cursor('c', { ...BY_TOPIC, wants: ({ topic }) => topic === 'a' });
      const woken = cursor.ready(never);
      await add(log, ['b', 1]);
      expect(await Promise.race([woken, Promise.resolve('waits')])).toBe('waits');
      await add(log, ['a', 2], ['a', 3]);
      await woken;
      await cursor.ready(never);
      const event = cursor.next()!;
      const both = [cursor.ready(never), cursor.ready(never)];
      cursor.back(event);
      await Promise.all(both);
      cursor.next();
      const done = cursor.ready(never);
      cursor.done(event);
      await done;
      expect(told(consumed(cursor))).toEqual(['a 3']);
    });

    test('is told when it is not to wait any more', async () => {
      const log = await open(ROOMY);
      const cursor = log.cursor('c', ALL);
      const reason = new Error('enough');
      const stop = new AbortController();
      const waits = cursor.ready(stop.signal);
      stop.abort(reason);
      await expect(waits).rejects.toBe(reason);
      await expect(cursor.ready(stop.signal)).rejects.toBe(reason);
      const closed = cursor.ready(never);
      cursor.close();
      await expect(closed).rejects.toMatchObject({ code: 'PHX_STOPPED' });
      const other = log.cursor('other', ALL).ready(never);
      const refused = expect(other).rejects.toMatchObject({ code: 'PHX_STOPPED' });
      await log.close();
      await refused;
    });
  });

  describe('numbers and gaps of topics', () => {
    test('the first of a topic after a gap says so; a state neither does nor takes a number', async () => {
      const log = await open(ROOMY);
      await add(
        log,
        ['a', 1],
        ['b', 2],
        ['a', {}, { kind: 'gap' }],
        ['a', {}, { kind: 'state' }],
        ['b', 5],
        ['a', {}, { kind: 'presence' }],
        ['a', 7],
      );
      const seen = log
        .read(0, 10)
        .map(({ topic, seq, afterGap }) => `${String(topic)}${seq}${afterGap ? '!' : ''}`);
      expect(seen).toEqual(['a1', 'b1', 'a2', 'a2', 'b2', 'a3!', 'a4']);
    });

    test('they go on when nothing of the topic is kept any more', async () => {
      const log = await open(FEW);
      await add(log, ['a', 1], ['a', {}, { kind: 'gap' }]);
      await add(log, ...Array.from({ length: 20 }, (__, n) => ['b', n] as [string, number]));
      await add(log, ['a', 3]);
      expect(log.read(0, 10).at(-1)).toMatchObject({ topic: 'a', seq: 3, afterGap: true });
    });
  });
});
