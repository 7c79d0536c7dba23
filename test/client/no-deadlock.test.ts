/**
 * No deadlock: whatever a worker waits for, in whatever callback, in whatever state of its topic and whatever the server does,
 * it settles in time, the worker goes on, and no timer is left.
 */

import { afterAll, describe, expect, test } from 'vitest';
import type { Concurrency } from '../../src/index.js';
import { ANYWHERE, bring, PLACES } from '../support/await-places.js';
import {
  OWN,
  type Place,
  type Stage,
  staged,
  TARGET,
  type Wait,
  Waiting,
} from '../support/await-stage.js';
import { ENDS, MEMBERSHIPS, OTHERS, PUSHES } from '../support/await-waits.js';
import {
  arrange,
  behave,
  type Crowd,
  follow,
  heal,
  REACHED,
  type Server,
  type State,
} from '../support/await-world.js';

type Case = {
  readonly place: Place;
  readonly wait: Wait;
  readonly state: State;
  readonly server: Server;
  readonly crowd: Crowd;
  readonly concurrency: Concurrency;
};

const STATES: readonly State[] = [
  'never',
  'unwanted',
  'joining',
  'joined',
  'errored',
  'leaving',
  'lost',
];
const SERVERS: readonly Server[] = ['answers', 'is silent', 'refuses', 'crashes', 'drops'];
const WHEN_FULL = ['reject', 'dropOldest', 'dropNewest', 'block'] as const;
/** Longer than what was refused or lost a few times is put off. */
const LATER = 40_000;
const STEP = 1000;

/** All of them take minutes: `NO_DEADLOCK=all` tries them. Prime to the rows of a test, so that each pair is tried. */
const STRIDE = process.env['NO_DEADLOCK'] === 'all' ? 1 : 23;
/** Each row of a stride is tried with one of them, when not all are. */
const CONCURRENCIES = [
  ['client', 0],
  ['topic', 11],
] as const;

let count = 0;

/** What is wrong; null: nothing is. */
async function play({
  place,
  wait,
  state,
  server,
  crowd,
  concurrency,
}: Case): Promise<string | null> {
  count += 1;
  const waiting = new Waiting(place, wait);
  const whenFull = WHEN_FULL.find((rule) => rule === crowd);
  const outbox = whenFull === undefined ? {} : { messages: 2, whenFull };
  const options = { concurrency, outbox };
  const isReachable = state !== 'never';
  await using stage = await staged({ waiting, options, isReachable });
  if (isReachable && place === 'init') stage.worker.connect();
  await bring(place, stage, waiting);
  if (!waiting.hasBegun) return 'the callback was not called';
  await arrange(stage, state, crowd);
  const reached = stage.sim.client.status.channels.get(TARGET)?.state;
  if (reached !== REACHED[state]) return `the topic is ${reached ?? 'unwanted'}`;
  behave(stage, server);
  waiting.ask(stage);
  await stage.sim.quiet();
  follow(stage, server);
  await stage.sim.pass(wait.due);
  if (waiting.took === null) return `not settled within ${wait.due} ms`;
  const isServed = wait.isServed === true && isServing({ place, state, server, crowd });
  if (isServed && waiting.end !== 'ok') return `it ended as ${waiting.end}`;
  return await goesOn(stage, place);
}

/** Nothing but a deadlock could keep it from ending well. */
function isServing({ place, state, server, crowd }: Omit<Case, 'wait' | 'concurrency'>): boolean {
  const isMember = state === 'joining' || state === 'joined' || state === 'errored';
  return isMember && server === 'answers' && crowd === 'nothing' && place !== 'credentials';
}

async function goesOn(stage: Stage, place: Place): Promise<string | null> {
  const { sim, worker } = stage;
  await sim.quiet();
  if (place === 'terminate' || sim.client.status.state === 'stopped') return null;
  heal(stage);
  for (let ms = 0; ms < LATER && !worker.joined(OWN); ms += STEP) await sim.pass(STEP);
  if (!worker.joined(OWN)) return `${OWN} was not joined again`;
  sim.phoenix.push(OWN, 'later');
  sim.client.notify('later');
  await sim.quiet();
  const isHeard = sim.given('handleMessage').some(({ event }) => event === 'later');
  return isHeard && sim.given('handleInfo').includes('later') ? null : 'the worker hangs';
}

type Row = Omit<Case, 'place' | 'wait' | 'concurrency'>;

type Tried = { readonly place: Place; readonly wait: Wait; readonly offset: number };

/** `[situation, what is wrong]` of each that goes wrong. */
async function wrong(
  { place, wait, offset }: Tried,
  rows: readonly Row[],
): Promise<readonly string[]> {
  const all: string[] = [];
  const possible = rows.filter(({ state }) => isPossible(place, state));
  const each = CONCURRENCIES.flatMap(([concurrency, shift]) =>
    possible
      .filter((_, index) => (offset + shift + index) % STRIDE === 0)
      .map((row) => ({ concurrency, ...row })),
  );
  for (const row of each) {
    const problem = await play({ place, wait, ...row }).catch(String);
    if (problem !== null) all.push(`${wordsOf(row)}, turns by ${row.concurrency}: ${problem}`);
  }
  return all;
}

function wordsOf({ state, server, crowd }: Row): string {
  return `${state}, the server ${server}, ${crowd} waits`;
}

/** Most callbacks follow from a connection; credentials are asked for before there is one. */
function isPossible(place: Place, state: State): boolean {
  if (place === 'credentials') return state === 'never' || state === 'unwanted';
  return state !== 'never' || place in ANYWHERE;
}

const ANY: readonly Row[] = STATES.flatMap((state) =>
  SERVERS.map((server) => ({ state, server, crowd: 'nothing' }) as const),
);
const CROWDED: readonly Row[] = (
  ['never', 'joining', 'joined', 'errored', 'lost'] as const
).flatMap((state) =>
  (['unwritten', ...WHEN_FULL] as const).flatMap((crowd) =>
    (['answers', 'is silent', 'drops'] as const).map((server) => ({ state, server, crowd })),
  ),
);
const FEW = ANY.filter(({ server }) => server === 'answers' || server === 'is silent');

function table(waits: { readonly [what: string]: Wait }) {
  const all = PLACES.flatMap((place) =>
    Object.entries(waits).map(([what, wait]) => ({ place, what, wait })),
  );
  return all.map(({ place, what, wait }, offset) => {
    return [place, what, { place, wait, offset } satisfies Tried] as const;
  });
}

afterAll(() => {
  process.stdout.write(`no deadlock: ${count} combinations\n`);
});

describe('in any state of its topic, whatever the server does,', () => {
  test.each(table({ ...PUSHES, ...MEMBERSHIPS }))('%s may wait for %s', async (_, __, tried) => {
    expect(await wrong(tried, ANY)).toEqual([]);
  });

  test.each(table({ ...OTHERS, ...ENDS }))('%s may wait for %s', async (_, __, tried) => {
    expect(await wrong(tried, FEW)).toEqual([]);
  });
});

describe('with an outbox that is full, or too much to be written,', () => {
  test.each(table(PUSHES))('%s may wait for %s', async (_, __, tried) => {
    expect(await wrong(tried, CROWDED)).toEqual([]);
  });
});
