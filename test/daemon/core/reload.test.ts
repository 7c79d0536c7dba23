/** What a configuration that is read again does to a daemon that runs, and to one that ends. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Loaded } from '../../../src/daemon/config/load.js';
import { openDemo } from '../../../src/daemon/demo.js';
import { Reloading } from '../../../src/daemon/reloading.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { Application } from '../support/application.js';
import { loadedConfig, type RunningDaemon, runningDaemon } from '../support/running-daemon.js';

const NOWHERE = 'ws://127.0.0.1:1/socket';
const APP = { app: { webhook: 'http://127.0.0.1:1/e' } };

const namesOf = ({ daemon }: RunningDaemon): readonly string[] =>
  daemon.parts.deliveries.list.map(({ name }) => name);

function reloaded({ daemon }: RunningDaemon, next: Loaded): Promise<void> {
  return new Reloading(daemon, () => Promise.resolve(next)).reload();
}

test('a delivery that cannot be opened leaves all of them, the channels and the level as they were', async () => {
  const running = await runningDaemon({ url: NOWHERE, deliver: APP, channels: { a: null } });
  const next = await loadedConfig({
    url: NOWHERE,
    deliver: { other: { webhook: 'http://127.0.0.1:1/x' } },
    log: { level: 'warn' },
  });
  const { other } = next.config.deliver ?? {};
  const deliver = { other: { ...other, webhook: 'ftp://nowhere/' } } as typeof next.config.deliver;
  await reloaded(running, { ...next, config: { ...next.config, deliver } });
  expect(running.lines.at(-1)?.msg).toBe('the configuration is wrong: the old one goes on');
  expect(namesOf(running)).toEqual(['app']);
  expect(running.daemon.parts.deliveries.list[0]?.status.state).toBe('running');
  expect([...running.daemon.parts.sidecar.wanted.keys()]).toEqual(['a']);
  expect(running.lines.some(({ level }) => level === 'level')).toBe(false);
});

test('a channel that cannot be joined is told of, and keeps no other from its change', async () => {
  const running = await runningDaemon({ url: NOWHERE, channels: { a: null } });
  const next = await loadedConfig({ url: NOWHERE });
  const channels = { phoenix: null, b: null };
  await reloaded(running, { ...next, config: { ...next.config, channels } });
  expect([...running.daemon.parts.sidecar.wanted.keys()]).toEqual(['b']);
  const said = running.lines.find(({ msg }) => msg === 'channels could not be joined');
  expect(said?.['problems']).toEqual([expect.stringContaining('phoenix')]);
});

test('/debug/config shows what counts now, with where it stands, and what was refused as it was', async () => {
  const running = await runningDaemon({ url: NOWHERE, deliver: APP });
  const next = await loadedConfig({
    url: 'ws://127.0.0.1:2/socket',
    deliver: { other: { webhook: 'http://127.0.0.1:1/x' } },
  });
  await reloaded(running, next);
  const response = await fetch(`${running.admin}/debug/config`);
  const values = (await response.json()) as { path: string; value: unknown; origin: string }[];
  expect(values.some(({ path }) => path.startsWith('deliver.app'))).toBe(false);
  const other = values.find(({ path }) => path === 'deliver.other.webhook');
  expect(other?.origin.startsWith(next.file ?? 'none')).toBe(true);
  const url = values.find(({ path }) => path === 'url');
  expect(url?.origin.startsWith(running.loaded.file ?? 'none')).toBe(true);
});

test('the places of deliveries that are gone are forgotten, at a reload and at the next start; those of consumers stay', async () => {
  const inbox = { store: join(temporaryFolder(), 'inbox') };
  const running = await runningDaemon({
    url: NOWHERE,
    inbox,
    deliver: { ...APP, old: { webhook: 'http://127.0.0.1:1/o' } },
  });
  await fetch(`${running.api}/v1/events/pull?consumer=c`);
  expect(running.daemon.parts.inbox.places).toEqual(['app', 'old', 'pull:c']);
  await reloaded(running, await loadedConfig({ url: NOWHERE, inbox, deliver: APP }));
  expect(running.daemon.parts.inbox.places).toEqual(['app', 'pull:c']);
  await running.daemon.stop();
  const next = await runningDaemon({ url: NOWHERE, inbox });
  expect(next.daemon.parts.inbox.places).toEqual(['pull:c']);
  expect(next.lines).toContainEqual(
    expect.objectContaining({ level: 'warn', deliveries: ['app'] }),
  );
});

test('a daemon that drains reads nothing again, and opens no delivery that a reload was about to', async () => {
  const application = await Application.start(() => undefined);
  const running = await runningDaemon({
    url: NOWHERE,
    drain: { grace: '100ms' },
    deliver: { app: { webhook: `${application.url}/e` } },
  });
  const news = { kind: 'message', topic: 'a', event: 'said', payload: 1, time: 1 } as const;
  void running.daemon.parts.inbox.append({ ...news, routes: ['app'] });
  await application.called(1);
  const next = await loadedConfig({ url: NOWHERE, deliver: { other: APP.app } });
  const began = performance.now();
  const reloading = reloaded(running, next);
  const report = await running.daemon.drain();
  // The reload gives the delivery five seconds, the drain a tenth of one.
  expect(performance.now() - began).toBeLessThan(4000);
  await reloading;
  expect(report.undelivered).toBe(1);
  expect(namesOf(running)).toEqual(['app']);
  await reloaded(running, next);
  expect(running.lines.at(-1)?.msg).toContain('is not read again');
});

test('a demo is laid over what is read again', async () => {
  const demo = await openDemo();
  await using _ = { [Symbol.asyncDispose]: () => demo.double.stop() };
  const { config } = await loadedConfig({ url: NOWHERE });
  const { url, channels, admin } = demo.over(config);
  expect({ url, control: admin?.control }).toEqual({ url: demo.double.url, control: true });
  expect(Object.keys(channels ?? {})).toContain('ping:demo');
});

test('a request to drain counts once, and not at all when the daemon ends', async () => {
  const running = await runningDaemon({ url: NOWHERE });
  const ask = () => fetch(`${running.api}/v1/control/drain`, { method: 'POST' });
  expect([(await ask()).status, (await ask()).status]).toEqual([202, 202]);
  expect(running.drains()).toBe(1);
  expect((await fetch(`${running.admin}/readyz`)).status).toBe(503);
});

test('strict readiness can be configured', async () => {
  const { admin } = await runningDaemon({
    url: NOWHERE,
    admin: { listen: 0, readiness: 'strict' },
  });
  expect((await fetch(`${admin}/readyz`)).status).toBe(503);
});

test('a failure to listen is told, and leaves neither the inbox nor its place behind', async () => {
  const store = join(temporaryFolder(), 'inbox');
  const { admin } = await runningDaemon({ url: NOWHERE });
  const { port } = new URL(admin);
  const config = { url: NOWHERE, inbox: { store }, admin: { listen: Number(port) } };
  await expect(runningDaemon(config)).rejects.toMatchObject({ code: 'PHX_BAD_OPTION' });
  expect(existsSync(store)).toBe(true);
  await runningDaemon({ url: NOWHERE, inbox: { store } });
});
