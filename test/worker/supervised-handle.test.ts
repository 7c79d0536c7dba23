/** The handle of a supervised worker goes on over restarts. */

import { describe, expect, test } from 'vitest';
import type { ClientOptions, ClientStatus } from '../../src/index.js';
import { crash, isConnected, maker } from '../support/crashing-stage.js';
import { CrashingWorker } from '../support/crashing-worker.js';
import { SupervisedStage } from '../support/supervised-stage.js';

test('changes() show each life, and end with the last', async () => {
  await using stage = new SupervisedStage(maker().make);
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { state, restarts } of stage.client.changes()) {
      const line = `${state} ${restarts}`;
      if (seen.at(-1) !== line) seen.push(line);
    }
  })();
  await crash(stage);
  await stage.until(isConnected(stage));
  await stage.until(() => seen.at(-1) === 'connected 1');
  await stage.client.stop();
  await reading;
  expect(seen.filter((line) => !line.startsWith('connecting'))).toEqual([
    'disconnected 0',
    'connected 0',
    'disconnected 0',
    'connected 1',
    'stopped 1',
  ]);
});

test('changes() that nobody reads any more are read of no life', async () => {
  const read: string[] = [];
  class Read extends CrashingWorker {
    override start(options?: ClientOptions) {
      const client = super.start(options);
      const changes = client.changes.bind(client);
      return Object.assign(client, {
        changes: () => {
          read.push('begun');
          const all = changes() as AsyncIterableIterator<ClientStatus>;
          const end = all.return?.bind(all);
          return Object.assign(all, {
            return: () => {
              read.push('ended');
              return end?.();
            },
          });
        },
      });
    }
  }
  await using stage = new SupervisedStage(() => new Read());
  const reader = stage.client.changes()[Symbol.asyncIterator]();
  await reader.next();
  expect(read).toEqual(['begun']);
  await reader.return?.();
  expect(read).toEqual(['begun', 'ended']);
  await crash(stage);
  await stage.until(isConnected(stage));
  expect(read).toEqual(['begun', 'ended']);
});

test('timeline() tells of both', async () => {
  await using stage = new SupervisedStage(maker().make);
  await crash(stage);
  await stage.until(isConnected(stage));
  const opened = stage.client.timeline().filter(({ to }) => to === 'connected');
  expect(opened).toHaveLength(2);
});

describe('connect() to another endpoint', () => {
  const other = 'ws://other/socket';
  const hosts = (stage: SupervisedStage<CrashingWorker>) =>
    stage.phoenix.dials.map(({ request }) => request.url.host);

  test('is remembered by the next life', async () => {
    await using stage = new SupervisedStage(maker().make);
    await stage.until(isConnected(stage));
    stage.client.connect(other);
    await stage.until(() => stage.phoenix.dials.length === 2);
    await crash(stage);
    await stage.until(() => stage.client.status.restarts === 1);
    await stage.until(isConnected(stage));
    expect(hosts(stage)).toEqual(['phoenix', 'other', 'other']);
  });

  test('is done by the next life when it comes between two', async () => {
    await using stage = new SupervisedStage(maker().make);
    await crash(stage);
    await crash(stage);
    expect(() => {
      stage.client.connect('ftp://other');
    }).toThrow('is not ws, wss, http or https');
    stage.client.connect({ url: other, params: { region: ['eu', 'north'] } });
    stage.client.connect();
    await stage.pass(1000);
    await stage.until(isConnected(stage));
    expect(hosts(stage)).toEqual(['phoenix', 'phoenix', 'other']);
    const { searchParams } = stage.phoenix.dials.at(-1)?.request.url ?? new URL('http://none');
    expect(searchParams.getAll('region[]')).toEqual(['eu', 'north']);
  });
});

test('a logger is shown its state and no option', async () => {
  await using stage = new SupervisedStage(maker().make, { params: { token: 'secret' } });
  const states: ClientStatus['state'][] = ['connecting', 'disconnected', 'connected'];
  const shown = JSON.parse(JSON.stringify(stage.client)) as { state: ClientStatus['state'] };
  expect(states).toContain(shown.state);
  expect(Object.keys(shown)).toEqual(['state', 'restarts']);
});
