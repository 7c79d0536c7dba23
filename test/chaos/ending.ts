/** Judges how things stand when the faults are over: everybody back, nothing left, on both sides. */

import type { Violation } from './model.js';
import type { Standing } from './orders.js';
import { VETERAN } from './schedule.js';

/** What the server knows first-hand. */
export interface Witness {
  /** By topic, the workers that are members: one that is there twice is named twice. */
  readonly members: ReadonlyMap<string, readonly number[]>;
}

export const ENDING_PROMISES = {
  joined: 'every wanted topic is joined again, once',
  present: 'presence says who is there',
  settled: 'nothing waits and nothing is unanswered',
  alive: 'every worker lives until it is told to end',
  heap: 'the heap is back near its start',
  stores: 'every store can be read, and nothing is left in it',
} as const;

/** Bytes. What is learned once (code that was compiled, a timeline of 256 entries) is far below; a leak of a minute is far above. */
export const HEAP_BOUND = 8 * 1024 * 1024;

export function endingViolations(
  standings: ReadonlyMap<number, Standing | null>,
  { members }: Witness,
  accidents: readonly string[],
): readonly Violation[] {
  const workers = [...standings.keys()].sort((one, other) => one - other);
  return [
    ...accidents.map((what) => broken('alive', what)),
    ...[...members].flatMap(([topic, there]) => strangers(topic, there, workers)),
    ...[...standings].flatMap(([worker, standing]) =>
      standingViolations(worker, standing, workers),
    ),
  ];
}

function strangers(
  topic: string,
  there: readonly number[],
  workers: readonly number[],
): readonly Violation[] {
  if (String(there) === String(workers)) return [];
  return [broken('joined', `${topic} has the members ${there.join(', ') || 'none'}`)];
}

function standingViolations(
  worker: number,
  standing: Standing | null,
  workers: readonly number[],
): readonly Violation[] {
  const who = `worker ${worker}`;
  if (standing === null) return [broken('alive', `${who} does not answer`)];
  const { outbox, unanswered, unconfirmed, inbox, unsettled, sockets, present, heap } = standing;
  const found: Violation[] = [];
  if (outbox + unanswered + unconfirmed + inbox + unsettled > 0) {
    const left = { outbox, unanswered, unconfirmed, inbox, unsettled };
    found.push(broken('settled', `${who} is left with ${JSON.stringify(left)}`));
  }
  if (sockets !== 1) found.push(broken('joined', `${who} has ${sockets} sockets`));
  const all = workers.map((each) => `worker ${each}`).join();
  for (const [topic, names] of Object.entries(present)) {
    if (names.join() === all) continue;
    found.push(broken('present', `${who} sees ${names.join(', ') || 'nobody'} on ${topic}`));
  }
  const growth = heap.now - heap.early;
  if (worker === VETERAN && growth > HEAP_BOUND) {
    found.push(broken('heap', `the heap of ${who} has grown by ${growth} bytes`));
  }
  return found;
}

/** Of each worker, when none runs any more: the keys that are left, or why they cannot be read. */
export function storeViolations(
  stores: ReadonlyMap<number, readonly string[] | string>,
): readonly Violation[] {
  return [...stores].flatMap(([worker, left]) => {
    if (typeof left === 'string') return [broken('stores', `that of worker ${worker}: ${left}`)];
    return left.map((key) => broken('stores', `${key} is left in that of worker ${worker}`));
  });
}

function broken(promise: keyof typeof ENDING_PROMISES, what: string): Violation {
  return { promise: ENDING_PROMISES[promise], what };
}
