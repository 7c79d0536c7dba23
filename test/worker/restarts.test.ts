/** What two hundred lives of a supervised worker leave behind: nothing. */

import { expect, test, vi } from 'vitest';
import { PhoenixDouble } from '../../src/testing/index.js';
import { ChildProgram, SLOW_START } from '../support/child-program.js';

vi.setConfig({ testTimeout: 2 * SLOW_START });

/** Bytes: a life that is kept has more than 10 000. */
const NOISE = 600_000;

const PROGRAM = new URL('programs/restarts.ts', import.meta.url);

test('200 restarts leave no socket, no timer and nothing on the heap', async () => {
  await using server = await PhoenixDouble.start({ 'room:1': {} });
  await using program = new ChildProgram(PROGRAM, [server.url], ['--expose-gc']);
  const { code, said, complaints } = await program.ended;
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  const [heap = '', ...rest] = said;
  expect(rest).toEqual(['restarts 300', 'left']);
  expect(Number(heap.slice('heap '.length))).toBeLessThan(NOISE);
});
