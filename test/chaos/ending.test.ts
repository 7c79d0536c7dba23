/** The judge of endings lets a good one pass, and finds each way in which one can be bad. */

import { expect, test } from 'vitest';
import { ENDING_PROMISES, endingViolations, HEAP_BOUND, storeViolations } from './ending.js';
import type { Standing } from './orders.js';

const TOPIC = 'room:1';
const MEMBERS = new Map([[TOPIC, [1, 2]]]);
const WELL: Standing = {
  isSettled: true,
  unsettled: 0,
  outbox: 0,
  unanswered: 0,
  unconfirmed: 0,
  inbox: 0,
  sockets: 1,
  joined: [TOPIC],
  present: { [TOPIC]: ['worker 1', 'worker 2'] },
  heap: { early: 0, now: HEAP_BOUND },
  counts: {},
};

type Ending = {
  readonly one?: Standing | null;
  readonly members?: ReadonlyMap<string, readonly number[]>;
  readonly accidents?: readonly string[];
};

function broken({ one = WELL, members = MEMBERS, accidents = [] }: Ending): readonly string[] {
  const standings = new Map([
    [1, one],
    [2, WELL],
  ]);
  return endingViolations(standings, { members }, accidents).map(({ promise }) => promise);
}

test('a good ending breaks nothing', () => {
  expect(broken({})).toEqual([]);
});

test.each<[what: string, ending: Ending, promise: string]>([
  ['a worker is no member', { members: new Map([[TOPIC, [2]]]) }, ENDING_PROMISES.joined],
  [
    'a worker is a member twice',
    { members: new Map([[TOPIC, [1, 1, 2]]]) },
    ENDING_PROMISES.joined,
  ],
  ['a worker has a socket too many', { one: { ...WELL, sockets: 2 } }, ENDING_PROMISES.joined],
  ['a push never settled', { one: { ...WELL, unsettled: 1 } }, ENDING_PROMISES.settled],
  ['something waits in the outbox', { one: { ...WELL, outbox: 1 } }, ENDING_PROMISES.settled],
  ['a push is unanswered', { one: { ...WELL, unanswered: 1 } }, ENDING_PROMISES.settled],
  ['a confirmed push waits', { one: { ...WELL, unconfirmed: 1 } }, ENDING_PROMISES.settled],
  ['a callback is due', { one: { ...WELL, inbox: 1 } }, ENDING_PROMISES.settled],
  [
    'presence names somebody who is gone',
    { one: { ...WELL, present: { [TOPIC]: ['worker 1', 'worker 2', 'worker 3'] } } },
    ENDING_PROMISES.present,
  ],
  ['a worker does not answer', { one: null }, ENDING_PROMISES.alive],
  ['a worker ended by itself', { accidents: ['worker 1 ended with 1'] }, ENDING_PROMISES.alive],
  [
    'the heap has grown',
    { one: { ...WELL, heap: { early: 0, now: HEAP_BOUND + 1 } } },
    ENDING_PROMISES.heap,
  ],
])('%s', (_what, ending, promise) => {
  expect(broken(ending)).toEqual([promise]);
});

test('stores that are empty break nothing', () => {
  expect(storeViolations(new Map([[1, []]]))).toEqual([]);
});

test.each([
  ['something is left in a store', ['1.1.1'], '1.1.1 is left in that of worker 1'],
  ['a store cannot be read', 'it is corrupt', 'that of worker 1: it is corrupt'],
])('%s', (_what, left, what) => {
  expect(storeViolations(new Map([[1, left]]))).toEqual([
    { promise: ENDING_PROMISES.stores, what },
  ]);
});
