/** What a log promises to a cursor that lags or comes again, wherever it keeps its events. */

import { describe, expect, test } from 'vitest';
import type { EventLog } from '../../../src/daemon/inbox/event-log.js';
import type { Limits } from '../../../src/daemon/inbox/kept-events.js';
import { LOGS, type OpenLog, settled } from './logs.js';
import { ALL, BY_TOPIC, consumed, LASTING, news, ROOMY, told } from './news.js';

const FEW: Limits = { messages: 4, size: 2 ** 20 };

function topics(names: string): readonly string[] {
  return names.split('');
}

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

  describe('a laggard', () => {
    test('loses the oldest it has not taken, and is told so once for each topic, in their place', async () => {
      const log = await filled(FEW, ...topics('abab'));
      const laggard = log.cursor('laggard', BY_TOPIC);
      const other = log.cursor('other', BY_TOPIC);
      expect(consumed(other)).toHaveLength(4);
      await add(log, ['a', 5], ['a', 6], ['b', 7]);
      expect(laggard.status).toMatchObject({ waiting: 6, dropped: 3 });
      const events = consumed(laggard);
      expect(told(events.filter(({ topic }) => topic === 'a'))).toEqual(['a gap 2', 'a 5', 'a 6']);
      expect(told(events.filter(({ topic }) => topic === 'b'))).toEqual(['b gap 1', 'b 4', 'b 7']);
      expect(told(consumed(other))).toEqual(['a 5', 'b 7', 'a 6']);
      expect(other.status.dropped).toBe(0);
    });

    test('without order is told of all its gaps before what is left', async () => {
      const log = await filled(FEW, ...topics('abab'));
      const laggard = log.cursor('laggard', ALL);
      await add(log, ['a', 5], ['a', 6]);
      expect(told(consumed(laggard))).toEqual(['a gap 1', 'b gap 1', 'a 3', 'b 4', 'a 5', 'a 6']);
    });

    test('keeps what it has in flight, given back or not', async () => {
      const log = await filled(FEW, ...topics('aaaa'));
      const laggard = log.cursor('laggard', BY_TOPIC);
      const event = laggard.next()!;
      await add(log, ...[5, 6, 7, 8].map((number) => ['a', number] as [string, number]));
      laggard.back(event);
      expect(told(consumed(laggard))).toEqual(['a 1', 'a gap 3', 'a 5', 'a 6', 'a 7', 'a 8']);
    });

    test('has a gap that says what and when, that keeps its id, and after it an event that says so', async () => {
      const log = await open(FEW);
      const laggard = log.cursor('laggard', BY_TOPIC);
      for (const number of [1, 2, 3, 4, 5, 6]) {
        await add(log, ['a', number, { time: number * 1000, routes: ['*', 'app'] }]);
      }
      const gap = laggard.next()!;
      expect(gap).toEqual({
        kind: 'gap',
        topic: 'a',
        event: 'gap',
        payload: {
          cause: 'overflow',
          from: '1970-01-01T00:00:01.000Z',
          to: '1970-01-01T00:00:02.000Z',
          dropped: 2,
        },
        time: 2000,
        routes: ['*', 'app'],
        id: `${log.epoch}-2-gap-1`,
        position: 2,
        seq: 2,
        afterGap: false,
      });
      await add(log, ['a', 7]);
      laggard.back(gap);
      expect(laggard.next()).toEqual(gap);
      laggard.done(gap);
      const [later, fourth, fifth] = consumed(laggard);
      expect(told([later!])).toEqual(['a gap 1']);
      expect([fourth, fifth]).toMatchObject([
        { seq: 4, afterGap: true },
        { seq: 5, afterGap: false },
      ]);
    });

    test('is told by one gap of all topics when there are too many to tell each', async () => {
      const log = await open(FEW);
      const laggard = log.cursor('laggard', BY_TOPIC);
      await add(log, ...Array.from({ length: 1504 }, (__, n) => [`t${n}`, n] as [string, number]));
      const gaps = consumed(laggard).filter(({ kind }) => kind === 'gap');
      expect(gaps).toHaveLength(1001);
      expect(told(gaps)).toContain('null gap 500');
      expect(laggard.status).toMatchObject({ dropped: 1500, waiting: 0 });
    });

    test('that nobody reads loses, too, and may be told more than it would have wanted', async () => {
      const log = await filled(FEW, ...topics('abab'));
      log.cursor('laggard', LASTING).close();
      await add(log, ['a', 5], ['a', 6]);
      const laggard = log.cursor('laggard', { ...LASTING, wants: ({ topic }) => topic === 'a' });
      expect(told(consumed(laggard))).toEqual(['a gap null', 'a 3', 'a 5', 'a 6']);
    });
  });

  describe('a lasting cursor', () => {
    test('is where it was when it is opened again, and what was in flight comes again', async () => {
      const log = await filled(ROOMY, ...topics('abab'));
      const first = log.cursor('c', LASTING);
      first.done(first.next()!);
      const inFlight = first.next()!;
      first.close();
      first.done(inFlight);
      expect(first.next()).toBeNull();
      await add(log, ['a', 5]);
      expect(told(consumed(log.cursor('c', LASTING)))).toEqual(['a 3', 'b 2', 'a 5', 'b 4']);
    });

    test.each([
      ['none', 'perTopic'],
      ['perTopic', 'none'],
    ] as const)('may change its order from %s to %s', async (before, after) => {
      const log = await filled(ROOMY, ...topics('abab'));
      const first = log.cursor('c', { ...LASTING, order: before });
      const [a, b] = [first.next()!, first.next()!];
      first.done(b);
      first.close();
      const again = consumed(log.cursor('c', { ...LASTING, order: after }));
      expect(told(again).toSorted()).toEqual(['a 1', 'a 3', 'b 4']);
      expect(again).toContain(a);
    });

    test('has a gap once more that was told and not done', async () => {
      const log = await filled(FEW, ...topics('aaaa'));
      const first = log.cursor('c', LASTING);
      await add(log, ['a', 5]);
      expect(told([first.next()!])).toEqual(['a gap 1']);
      await add(log, ['a', 6]);
      first.close();
      expect(told(consumed(log.cursor('c', LASTING)))).toEqual([
        'a gap 2',
        'a 3',
        'a 4',
        'a 5',
        'a 6',
      ]);
    });

    test('is known until it is forgotten', async () => {
      const log = await filled(ROOMY, ...topics('ab'));
      log.cursor('passing', ALL);
      const cursor = log.cursor('c', LASTING);
      log.cursor('d', LASTING).close();
      cursor.done(cursor.next()!);
      expect(log.places).toEqual(['c', 'd']);
      for (const name of ['c', 'd', 'unknown']) log.forget(name);
      expect(log.places).toEqual([]);
      await expect(cursor.ready(AbortSignal.timeout(1000))).rejects.toMatchObject({
        code: 'PHX_STOPPED',
      });
      expect(consumed(log.cursor('c', LASTING))).toHaveLength(2);
    });
  });
});
