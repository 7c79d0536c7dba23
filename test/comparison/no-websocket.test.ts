/** A Node without a global WebSocket, and a server that speaks nothing else. */

import { expect, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { ChildProgram, SLOW_START } from '../support/child-program.js';

vi.setConfig({ testTimeout: SLOW_START });

const PHOENIX = new URL('programs/phoenix-without-websocket.ts', import.meta.url);
const OURS = new URL('programs/ours-without-websocket.ts', import.meta.url);

test('phoenix.js falls back to long polling without a word, and fails with 1011 again and again', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  // Off there, as it is in Phoenix unless somebody asks for it.
  await using program = new ChildProgram(PHOENIX, [double.urlOf('/deflate')]);
  const attempt = ['failed to parse JSON response nf', 'error 500', 'close 1011'];
  expect(await program.ended).toEqual({
    code: 0,
    said: [...Array.from({ length: 5 }, () => attempt).flat(), 'given up by the program'],
    complaints: '',
  });
  expect(double.dials).toEqual([]);
});

test('ours brings its own WebSocket', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using program = new ChildProgram(OURS, [double.url]);
  expect(await program.ended).toEqual({
    code: 0,
    said: ['open websocket', 'stopped requested'],
    complaints: '',
  });
  expect(double.dials).toHaveLength(1);
});
