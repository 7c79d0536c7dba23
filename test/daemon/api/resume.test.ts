/** Where a stream goes on that was interrupted: exactly behind what was seen, or behind a gap that says so. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventReader } from '../support/event-reader.js';
import { type EventStage, eventStage, type Told } from '../support/event-stage.js';

const comeBack = (stage: EventStage, id: string, query = '') =>
  EventReader.open(`${stage.address}/v1/events${query}`, id === '' ? {} : { 'last-event-id': id });

test('random disconnects lose nothing and repeat nothing', async () => {
  const stage = await eventStage();
  const step = fc.record({
    before: fc.nat(3),
    while: fc.nat(3),
    read: fc.nat(4),
    other: fc.nat(2),
  });
  const run = async (
    steps: readonly { before: number; while: number; read: number; other: number }[],
  ) => {
    const seen: unknown[] = [];
    let said = 0;
    let place = stage.log.epoch + `-${stage.log.head}`;
    const say = (): void => {
      said += 1;
      stage.say('mine', said);
    };
    const resume = async (reads: (left: number) => boolean, whileOpen: number): Promise<void> => {
      const reader = await comeBack(stage, place, '?topic=mine');
      await reader.block();
      for (let n = 0; n < whileOpen; n += 1) say();
      while (reads(said - seen.length)) seen.push((await reader.event()).data);
      place = reader.lastEventId;
      reader.close();
    };
    for (const { before, while: whileOpen, read, other } of steps) {
      for (let n = 0; n < before; n += 1) say();
      for (let n = 0; n < other; n += 1) stage.say('others', 0);
      let left = read;
      await resume((unseen) => unseen > 0 && left-- > 0, whileOpen);
    }
    await resume((unseen) => unseen > 0, 0);
    expect(seen).toEqual(Array.from({ length: said }, (_, index) => index + 1));
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 8 }), run), { numRuns: 40 });
});

describe('who comes back', () => {
  test('goes on behind the id, whatever way it is given; the header is the newer', async () => {
    const stage = await eventStage();
    for (let n = 1; n <= 4; n += 1) stage.say('a', n);
    const { epoch } = stage.log;
    const after = await comeBack(stage, '', `?after=${epoch}-2&format=ndjson`);
    expect((await after.json()).data).toBe(3);
    const header = await comeBack(stage, `${epoch}-3`, `?after=${epoch}-2&format=ndjson`);
    expect((await header.json()).data).toBe(4);
  });

  test('from before the first event gets them all', async () => {
    const stage = await eventStage();
    const reader = await comeBack(stage, '');
    const id = (await reader.block())?.id ?? '';
    reader.close();
    stage.say('a', 1);
    expect((await (await comeBack(stage, id)).event()).data).toBe(1);
  });

  test.each(['0123456789ab-7', 'nonsense', '-', '\u00e9', 'x'.repeat(256)])(
    'with the id %j, of another log, is told so and given all that is kept',
    async (id) => {
      const stage = await eventStage();
      stage.say('a', 1);
      const reader = await comeBack(stage, id, '?event=created&event=said');
      const gap = await reader.event();
      expect(gap).toMatchObject({
        type: 'sidecar.gap',
        data: { cause: 'unknownId', dropped: null },
      });
      expect(gap.subject).toBeUndefined();
      expect((await reader.event()).data).toBe(1);
    },
  );

  test('with an id that is too old is told so, and given what is left', async () => {
    const stage = await eventStage({ messages: 3 });
    for (let n = 1; n <= 10; n += 1) stage.say('a', n);
    const { epoch } = stage.log;
    const reader = await comeBack(stage, `${epoch}-6`);
    expect(await reader.event()).toMatchObject({
      type: 'sidecar.gap',
      data: { cause: 'overflow' },
    });
    expect((await reader.event()).data).toBe(8);
    const exact = await comeBack(stage, `${epoch}-7`);
    expect((await exact.event()).data).toBe(8);
  });

  test('with the id of a gap goes on behind it', async () => {
    const stage = await eventStage({ messages: 3 });
    for (let n = 1; n <= 10; n += 1) stage.say('a', n);
    const gap = await (await comeBack(stage, 'other-1')).event();
    expect((await (await comeBack(stage, gap.id)).event()).data).toBe(8);
  });

  test.each(['sse', 'ndjson'])(
    'between the losses of two topics is told of a loss again: %s',
    async (format) => {
      const stage = await eventStage({ messages: 4 });
      const reader = await comeBack(stage, '', `?format=${format}`);
      const next = (from: EventReader) => (format === 'sse' ? from.event() : from.json());
      // All at once, so that the reader lags before it is given a turn.
      for (const topic of ['a', 'b', 'a', 'b', 'b', 'a']) stage.say(topic);
      for (let n = 1; n <= 4; n += 1) stage.say('c', n);
      const told: (readonly [Told, string])[] = [];
      for (let n = 0; n < 2; n += 1) told.push([await next(reader), reader.lastEventId]);
      expect(told.map(([{ type, subject }]) => `${type} ${subject ?? ''}`).toSorted()).toEqual([
        'sidecar.gap a',
        'sidecar.gap b',
      ]);
      for (const [{ id }, lastEventId] of told) {
        const again = await comeBack(
          stage,
          format === 'sse' ? lastEventId : id,
          `?format=${format}`,
        );
        expect(await next(again)).toMatchObject({ type: 'sidecar.gap' });
        expect((await next(again)).data).toBe(1);
      }
    },
  );
});
