/** How the daemon ends and takes over another configuration while events and pushes flow, and what its probes say meanwhile. */

import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SLOW_START } from '../../support/child-program.js';
import type { Call } from '../support/application.js';
import { configured } from '../support/daemon-process.js';
import { Load } from '../support/load.js';
import { eventsOf, wrongWith, wrongWithPuts } from '../support/told.js';
import { TOPICS, until, World } from '../support/world.js';

test('a SIGTERM under load ends it with 0, buries nothing, and the next process delivers the rest', {
  timeout: SLOW_START,
}, async () => {
  const world = await World.begin(() => ({ drain: { grace: '500ms' } }));
  const { application, folder } = world;
  // One topic gets nowhere, so that something is left when the grace ends.
  application.react = ({ topic }, answer) => {
    if (topic !== 'room:a') setTimeout(() => answer.writeHead(204).end(), 20);
  };
  const load = new Load(world, 5);
  await until(() =>
    TOPICS.every((topic) => application.calls.some((call) => call.topic === topic)),
  );
  await until(() => world.puts.length > 3);
  const { code, undelivered, kept, unsent, unanswered } = await world.daemon.stop();
  expect({ code, unsent, unanswered }).toEqual({ code: 0, unsent: 0, unanswered: 0 });
  expect(Number(undelivered)).toBeGreaterThan(0);
  expect(kept).toBe(undelivered);
  expect(existsSync(`${folder}/dead.ndjson`)).toBe(false);
  application.react = (_call, answer) => answer.writeHead(204).end();
  await world.startDaemon();
  await world.joined();
  await load.stop();
  await world.quiet(load.taken);
  expect(wrongWith(eventsOf(application.calls))).toEqual([]);
  expect(wrongWithPuts(world.puts, load.taken)).toEqual([]);
});

test('what is in memory alone when the grace ends is counted, and ends it with 75', {
  timeout: SLOW_START,
}, async () => {
  const world = await World.begin(() => ({ inbox: {}, drain: { grace: '200ms' } }));
  world.application.react = () => undefined;
  for (const topic of TOPICS) world.say(topic);
  await world.application.called(TOPICS.length);
  const { code, undelivered, kept } = await world.daemon.stop();
  expect({ code, undelivered, kept }).toEqual({ code: 75, undelivered: TOPICS.length, kept: 0 });
});

test('a second SIGTERM ends a drain at once, and what was not delivered comes again under its id', {
  timeout: SLOW_START,
}, async () => {
  const world = await World.begin();
  const { application, daemon } = world;
  application.react = () => undefined;
  world.say('room:a');
  await application.called(1);
  daemon.signal('SIGTERM');
  await daemon.said('the daemon drains');
  daemon.signal('SIGTERM');
  expect((await daemon.report()).code).toBe(143);
  application.react = (_call, answer) => answer.writeHead(204).end();
  await world.startDaemon();
  const [first, second] = eventsOf(await application.called(2));
  expect(second).toEqual(first);
});

test('in an outage it is alive and ready, strictly not; in a drain it is alive and not ready', {
  timeout: SLOW_START,
}, async () => {
  const channels = { [TOPICS[0]]: { required: true } };
  const world = await World.begin(() => ({ channels, drain: { delay: '1s' } }));
  const { daemon, server } = world;
  const statuses = async (): Promise<readonly number[]> => {
    const paths = ['/healthz', '/readyz', '/readyz?strict'];
    const told = await Promise.all(paths.map((path) => daemon.askAdmin(path)));
    return told.map(({ status }) => status);
  };
  expect(await statuses()).toEqual([200, 200, 200]);
  await server.stop();
  await expect.poll(statuses).toEqual([200, 200, 503]);
  expect((await daemon.askAdmin('/readyz?strict')).body).toMatchObject({ missing: [TOPICS[0]] });
  await server.restart();
  await expect.poll(statuses, { timeout: 10_000 }).toEqual([200, 200, 200]);
  daemon.signal('SIGTERM');
  await expect.poll(statuses).toEqual([200, 503, 503]);
  expect((await daemon.askAdmin('/readyz')).body).toEqual({ ready: false, draining: true });
  expect((await daemon.report()).code).toBe(0);
});

test('a SIGHUP under load adds and removes a channel and a delivery, and disturbs no other', {
  timeout: SLOW_START,
}, async () => {
  const world = await World.begin(({ application: at }) => ({
    channels: { 'room:a': { deliver: ['app', 'old'] }, 'room:b': { deliver: ['app', 'old'] } },
    deliver: { app: { webhook: `${at}/app` }, old: { webhook: `${at}/old` } },
  }));
  const { application, daemon, server, folder } = world;
  const callsAt = (path: string): readonly Call[] =>
    application.calls.filter((call) => call.path === path);
  const load = new Load(world, 5);
  await until(() => callsAt('/old').length > 10);
  writeFileSync(daemon.file, 'channels: [');
  daemon.signal('SIGHUP');
  await daemon.said('the configuration is wrong: the old one goes on');
  configured(folder, {
    ...world.config,
    channels: { 'room:b': { deliver: ['app'] }, 'room:c': { deliver: ['app', 'new'] } },
    deliver: {
      app: { webhook: `${application.url}/app` },
      new: { webhook: `${application.url}/new` },
    },
  });
  daemon.signal('SIGHUP');
  await daemon.said('the configuration was read again');
  const old = callsAt('/old').length;
  await until(() => callsAt('/new').length > 10 && server.subscribers('room:a') === 0);
  await load.stop();
  const topics = ['room:b', 'room:c'];
  const taken = load.taken.filter(({ topic }) => topics.includes(topic));
  await world.quiet(taken, topics);
  expect(callsAt('/old').length).toBe(old);
  expect(new Set(callsAt('/new').map(({ topic }) => topic))).toEqual(new Set(['room:c']));
  expect(wrongWith(eventsOf(callsAt('/app')))).toEqual([]);
  expect(
    wrongWithPuts(
      world.puts.filter(({ topic }) => topics.includes(topic)),
      taken,
    ),
  ).toEqual([]);
});
