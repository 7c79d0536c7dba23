/** Server, application and daemon go and come back in every order, with events and confirmed pushes on their way. */

import { expect, test } from 'vitest';
import { SLOW_START } from '../../support/child-program.js';
import { Load } from '../support/load.js';
import { eventsOf, gapsOf, wrongWith, wrongWithPuts } from '../support/told.js';
import { TOPICS, until, World } from '../support/world.js';

type Party = 'server' | 'application' | 'daemon';

const ORDERS: readonly (readonly [Party, Party, Party])[] = [
  ['server', 'application', 'daemon'],
  ['server', 'daemon', 'application'],
  ['application', 'server', 'daemon'],
  ['application', 'daemon', 'server'],
  ['daemon', 'server', 'application'],
  ['daemon', 'application', 'server'],
];

const GOES: { readonly [P in Party]: (world: World) => Promise<unknown> } = {
  server: ({ server }) => server.stop(),
  application: ({ application }) => application.down(),
  daemon: async ({ daemon }) => expect((await daemon.stop()).code).toBe(0),
};

const COMES: { readonly [P in Party]: (world: World) => Promise<unknown> } = {
  server: ({ server }) => server.restart(),
  application: ({ application }) => application.listen(),
  daemon: (world) => world.startDaemon(),
};

test.each(ORDERS)(
  'when %s, %s and %s go and come back nothing that was taken is lost, and a gap tells what may be',
  { timeout: SLOW_START },
  async (...parties) => {
    const world = await World.begin();
    const { application, puts } = world;
    const load = new Load(world, 5);
    await until(() => application.calls.length > 30 && puts.length > 10);
    for (const party of parties) {
      await GOES[party](world);
      await under(load, world);
    }
    for (const party of parties) {
      await COMES[party](world);
      await under(load, world);
    }
    await world.joined();
    await cut(world);
    await load.stop();
    await world.quiet(load.taken);
    const events = eventsOf(application.calls);
    expect(wrongWith(events)).toEqual([]);
    expect(wrongWithPuts(puts, load.taken)).toEqual([]);
    expect(TOPICS.map((topic) => gapsOf(events, topic))).toEqual(TOPICS.map(() => 2));
    const { code, undelivered } = await world.daemon.stop();
    expect({ code, undelivered }).toEqual({ code: 0, undelivered: 0 });
  },
);

/** Something comes through where it can. */
async function under(load: Load, { daemon }: World): Promise<void> {
  const before = load.taken.length;
  if (!daemon.isGone) await until(() => load.taken.length > before);
}

/** One more reconnect, of a daemon that stays. */
async function cut(world: World): Promise<void> {
  const { server } = world;
  const dials = server.dials.length;
  server.cut();
  await until(() => server.dials.length > dials);
  await world.joined();
}
