/** A handler of the user's own that throws. */

import { expect, test, vi } from 'vitest';
import { type ChannelTable, PhoenixDouble } from '../../src/testing/index.js';
import { ChildProgram, SLOW_START } from '../support/child-program.js';

vi.setConfig({ testTimeout: SLOW_START });

const PHOENIX = new URL('programs/phoenix-throwing-handler.ts', import.meta.url);
const OURS = new URL('programs/ours-throwing-handler.ts', import.meta.url);

/** Two messages to whoever joins: the handler of the first throws. */
const CHANNELS: ChannelTable = {
  'room:1': {
    joined: (channel) => {
      channel.push('boom', {});
      channel.push('after', {});
    },
  },
};

test('phoenix.js skips the other handlers of the message and takes the process down', async () => {
  await using double = await PhoenixDouble.start(CHANNELS);
  await using program = new ChildProgram(PHOENIX, [double.url]);
  const { code, said, complaints } = await program.ended;
  expect({ code, said }).toEqual({ code: 1, said: ['first handler'] });
  expect(complaints).toContain('Error: boom');
});

test('phoenix.js in a process that listens for the exception says it is open and delivers nothing more', async () => {
  await using double = await PhoenixDouble.start(CHANNELS);
  await using program = new ChildProgram(PHOENIX, [double.url, 'listens']);
  expect(await program.ended).toEqual({
    code: 0,
    said: [
      'first handler',
      'uncaught: boom',
      'the socket is open',
      'channel error: heartbeat_timeout',
    ],
    complaints: '',
  });
});

test('ours ends the worker through terminate, warns once, and leaves the process alone', async () => {
  await using double = await PhoenixDouble.start(CHANNELS);
  await using program = new ChildProgram(OURS, [double.url, 'stop']);
  const { code, said, complaints } = await program.ended;
  expect({ code, said }).toEqual({
    code: 0,
    said: ['boom', 'terminate: crashed', 'stopped: crashed'],
  });
  expect(complaints.match(/Warning/g)).toHaveLength(1);
  expect(complaints).toMatch(/Warning: handleMessage failed: Error at .+ \(the worker: stop\)/);
});

test('ours goes on to the next message when it is told to', async () => {
  await using double = await PhoenixDouble.start(CHANNELS);
  await using program = new ChildProgram(OURS, [double.url, 'continue']);
  const { code, said, complaints } = await program.ended;
  expect({ code, said }).toEqual({
    code: 0,
    said: ['boom', 'after', 'terminate: requested', 'stopped: requested'],
  });
  expect(complaints).toMatch(/Warning: handleMessage failed: Error at .+ \(the worker: continue\)/);
});
