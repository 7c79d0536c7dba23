/** The judge of a steady soak lets a flat one pass, and finds what grows. */

import { describe, expect, test } from 'vitest';
import { BOUNDS, type Sample, verdictOf } from './steady-verdict.js';

const START: Sample = {
  messages: 0,
  shed: 0,
  reconnects: 0,
  sockets: 1,
  heap: 10_000_000,
  handles: 20,
  alive: 4,
};

/** 5000 messages a second in nine samples, and a loss every second. */
const LOAD = { seconds: 90, losses: 90 };

/** Ten samples; each field grows by so much from one to the next. */
function samples(growth: Partial<Sample>): readonly Sample[] {
  const all: Partial<Sample> = { messages: 50_000, reconnects: 10, ...growth };
  return Array.from({ length: 10 }, (_, at) => {
    const grown = Object.entries(all).map(([field, by]) => [
      field,
      START[field as keyof Sample] + at * by,
    ]);
    return { ...START, ...(Object.fromEntries(grown) as Partial<Sample>) };
  });
}

test('a flat one is well, and tells its slopes', () => {
  expect(verdictOf(samples({ heap: 100 }), LOAD)).toEqual({
    ok: true,
    heapPerThousandReconnects: 10_000,
    heapPerMillionMessages: 2000,
    handlesPerThousandReconnects: 0,
    alivePerThousandReconnects: 0,
    heapGrowth: 900,
    problems: [],
  });
});

describe('what is not well:', () => {
  test.each<[what: string, growth: Partial<Sample>, problem: RegExp]>([
    ['a heap that grows', { heap: BOUNDS.heapGrowth / 4 }, /^the heap has grown by 9437184 bytes/],
    ['file handles that are left', { handles: 1 }, /^9 file handles more/],
    ['sockets or timers that are left', { alive: 1 }, /^9 active resources more/],
    ['a worker that is sent nothing', { messages: 0 }, /^0 messages a second; at least 2000/],
    ['a worker that is sent little', { messages: 19_000 }, /^1900 messages a second/],
    ['a worker that sheds', { shed: 3000 }, /^27000 messages were shed of 477000$/],
    [
      'a worker that never reconnects',
      { reconnects: 0 },
      /^0 reconnects after 90 losses; at least 9/,
    ],
  ])('%s', (_what, growth, problem) => {
    const { ok, problems } = verdictOf(samples(growth), LOAD);
    expect(ok).toBe(false);
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });
});
