/** What a drain counts as left: of deliveries that get nowhere, and of consumers that pull. */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitOf } from '../../../src/worker/exits.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { Application } from '../support/application.js';
import { type RunningDaemon, runningDaemon } from '../support/running-daemon.js';

const NOWHERE = 'ws://127.0.0.1:1/socket';
const REQUESTED = { kind: 'requested', reason: null } as const;

/** As if the server had said so many things on so many topics. */
function heard({ daemon }: RunningDaemon, count: number, topics = 1): void {
  for (let n = 0; n < count; n += 1) {
    const topic = `room:${n % topics}`;
    const routes = ['*', 'app'];
    const news = {
      kind: 'message',
      topic,
      event: 'said',
      payload: { n },
      time: 1,
      routes,
    } as const;
    void daemon.parts.inbox.append(news);
  }
}

async function pulled({ api }: RunningDaemon, query = ''): Promise<readonly string[]> {
  const response = await fetch(`${api}/v1/events/pull?consumer=c&from=start${query}`);
  const { events } = (await response.json()) as { events: readonly { id: string }[] };
  return events.map(({ id }) => id);
}

describe('events in memory that a delivery has not brought when the daemon ends', () => {
  test.each(['paused', 'down'] as const)(
    'count where it is %s, and end it with 75',
    async (why) => {
      const running = await runningDaemon({
        url: NOWHERE,
        drain: { grace: '200ms' },
        deliver: { app: { webhook: 'http://127.0.0.1:1/e', breaker: { failures: 2 } } },
      });
      const { daemon } = running;
      const [app] = daemon.parts.deliveries.list;
      if (why === 'paused') app?.pause();
      heard(running, 5);
      if (why === 'down') await expect.poll(() => app?.status.breaker).toBe('open');
      const report = await daemon.drain();
      expect(report).toMatchObject({ undelivered: 5, kept: 0, delivered: 0 });
      expect(exitOf(REQUESTED, report)).toBe('workLeft');
    },
  );

  test('count beyond those in flight when the grace ends', async () => {
    const application = await Application.start(() => undefined);
    const running = await runningDaemon({
      url: NOWHERE,
      drain: { grace: '50ms' },
      deliver: { app: { webhook: `${application.url}/e` } },
    });
    heard(running, 12, 3);
    await application.called(3);
    expect(await running.daemon.drain()).toMatchObject({ undelivered: 12, kept: 0 });
  });

  test('are kept where the inbox is on disk', async () => {
    const running = await runningDaemon({
      url: NOWHERE,
      inbox: { store: join(temporaryFolder(), 'inbox') },
      deliver: { app: { webhook: 'http://127.0.0.1:1/e' } },
    });
    const [app] = running.daemon.parts.deliveries.list;
    app?.pause();
    heard(running, 5);
    await expect.poll(() => app?.status.waiting).toBe(5);
    const report = await running.daemon.drain();
    expect(report).toMatchObject({ undelivered: 5, kept: 5 });
    expect(exitOf(REQUESTED, report)).toBe('ok');
  });
});

describe('events that a consumer has pulled and not acknowledged', () => {
  test('may be acknowledged within the grace, and then nothing is left', async () => {
    const running = await runningDaemon({ url: NOWHERE });
    heard(running, 2);
    const ids = await pulled(running);
    const draining = running.daemon.drain();
    const acked = await fetch(`${running.api}/v1/events/ack`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ consumer: 'c', ids, status: 'SUCCESS' }),
    });
    expect(await acked.json()).toMatchObject({
      results: [{ outcome: 'done' }, { outcome: 'done' }],
    });
    expect(await draining).toMatchObject({ undelivered: 0, kept: 0 });
  });

  test('are left with those that it has not pulled, and in memory end it with 75', async () => {
    const running = await runningDaemon({ url: NOWHERE, drain: { grace: '50ms' } });
    heard(running, 3);
    await pulled(running, '&max=1');
    const report = await running.daemon.drain();
    expect(report).toMatchObject({ undelivered: 3, kept: 0 });
    expect(exitOf(REQUESTED, report)).toBe('workLeft');
  });

  test('hold up nothing when their time is over', async () => {
    const running = await runningDaemon({ url: NOWHERE, drain: { grace: '1h' } });
    heard(running, 1);
    await pulled(running, '&ackWait=100ms');
    expect(await running.daemon.drain()).toMatchObject({ undelivered: 1 });
  });
});
