/** The daemon as a whole, in this process: what it answers while Phoenix is down, what it passes on, how it ends. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Reloading } from '../../../src/daemon/reloading.js';
import { PhoenixDouble, seedChannels } from '../../../src/testing/index.js';
import { ROOM } from '../support/api-stage.js';
import { loadedConfig, runningDaemon } from '../support/running-daemon.js';

const NOWHERE = 'ws://127.0.0.1:1/socket';

type Event = { readonly type: string; readonly subject: string; readonly data: unknown };

/** An application that takes events by webhook. */
async function application(): Promise<{ readonly url: string; readonly events: Event[] }> {
  const events: Event[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      events.push(JSON.parse(body) as Event);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`, events };
}

describe('a daemon whose Phoenix is down', () => {
  test('has started, is alive and ready; strictly it is not, and says what is missing', async () => {
    const { admin } = await runningDaemon({
      url: NOWHERE,
      channels: { 'a:1': { required: true } },
    });
    const statuses = await Promise.all(
      ['/startupz', '/healthz', '/readyz', '/readyz?strict'].map(
        async (path) => (await fetch(admin + path)).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 200, 503]);
    const body: unknown = await (await fetch(`${admin}/readyz?strict&verbose`)).json();
    expect(body).toMatchObject({
      ready: false,
      missing: ['a:1'],
      channels: { wanted: 1, joined: 0 },
    });
  });

  test('shows no secret on any page of the admin listener', async () => {
    const url = 'ws://127.0.0.1:1/socket?token=planted-query';
    const { admin, lines } = await runningDaemon({
      url,
      params: { token: 'planted-param' },
      headers: { authorization: 'planted-header' },
      channels: { 'a:1': { params: { secret: 'planted-join' } } },
    });
    const pages = [
      '/debug/config',
      '/debug/snapshot',
      '/debug/timeline',
      '/metrics',
      '/readyz?verbose',
    ];
    const said = await Promise.all(pages.map(async (path) => (await fetch(admin + path)).text()));
    expect([...said, JSON.stringify(lines)].join('\n')).not.toContain('planted');
  });
});

describe('a daemon that is connected', () => {
  test('brings messages to a webhook, and a gap when the server has restarted', async () => {
    await using server = await PhoenixDouble.start(seedChannels());
    const { url, events } = await application();
    const { api } = await runningDaemon({
      url: server.url,
      reconnect: { min: 10, max: 50 },
      channels: { 'ping:demo': { deliver: 'app', events: ['pushed'] } },
      deliver: { app: { webhook: url } },
    });
    await expect.poll(() => server.subscribers('ping:demo')).toBe(1);
    const order = { topic: 'ping:demo', event: 'push_me', payload: { n: 1 } };
    await fetch(`${api}/v1/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    await expect
      .poll(() => events)
      .toMatchObject([{ type: 'phx.pushed', subject: 'ping:demo', data: { n: 1 } }]);
    await server.restart();
    await expect
      .poll(() => events.at(1), { timeout: 10_000 })
      .toMatchObject({
        type: 'sidecar.gap',
        subject: 'ping:demo',
        data: { cause: 'disconnected', dropped: null },
      });
  });

  test('takes over other channels when it is told to read its configuration again', async () => {
    await using server = await PhoenixDouble.start(seedChannels());
    const { daemon, lines } = await runningDaemon({
      url: server.url,
      channels: { 'ping:a': null },
    });
    await expect.poll(() => server.topics()).toEqual(['ping:a']);
    const next = await loadedConfig({
      url: 'ws://127.0.0.1:2/socket',
      channels: { 'ping:b': null },
      log: { level: 'warn' },
    });
    await new Reloading(daemon, () => Promise.resolve(next)).reload();
    await expect.poll(() => server.topics()).toEqual(['ping:b']);
    const refused = lines.filter(({ msg }) => msg === 'not changed').map((line) => line['problem']);
    expect(refused.join()).toContain('url');
    expect(lines).toContainEqual({ level: 'level', msg: 'warn' });
  });

  test('ends with nothing left, and says on the way that it is draining', async () => {
    await using server = await PhoenixDouble.start(seedChannels());
    const { daemon, admin } = await runningDaemon({
      url: server.url,
      channels: { 'ping:demo': null },
      drain: { delay: '200ms' },
    });
    await expect.poll(() => server.subscribers('ping:demo')).toBe(1);
    const draining = daemon.drain();
    const ready = await fetch(`${admin}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { ready: false, draining: true }]);
    expect(await draining).toMatchObject({ unsent: 0, undelivered: 0, forced: false });
    expect(await daemon.stopped).toMatchObject({ kind: 'requested' });
    await expect(fetch(`${admin}/readyz`)).rejects.toThrow();
  });
});

test('what a channel leaves out by `!presence` is not in the inbox, and its gaps are', async () => {
  const double = await PhoenixDouble.start(ROOM);
  onTestFinished(() => double.stop());
  const channels = { 'room:quiet': { events: ['!presence'] }, 'room:all': {} };
  const { daemon } = await runningDaemon({ url: double.url, channels });
  const { inbox, sidecar } = daemon.parts;
  const told = (kind: string) =>
    inbox.read(0, 1000).flatMap((event) => (event.kind === kind ? [event.topic] : []));
  const isSynced = () => Object.keys(channels).every((topic) => sidecar.presence(topic).synced);
  await expect.poll(isSynced).toBe(true);
  await expect.poll(() => told('presence')).toContain('room:all');
  double.cut();
  await expect.poll(() => told('gap').toSorted()).toEqual(['room:all', 'room:quiet']);
  await expect.poll(isSynced).toBe(true);
  expect(told('presence')).not.toContain('room:quiet');
});

test('the admin listener has the document of the API, events and all', async () => {
  const { api, admin } = await runningDaemon({ url: NOWHERE });
  const [own, there] = await Promise.all(
    [api, admin].map(async (address) => (await fetch(`${address}/openapi.json`)).json()),
  );
  expect(there).toEqual(own);
  expect(there).toMatchObject({ openapi: '3.1.0', paths: { '/v1/events': { get: {} } } });
});
