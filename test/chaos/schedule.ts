/** What is to go wrong and when: a pure function of the seed, written as data before any of it is done. */

import { Chance } from '../support/chart-chance.js';
import type { Side } from '../support/fault-rules.js';

/** Lengths of time are milliseconds. Those with `lasts` hold so long and may overlap. */
export type ChaosFault =
  /** The server is gone, connections and all, and listens again on the same port. */
  | { readonly kind: 'serverCrash'; readonly down: number }
  /** Drained as at a deployment, and back at once. */
  | { readonly kind: 'serverRestart' }
  | { readonly kind: 'drain' }
  | { readonly kind: 'kick'; readonly code: number }
  | { readonly kind: 'channelCrash'; readonly topic: string }
  | { readonly kind: 'channelStop'; readonly topic: string }
  /** Whatever the server accepted so far is told to go, and what was issued before is refused. */
  | { readonly kind: 'tokenExpiry'; readonly late: number }
  /** SIGKILL, and a new process on what the old one has left. */
  | { readonly kind: 'workerKill'; readonly worker: number; readonly down: number }
  /** SIGTERM: it drains, ends by itself, and a new one takes its place. */
  | { readonly kind: 'workerRestart'; readonly worker: number }
  | LastingChaos;

export type LastingChaos = { readonly lasts: number } & (
  | { readonly kind: 'flapping'; readonly every: number }
  | { readonly kind: 'partition' }
  | { readonly kind: 'oneWay'; readonly to: Side }
  | { readonly kind: 'stalledNetwork' }
  | {
      readonly kind: 'slowNetwork';
      readonly ms: number;
      readonly jitter: number;
      readonly bytesPerSecond: number;
    }
  | { readonly kind: 'shreddedWrites'; readonly most: number }
  | { readonly kind: 'refusedConnections' }
  | { readonly kind: 'refusedDials'; readonly status: number }
  | { readonly kind: 'slowJoins'; readonly ms: number }
  | { readonly kind: 'refusedJoins' }
  | { readonly kind: 'duplicatedFrames' }
  | { readonly kind: 'droppedReplies' }
  | { readonly kind: 'frozenServer' }
);

export type Scheduled = { readonly at: number; readonly fault: ChaosFault };

export type Cast = { readonly workers: number; readonly topics: readonly string[] };

/** What is never killed, so that its heap can be compared with what it was. */
export const VETERAN = 1;

/** Before the first fault everybody joins. */
const OVERTURE = 2000;
const PAUSE = { least: 200, most: 1800 };
const CODES = [1000, 1001, 1011, 1012, 1013];
const STATUSES = [429, 500, 502, 503];
/** A second refusal for want of a newer token makes a worker wait for half a minute at least. */
const LATE = 200;
/** A server that is down, or a worker that is killed, is not killed again before it is back for so long. */
const RECOVERY = 1500;

type Draw = (chance: Chance, cast: Cast) => ChaosFault;

