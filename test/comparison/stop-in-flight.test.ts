/** The end, asked for while a push waits for a reply that will not come. */

import { expect, test, vi } from 'vitest';
import { noReply, PhoenixDouble } from '../../src/testing/index.js';
import { ChildProgram, SLOW_START } from '../support/child-program.js';

vi.setConfig({ testTimeout: SLOW_START });

const PHOENIX = new URL('programs/phoenix-stop-in-flight.ts', import.meta.url);
const OURS = new URL('programs/ours-stop-in-flight.ts', import.meta.url);
const CHANNELS = { 'desk:1': { handle: { ask: () => noReply } } };

test('phoenix.js leaves the push to its timeout, which keeps the process alive, and the channel errored', async () => {
  await using double = await PhoenixDouble.start(CHANNELS);
  await using program = new ChildProgram(PHOENIX, [double.url]);
  expect(await program.ended).toEqual({
    code: 0,
    said: ['disconnected, channel errored', 'timers: 1', 'timed out', 'exit, channel errored'],
    complaints: '',
  });
});

test('ours settles the push as sent without an answer before it has stopped, and leaves no timer', async () => {
  await using double = await PhoenixDouble.start(CHANNELS);
  await using program = new ChildProgram(OURS, [double.url]);
  expect(await program.ended).toEqual({
    code: 0,
    said: ['PHX_PUSH_LOST unknown', 'stopped, channels: 0', 'timers: 0', 'exit'],
    complaints: '',
  });
});
