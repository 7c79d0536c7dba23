/** How the frames of one answer are handed on, and when more is asked for. */

import { expect, test } from 'vitest';
import type { Frame } from '../../../src/protocol/serializer.js';
import { LongPollInbox } from '../../../src/transport/longpoll-inbox.js';
import { SimulatedClock } from '../../support/simulated-clock.js';

const PATIENCE = 4000;

function inbox(most = 1000) {
  const clock = new SimulatedClock();
  const heard: Frame[] = [];
  const one = new LongPollInbox({ clock, most, deliver: (frame) => void heard.push(frame) });
  const asked = { yet: false };
  const ask = (): void => void one.wanted().then(() => (asked.yet = true));
  return { clock, heard, inbox: one, asked, ask };
}

test('what shares an answer is handed on in one call, as what shares a TCP segment is', () => {
  const { inbox: one, heard } = inbox();
  one.put(['[1]', '[2]', '[3]']);
  expect(heard).toEqual(['[1]', '[2]', '[3]']);
});

test('a long answer lets the event loop turn after each 64 KiB, and more is asked for behind its end', async () => {
  const { inbox: one, heard, asked, ask } = inbox(1_000_000);
  const frame = 'x'.repeat(32 * 1024);
  one.put(Array.from({ length: 5 }, () => frame));
  ask();
  const seen = [heard.length];
  for (let turn = 0; turn < 2; turn += 1) {
    await new Promise(setImmediate);
    seen.push(heard.length);
  }
  await Promise.resolve();
  expect(seen).toEqual([2, 4, 5]);
  expect(asked.yet).toBe(true);
});

test('who pauses asks again before Phoenix takes the session for gone, and keeps what comes', async () => {
  const { inbox: one, heard, clock, asked, ask } = inbox();
  one.pause();
  one.put(['[1]']);
  ask();
  clock.advance(PATIENCE - 1);
  await Promise.resolve();
  expect(asked.yet).toBe(false);
  clock.advance(1);
  await Promise.resolve();
  expect(asked.yet).toBe(true);
  one.put(['[2]']);
  expect(heard).toEqual([]);
  one.resume();
  await new Promise(setImmediate);
  expect(heard).toEqual(['[1]', '[2]']);
});

test('who pauses with more than is to be kept asks no more', async () => {
  const { inbox: one, clock, asked, ask } = inbox(3);
  one.pause();
  one.put(['[1]']);
  ask();
  clock.advance(10 * PATIENCE);
  await Promise.resolve();
  expect(asked.yet).toBe(false);
  one.resume();
  await new Promise(setImmediate);
  expect(asked.yet).toBe(true);
});

test('who pauses while a frame is handed on hears no more', () => {
  const heard: Frame[] = [];
  const one: LongPollInbox = new LongPollInbox({
    clock: new SimulatedClock(),
    most: 100,
    deliver: (frame) => {
      heard.push(frame);
      one.pause();
    },
  });
  one.put(['[1]', '[2]']);
  expect(heard).toEqual(['[1]']);
  one.stop();
});
