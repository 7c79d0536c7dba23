/** What thousands of connections, joins, pushes and losses leave behind: nothing. */

import { expect, test, vi } from 'vitest';
import { PhoenixDouble, seedChannels } from '../../src/testing/index.js';
import { ChildProgram } from '../support/child-program.js';

/** Seconds on an idle machine; it may not be idle. */
vi.setConfig({ testTimeout: 240_000 });

/**
 * Bytes: the engine's own tables and code take and give 250 kB. A leak of 100 bytes a cycle would be a million, and
 * a socket or a worker that is kept has more than 10 000.
 */
const NOISE = 600_000;

const OVER_MEMORY = new URL('programs/memory-cycles.ts', import.meta.url);
const OVER_TCP = new URL('programs/tcp-cycles.ts', import.meta.url);
const NODE = ['--expose-gc'];

test('10 000 connections, with their joins, pushes and losses, leave nothing on the heap', async () => {
  await using program = new ChildProgram(OVER_MEMORY, [], NODE);
  const { code, said, complaints } = await program.ended;
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  const [heap, ...rest] = said;
  expect(rest).toEqual([
    'timers 0',
    'channels room:home',
    'channels after the stop 0',
    'timers after the stop 0',
    'resources',
  ]);
  expect(bytes(heap)).toBeLessThan(NOISE);
});

test('300 workers over TCP, each cut off and stopped with a push in flight, leave nothing in the process', async () => {
  await using double = await PhoenixDouble.start(seedChannels());
  await using program = new ChildProgram(OVER_TCP, [double.url], NODE);
  const { code, said, complaints } = await program.ended;
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  const [heap, ...rest] = said;
  expect(rest).toEqual(['listeners 0', 'sockets 0', 'resources']);
  expect(bytes(heap)).toBeLessThan(NOISE);
  expect(double.dials).toHaveLength(1200);
  expect(double.sockets).toBe(0);
});

function bytes(line = ''): number {
  expect(line).toMatch(/^heap -?\d+$/);
  return Number(line.slice('heap '.length));
}
