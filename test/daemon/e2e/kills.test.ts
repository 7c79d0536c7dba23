/** A daemon that is killed at any moment, with events and confirmed pushes on their way through it. */

import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Chance } from '../../support/chart-chance.js';
import { SLOW_START } from '../../support/child-program.js';
import { EventReader } from '../support/event-reader.js';
import { Load } from '../support/load.js';
import { eventsOf, wrongWith, wrongWithPuts } from '../support/told.js';
import { until, World } from '../support/world.js';

const SEED = Number(process.env['KILLS_SEED'] ?? 6);
const KILLS = 4;
/** In milliseconds. */
const LATEST = 400;

test(`killed ${KILLS} times in the middle of everything it loses nothing it has taken, keeps the order, and renumbers nothing; seed ${SEED}`, {
  timeout: 2 * SLOW_START,
}, async () => {
  const chance = new Chance(SEED);
  const world = await World.begin();
  const { application } = world;
  application.react = (_call, answer) => {
    const isWell = chance.happens(0.9);
    setTimeout(() => answer.writeHead(isWell ? 204 : 503).end(), chance.random() * 10);
  };
  const load = new Load(world, 5);
  const readable = new Set<string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const reading = follow(world, readable);
    const before = { calls: application.calls.length, taken: load.taken.length };
    // At times it is killed before it has brought anything.
    if (chance.happens(0.7)) {
      await until(() => application.calls.length > before.calls);
      await until(() => load.taken.length > before.taken);
    }
    await pause(chance.random() * LATEST);
    await world.daemon.kill();
    await reading;
    await world.startDaemon();
  }
  await world.joined();
  await load.stop();
  await world.quiet(load.taken);
  const events = eventsOf(application.calls);
  expect(wrongWith(events)).toEqual([]);
  expect(wrongWithPuts(world.puts, load.taken)).toEqual([]);
  const delivered = new Set(events.map(({ id }) => id));
  expect([...readable].filter((id) => !delivered.has(id))).toEqual([]);
  expect((await world.daemon.stop()).code).toBe(0);
});

/** Notes the ids that a stream of the daemon told, until that is gone. */
async function follow({ daemon }: World, ids: Set<string>): Promise<void> {
  const address = `${daemon.api}/v1/events?event=said`;
  try {
    const reader = await EventReader.open(address, { accept: 'application/x-ndjson' });
    for (;;) ids.add((await reader.json()).id);
  } catch {
    // It was killed.
  }
}