/** How often each is drawn, beside the others. */
const DRAWS: readonly (readonly [weight: number, draw: Draw])[] = [
  [2, (chance) => ({ kind: 'serverCrash', down: between(chance, 50, 1500) })],
  [1, () => ({ kind: 'serverRestart' })],
  [1, () => ({ kind: 'drain' })],
  [2, (chance) => ({ kind: 'kick', code: oneOf(chance, CODES) })],
  [3, (chance, { topics }) => ({ kind: 'channelCrash', topic: oneOf(chance, topics) })],
  [1, (chance, { topics }) => ({ kind: 'channelStop', topic: oneOf(chance, topics) })],
  [2, (chance) => ({ kind: 'tokenExpiry', late: between(chance, 0, LATE) })],
  [
    3,
    (chance, cast) => ({
      kind: 'workerKill',
      worker: mortal(chance, cast),
      down: between(chance, 0, 1000),
    }),
  ],
  [1, (chance, cast) => ({ kind: 'workerRestart', worker: mortal(chance, cast) })],
  [
    2,
    (chance) => ({
      kind: 'flapping',
      lasts: between(chance, 500, 3000),
      every: between(chance, 20, 400),
    }),
  ],
  [2, (chance) => ({ kind: 'partition', lasts: between(chance, 500, 3000) })],
  [
    2,
    (chance) => ({
      kind: 'oneWay',
      to: oneOf(chance, ['client', 'server']),
      lasts: between(chance, 500, 3000),
    }),
  ],
  [1, (chance) => ({ kind: 'stalledNetwork', lasts: between(chance, 300, 3000) })],
  [
    2,
    (chance) => ({
      kind: 'slowNetwork',
      lasts: between(chance, 500, 3000),
      ms: between(chance, 1, 200),
      jitter: between(chance, 0, 200),
      bytesPerSecond: between(chance, 10_000, 200_000),
    }),
  ],
  [
    1,
    (chance) => ({
      kind: 'shreddedWrites',
      lasts: between(chance, 500, 2000),
      most: between(chance, 1, 20),
    }),
  ],
  [1, (chance) => ({ kind: 'refusedConnections', lasts: between(chance, 200, 2000) })],
  [
    1,
    (chance) => ({
      kind: 'refusedDials',
      lasts: between(chance, 200, 2000),
      status: oneOf(chance, STATUSES),
    }),
  ],
  [
    2,
    (chance) => ({
      kind: 'slowJoins',
      lasts: between(chance, 500, 3000),
      ms: between(chance, 50, 1500),
    }),
  ],
  [1, (chance) => ({ kind: 'refusedJoins', lasts: between(chance, 200, 1500) })],
  [2, (chance) => ({ kind: 'duplicatedFrames', lasts: between(chance, 500, 3000) })],
  [2, (chance) => ({ kind: 'droppedReplies', lasts: between(chance, 300, 2000) })],
  [1, (chance) => ({ kind: 'frozenServer', lasts: between(chance, 300, 2500) })],
];

/** The first comes after two seconds; all begin before `ms`, and those that last end with it. */
export function scheduleOf(seed: number, ms: number, cast: Cast): readonly Scheduled[] {
  const chance = new Chance(seed);
  const busy = new Map<string, number>();
  const schedule: Scheduled[] = [];
  for (let at = OVERTURE; at < ms; at += between(chance, PAUSE.least, PAUSE.most)) {
    const fault = drawn(chance, cast, (one) => at >= (busy.get(bodyOf(one)) ?? 0));
    busy.set(bodyOf(fault), at + downOf(fault) + RECOVERY);
    schedule.push({ at, fault: within(fault, ms - at) });
  }
  return schedule;
}

export function isLastingChaos(fault: ChaosFault): fault is LastingChaos {
  return 'lasts' in fault;
}

/** There is always something that may be done: what lasts may overlap. */
function drawn(chance: Chance, cast: Cast, may: (fault: ChaosFault) => boolean): ChaosFault {
  for (;;) {
    const fault = chance.weigh(DRAWS)(chance, cast);
    if (isLastingChaos(fault) || may(fault)) return fault;
  }
}

/** Who suffers it, where one at a time is enough. */
function bodyOf(fault: ChaosFault): string {
  if ('worker' in fault) return `worker ${fault.worker}`;
  return ['serverCrash', 'serverRestart', 'drain'].includes(fault.kind) ? 'server' : fault.kind;
}

function downOf(fault: ChaosFault): number {
  return 'down' in fault ? fault.down : 0;
}

function within(fault: ChaosFault, left: number): ChaosFault {
  return isLastingChaos(fault) ? { ...fault, lasts: Math.min(fault.lasts, left) } : fault;
}

function mortal(chance: Chance, { workers }: Cast): number {
  return between(chance, VETERAN + 1, workers);
}

function oneOf<T>(chance: Chance, choices: readonly [T, ...T[]] | readonly T[]): T {
  return chance.pick(choices) as T;
}

/** Whole numbers, both ends included. */
function between(chance: Chance, least: number, most: number): number {
  return least + Math.floor(chance.random() * (most - least + 1));
}
